#include "perceive/movenet.h"

#include <limits>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "perceive/model_store.h"

namespace vitrina::perceive {
namespace {

TEST(MoveNet, MissingModelIsNamed) {
    const auto network = MoveNet::create("/nowhere/movenet.json");
    ASSERT_FALSE(network);
    EXPECT_THAT(network.error().message, testing::HasSubstr("/nowhere/movenet.json"));
}

TEST(MoveNet, AnotherNetworkIsRefused) {
    const auto people = verified_model(find_model(kPeopleNetwork).value());
    if (!people) GTEST_SKIP() << people.error().message;
    const auto network = MoveNet::create(*people);
    ASSERT_FALSE(network);
    EXPECT_THAT(network.error().message, testing::HasSubstr("17 joints"));
}

TEST(MoveNet, BytesNeedACalibration) {
    MoveNetOptions options;
    options.precision = Precision::kInt8;
    const auto without = MoveNet::create("/nowhere/movenet.json", options);
    ASSERT_FALSE(without);
    EXPECT_THAT(without.error().message, testing::HasSubstr("calibration"));
    options.calibration = "/nowhere/calibration.json";
    const auto missing = MoveNet::create("/nowhere/movenet.json", options);
    ASSERT_FALSE(missing);
    EXPECT_THAT(missing.error().message, testing::HasSubstr("/nowhere/calibration.json"));
}

class WithMoveNet : public testing::Test {
  protected:
    void SetUp() override {
        const auto model = verified_model(find_model(kPoseNetwork).value());
        if (!model) GTEST_SKIP() << model.error().message;
        auto made = MoveNet::create(*model);
        ASSERT_TRUE(made) << made.error().message;
        network_ = std::move(*made);
    }

    static Picture grey(int width, int height) {
        return {width, height, std::vector<std::uint8_t>(static_cast<std::size_t>(width) * height * 3, 128)};
    }

    std::unique_ptr<MoveNet> network_;
};

TEST_F(WithMoveNet, NobodyIsInAGreyPicture) {
    const auto pose = network_->estimate(grey(320, 240), {100, 50, 60, 150});
    ASSERT_TRUE(pose) << pose.error().message;
    for (const Keypoint& joint : pose->joints)
        EXPECT_LT(joint.score, 0.2);
}

TEST_F(WithMoveNet, BoxesOverTheEdgeAreLookedAtAndEmptyOnesRefused) {
    EXPECT_TRUE(network_->estimate(grey(64, 48), {-30, -30, 200, 300}));
    EXPECT_FALSE(network_->estimate(grey(64, 48), {10, 10, 0, 20}));
    EXPECT_FALSE(network_->estimate(grey(64, 48), {10, 10, 20, std::numeric_limits<double>::quiet_NaN()}));
}

}  // namespace
}  // namespace vitrina::perceive
