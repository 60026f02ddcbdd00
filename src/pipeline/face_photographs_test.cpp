#include "pipeline/face_photographs.h"

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <optional>
#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "perceive/crop.h"
#include "perceive/face_reader.h"
#include "pipeline/face_traits.h"
#include "pipeline/test_eyes.h"
#include "privacy/match_rates.h"
#include "source_dir.h"
#include "video/still.h"
#include "video/view.h"

namespace vitrina::pipeline {
namespace {

using testing::HasSubstr;

/// A reader whose eyes see these faces.
std::unique_ptr<FacePhotographReader> reader_of(std::vector<perceive::Face> faces) {
    return std::make_unique<FacePhotographReader>(
        [faces = std::move(faces)]() -> Result<std::unique_ptr<perceive::FaceEyes>> {
            auto eyes = std::make_unique<SeeingEyes>();
            eyes->faces = faces;
            return std::unique_ptr<perceive::FaceEyes>(std::move(eyes));
        });
}

TEST(FacePhotographs, TheOneFaceIsReadWithItsDescriptor) {
    const auto look = reader_of({face_at({400, 300}, 200)})->read(checkered(800, 600));
    ASSERT_TRUE(look) << look.error().message;
    EXPECT_EQ(look->descriptor.size(), 2U);
    EXPECT_EQ(look->made_by, "nobody 1");
    EXPECT_EQ(look->person, 0);
    EXPECT_FALSE(look->jpeg.empty());
}

TEST(FacePhotographs, ASmallFaceInALargePhotographIsFound) {
    EXPECT_TRUE(reader_of({face_at({3600, 500}, 220)})->read(checkered(4000, 3000)));
    EXPECT_TRUE(reader_of({face_at({300, 2700}, 220)})->read(checkered(2000, 3000)));
}

TEST(FacePhotographs, SaysWhatIsWrongWithAPhotograph) {
    const Picture picture = checkered(800, 600);
    const auto message = [&](std::vector<perceive::Face> faces) {
        const auto look = reader_of(std::move(faces))->read(picture);
        return look ? std::string() : look.error().message;
    };
    EXPECT_THAT(message({}), HasSubstr("no face"));
    EXPECT_THAT(message({face_at({200, 300}, 200), face_at({600, 300}, 180)}), HasSubstr("several faces"));
    EXPECT_THAT(message({face_at({400, 300}, 50)}), HasSubstr("too small"));
    perceive::Face profile = face_at({400, 300}, 200);
    profile.nose.x = profile.left_eye.x + 20;
    EXPECT_THAT(message({profile}), HasSubstr("from the side"));
    // Somebody far behind is no second face.
    EXPECT_EQ(message({face_at({400, 300}, 200), face_at({700, 100}, 60)}), "");
    const Picture grey{800, 600, std::vector<std::uint8_t>(std::size_t{800} * 600 * 3, 128)};
    const auto blurred = reader_of({face_at({400, 300}, 200)})->read(grey);
    ASSERT_FALSE(blurred);
    EXPECT_THAT(blurred.error().message, HasSubstr("blurred"));
}

TEST(FacePhotographs, WithoutNetworksItIsAnErrorAndTriedAgain) {
    int tries = 0;
    FacePhotographReader reader([&]() -> Result<std::unique_ptr<perceive::FaceEyes>> {
        if (++tries == 1) return failed("blazeface.json is missing");
        return std::unique_ptr<perceive::FaceEyes>(std::make_unique<SeeingEyes>());
    });
    const auto first = reader.read(checkered(80, 80));
    ASSERT_FALSE(first);
    EXPECT_THAT(first.error().message, HasSubstr("blazeface.json"));
    EXPECT_THAT(reader.read(checkered(80, 80)).error().message, HasSubstr("no face"));
}

/// Real photographs and the real networks.
class RealFaces : public testing::Test {
  protected:
    void SetUp() override {
        const char* shared = std::getenv("VITRINA_SHARED");  // NOLINT(concurrency-mt-unsafe): one thread
        folder_ = shared != nullptr ? std::filesystem::path(shared)
                                    : std::filesystem::path(VITRINA_SOURCE_DIR) / ".." / "shared";
        folder_ = folder_ / "data" / "faces";
        if (!std::filesystem::is_directory(folder_)) GTEST_SKIP() << "no photographs in " << folder_;
        const auto files = perceive::FaceNetworks::verified_files();
        if (!files) GTEST_SKIP() << files.error().message;
        reader_ = std::make_unique<FacePhotographReader>(
            [files] { return perceive::FaceNetworks::create(*files); });
    }

