#include "perceive/body_describer.h"

#include <cmath>
#include <limits>
#include <numeric>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "perceive/model_store.h"

namespace vitrina::perceive {
namespace {

TEST(BodyDescriber, MissingModelIsNamed) {
    const auto describer = BodyDescriber::create("/nowhere/centernet.json");
    ASSERT_FALSE(describer);
    EXPECT_THAT(describer.error().message, testing::HasSubstr("/nowhere/centernet.json"));
}

class WithDescriber : public testing::Test {
  protected:
    void SetUp() override {
        const auto model = verified_model(find_model(kPeopleNetwork).value());
        if (!model) GTEST_SKIP() << model.error().message;
        auto made = BodyDescriber::create(*model);
        ASSERT_TRUE(made) << made.error().message;
        describer_ = std::move(*made);
    }

    /// Somebody in trousers and a shirt of these colours, on grey.
    static Picture person(int shift, std::array<std::uint8_t, 3> shirt,
                          std::array<std::uint8_t, 3> trousers) {
        constexpr int kSide = 240;
        Picture picture{kSide, kSide, std::vector<std::uint8_t>(std::size_t{kSide} * kSide * 3, 128)};
        for (int y = 40; y < 200; ++y)
            for (int x = 100 + shift; x < 140 + shift; ++x)
                for (std::size_t k = 0; k < 3; ++k)
                    picture.rgb[static_cast<std::size_t>(3 * (y * kSide + x)) + k] =
                        (y < 120 ? shirt : trousers).at(k);
        return picture;
    }
    static Box box(int shift) { return {90.0 + shift, 40, 60, 160}; }

    static double distance(const std::vector<float>& a, const std::vector<float>& b) {
        double sum = 0;
        for (std::size_t i = 0; i < a.size(); ++i)
            sum += (a[i] - b[i]) * (a[i] - b[i]);
        return std::sqrt(sum);
    }

    std::unique_ptr<BodyDescriber> describer_;
};

TEST_F(WithDescriber, PartsAreOfLengthOneAndTheWholeIsAsWideAsTheySay) {
    const auto look = describer_->describe(person(0, {200, 30, 30}, {20, 20, 60}), box(0));
    ASSERT_TRUE(look) << look.error().message;
    ASSERT_EQ(look->size(), describer_->width());
    auto part = look->begin();
    for (const std::size_t width : describer_->parts()) {
        const auto end = part + static_cast<std::ptrdiff_t>(width);
        EXPECT_NEAR(std::inner_product(part, end, part, 0.0), 1, 1e-4);
        part = end;
    }
}

TEST_F(WithDescriber, TheSameClothesElsewhereAreNearerThanOtherClothes) {
    const auto red = describer_->describe(person(0, {200, 30, 30}, {20, 20, 60}), box(0));
    const auto red_elsewhere = describer_->describe(person(30, {185, 40, 35}, {25, 22, 55}), box(30));
    const auto blue = describer_->describe(person(0, {30, 30, 200}, {20, 20, 60}), box(0));
    const auto swapped = describer_->describe(person(0, {20, 20, 60}, {200, 30, 30}), box(0));
    ASSERT_TRUE(red && red_elsewhere && blue && swapped);
    EXPECT_LT(distance(*red, *red_elsewhere), 0.5 * distance(*red, *blue));
    EXPECT_LT(distance(*red, *red_elsewhere), 0.5 * distance(*red, *swapped));
}

TEST_F(WithDescriber, BoxesOverTheEdgeAreDescribedAndEmptyOnesRefused) {
    const Picture picture = person(0, {1, 2, 3}, {4, 5, 6});
    EXPECT_TRUE(describer_->describe(picture, {-30, -30, 200, 500}));
    EXPECT_FALSE(describer_->describe(picture, {10, 10, 0, 20}));
    EXPECT_FALSE(describer_->describe(picture, {900, 900, 10, 20}));
    EXPECT_FALSE(describer_->describe(picture, {10, 10, 20, std::numeric_limits<double>::quiet_NaN()}));
}

}  // namespace
}  // namespace vitrina::perceive
