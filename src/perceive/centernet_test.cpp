#include "perceive/centernet.h"

#include <filesystem>
#include <fstream>
#include <iterator>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include "perceive/model_store.h"

namespace vitrina::perceive {
namespace {

TEST(CenterNet, MissingModelIsNamed) {
    const auto detector = CenterNet::create("/nowhere/centernet.json", 16, 9);
    ASSERT_FALSE(detector);
    EXPECT_THAT(detector.error().message, testing::HasSubstr("/nowhere/centernet.json"));
}

TEST(CenterNet, GarbageIsRefused) {
    const std::filesystem::path path =
        std::filesystem::temp_directory_path() / ("garbage-" + std::to_string(getpid()) + ".json");
    std::ofstream(path) << "{]";
    const auto detector = CenterNet::create(path, 16, 9);
    std::filesystem::remove(path);
    ASSERT_FALSE(detector);
    EXPECT_THAT(detector.error().message, testing::HasSubstr(path.filename().string()));
}

TEST(CenterNet, AnotherNetworkIsRefusedByItsFile) {
    const auto model = verified_model(find_model(kPoseNetwork).value());
    if (!model) GTEST_SKIP() << model.error().message;
    const auto detector = CenterNet::create(*model, 320, 240);
    ASSERT_FALSE(detector);
    EXPECT_THAT(detector.error().message, testing::StartsWith(model->string() + ": CenterNet: "));
}

class WithNetwork : public testing::Test {
  protected:
    void SetUp() override {
        const auto model = verified_model(find_model("centernet").value());
        if (!model) GTEST_SKIP() << model.error().message;
        auto made = CenterNet::create(*model, 320, 240);
        ASSERT_TRUE(made) << made.error().message;
        detector_ = std::move(*made);
    }

    static Picture grey(int width, int height) {
        return {width, height, std::vector<std::uint8_t>(static_cast<std::size_t>(width) * height * 3, 128)};
    }

    std::unique_ptr<CenterNet> detector_;
};

TEST_F(WithNetwork, NobodyIsInAGreyPicture) {
    const auto people = detector_->detect(grey(320, 240));
    ASSERT_TRUE(people) << people.error().message;
    for (const Detection& person : *people)
        EXPECT_LT(person.score, 0.3);
}

TEST_F(WithNetwork, PicturesOfAnyShapeFollowOneAnother) {
    for (const auto& [width, height] :
         {std::pair{1, 1}, {640, 480}, {480, 640}, {4000, 10}, {10, 4000}, {640, 480}}) {
        const auto people = detector_->detect(grey(width, height));
        ASSERT_TRUE(people) << width << "x" << height << ": " << people.error().message;
    }
}

std::ptrdiff_t threads_of_this_process() {
    return std::distance(std::filesystem::directory_iterator("/proc/self/task"), {});
}

TEST_F(WithNetwork, StartsNoThreads) {
    const std::ptrdiff_t before = threads_of_this_process();
    // Scaled down and up: both go through OpenCV.
    for (const auto& [width, height] : {std::pair{1920, 1080}, {64, 48}})
        ASSERT_TRUE(detector_->detect(grey(width, height)));
    EXPECT_EQ(threads_of_this_process(), before);
}

}  // namespace
}  // namespace vitrina::perceive