    [[nodiscard]] std::vector<std::uint8_t> file(const std::string& name) const {
        std::ifstream stream(folder_ / name, std::ios::binary);
        return {std::istreambuf_iterator<char>(stream), std::istreambuf_iterator<char>()};
    }
    [[nodiscard]] FaceLook look(const std::string& name) {
        auto look = reader_->read(file(name));
        EXPECT_TRUE(look) << name << ": " << (look ? "" : look.error().message);
        return look ? std::move(*look) : FaceLook();
    }

    std::filesystem::path folder_;
    std::unique_ptr<FacePhotographReader> reader_;
};

TEST_F(RealFaces, OnePersonIsLikerThanTwo) {
    const FaceLook first = look("london/001_neutral.jpg");
    const FaceLook again = look("london/001_smiling.jpg");
    const FaceLook other = look("london/003_neutral.jpg");
    EXPECT_EQ(first.descriptor.size(), perceive::kFaceDescriptorLength);
    EXPECT_EQ(first.made_by, perceive::kFaceForm);
    EXPECT_GT(perceive::likeness(first.descriptor, again.descriptor), 0.75);
    EXPECT_LT(perceive::likeness(first.descriptor, other.descriptor), 0.65);
    EXPECT_GT(first.female, 0.5);
    EXPECT_GT(first.quality.eyes_px, 60);
    EXPECT_GT(first.quality.worth, 0.6);
}

TEST(MatchRates, ThresholdsAreOfTheNetworkInUse) {
    const auto rates = privacy::match_rates(perceive::kFaceForm);
    ASSERT_FALSE(rates.empty());
    EXPECT_GT(privacy::rate_for(rates, 0.001).likeness, privacy::rate_for(rates, 0.01).likeness);
    EXPECT_TRUE(privacy::match_rates("another network").empty());
}

TEST_F(RealFaces, PressPhotographsMatchAcrossYears) {
    const FaceLook one = look("us_officials/obama.jpg");
    const FaceLook two = look("us_officials/obama2.jpg");
    const FaceLook other = look("us_officials/biden.jpg");
    EXPECT_GT(perceive::likeness(one.descriptor, two.descriptor),
              perceive::likeness(one.descriptor, other.descriptor) + 0.1);
    EXPECT_LT(one.female, 0.5);
}

TEST_F(RealFaces, SeveralFacesInOnePhotographAreRefused) {
    const auto left = video::read_still(file("london/001_neutral.jpg")).value();
    const auto right = video::read_still(file("london/003_neutral.jpg")).value();
    ASSERT_EQ(left.height, right.height);
    Picture both{left.width + right.width, left.height, {}};
    both.rgb.reserve(left.rgb.size() + right.rgb.size());
    for (int y = 0; y < left.height; ++y)
        for (const Picture* one : {&left, &right}) {
            const auto row = one->rgb.begin() + static_cast<std::ptrdiff_t>(y) * one->width * 3;
            both.rgb.insert(both.rgb.end(), row, row + static_cast<std::ptrdiff_t>(one->width) * 3);
        }
    const auto look = reader_->read(video::to_jpeg(both));
    ASSERT_FALSE(look);
    EXPECT_THAT(look.error().message, HasSubstr("several faces"));
}

TEST_F(RealFaces, ATinyFaceIsRefused) {
    const auto whole = video::read_still(file("london/001_neutral.jpg")).value();
    const auto small = perceive::cut_square(whole, {whole.width / 2.0, whole.height / 2.0},
                                            std::max(whole.width, whole.height), 64);
    const auto tiny = reader_->read(Picture{small.side, small.side, small.rgb});
    ASSERT_FALSE(tiny);
    EXPECT_THAT(tiny.error().message, testing::AnyOf(HasSubstr("too small"), HasSubstr("no face")));
}

}  // namespace
}  // namespace vitrina::pipeline
