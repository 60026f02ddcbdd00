#include <cmath>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "perceive/face_finder.h"
#include "perceive/face_reader.h"
#include "perceive/model_store.h"

namespace vitrina::perceive {
namespace {

Picture grey(int width, int height) {
    return {width, height, std::vector<std::uint8_t>(static_cast<std::size_t>(width) * height * 3, 128)};
}

TEST(Faces, MissingModelsAreNamed) {
    const auto finder = FaceFinder::create("/nowhere/finder.json");
    ASSERT_FALSE(finder);
    EXPECT_THAT(finder.error().message, testing::HasSubstr("/nowhere/finder.json"));
    const auto reader = FaceReader::create("/nowhere/reader.json");
    ASSERT_FALSE(reader);
    EXPECT_THAT(reader.error().message, testing::HasSubstr("/nowhere/reader.json"));
}

TEST(Faces, AnotherNetworkIsRefused) {
    const auto pose = verified_model(find_model(kPoseNetwork).value());
    if (!pose) GTEST_SKIP() << pose.error().message;
    EXPECT_FALSE(FaceFinder::create(*pose));
    EXPECT_FALSE(FaceReader::create(*pose));
}

TEST(Faces, NoneIsInAGreyPicture) {
    const auto model = verified_model(find_model(kFaceNetwork).value());
    if (!model) GTEST_SKIP() << model.error().message;
    auto finder = FaceFinder::create(*model);
    ASSERT_TRUE(finder) << finder.error().message;
    for (const double length : {10.0, 100.0, 1000.0}) {
        const auto faces = finder->find(grey(120, 90), {60, 45}, length);
        ASSERT_TRUE(faces) << faces.error().message;
        EXPECT_TRUE(faces->empty());
    }
    EXPECT_FALSE(finder->find(grey(120, 90), {60, 45}, 0));
}

TEST(Faces, ReadingsAreInTheirRangesAndDescriptorsOfUnitLength) {
    const auto model = verified_model(find_model(kFaceReader).value());
    if (!model) GTEST_SKIP() << model.error().message;
    auto reader = FaceReader::create(*model);
    ASSERT_TRUE(reader) << reader.error().message;
    Face face;
    face.box = {40, 30, 40, 40};
    face.right_eye = {50, 45};
    face.left_eye = {70, 47};
    const auto reading = reader->read(grey(120, 90), face);
    ASSERT_TRUE(reading) << reading.error().message;
    EXPECT_GE(reading->female, 0);
    EXPECT_LE(reading->female, 1);
    EXPECT_GE(reading->age, 0);
    EXPECT_LE(reading->age, 99);
    EXPECT_NEAR(likeness(reading->descriptor, reading->descriptor), 1, 1e-4);
    EXPECT_EQ(likeness(reading->descriptor, std::vector<float>{1.0F}), 0);
    face.box.width = face.box.height = 0;
    EXPECT_FALSE(reader->read(grey(120, 90), face));
}

}  // namespace
}  // namespace vitrina::perceive
