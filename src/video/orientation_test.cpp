#include "video/orientation.h"

#include <algorithm>

#include <gtest/gtest.h>

#include "video/test_clips.h"

extern "C" {
#include <libavutil/display.h>
}

namespace vitrina::video {
namespace {

/// Two columns, three rows: 1 2 / 3 4 / 5 6.
Picture small_picture() {
    Picture picture{2, 3, {}};
    for (std::uint8_t value = 1; value <= 6; ++value)
        picture.rgb.insert(picture.rgb.end(), 3, value);
    return picture;
}

std::vector<int> values(const Picture& picture) {
    std::vector<int> result;
    for (std::size_t i = 0; i < picture.rgb.size(); i += 3)
        result.push_back(picture.rgb[i]);
    return result;
}

Orientation turned_clockwise(double degrees) {
    std::array<std::int32_t, 9> matrix{};
    av_display_rotation_set(matrix.data(), degrees);
    return orientation_of(matrix);
}

TEST(Orientation, TurnsByRightAngles) {
    const Picture picture = small_picture();
    EXPECT_EQ(values(upright(picture, turned_clockwise(0))), (std::vector<int>{1, 2, 3, 4, 5, 6}));
    EXPECT_EQ(values(upright(picture, turned_clockwise(90))), (std::vector<int>{5, 3, 1, 6, 4, 2}));
    EXPECT_EQ(values(upright(picture, turned_clockwise(180))), (std::vector<int>{6, 5, 4, 3, 2, 1}));
    EXPECT_EQ(values(upright(picture, turned_clockwise(270))), (std::vector<int>{2, 4, 6, 1, 3, 5}));
    EXPECT_EQ(upright(picture, turned_clockwise(90)).width, 3);
    EXPECT_EQ(upright(picture, turned_clockwise(90)).height, 2);
}

TEST(Orientation, Mirrors) {
    const Picture picture = small_picture();
    EXPECT_EQ(values(upright(picture, {false, true, false})), (std::vector<int>{2, 1, 4, 3, 6, 5}));
    EXPECT_EQ(values(upright(picture, {false, false, true})), (std::vector<int>{5, 6, 3, 4, 1, 2}));
    EXPECT_EQ(values(upright(picture, {true, false, false})), (std::vector<int>{1, 3, 5, 2, 4, 6}));
}

TEST(Orientation, LeavesOddAnglesAndNonsense) {
    EXPECT_EQ(turned_clockwise(45), Orientation{});
    EXPECT_EQ(orientation_of(std::array<std::int32_t, 9>{}), Orientation{});
}

/// Turned video is what the ffmpeg command makes of it.
TEST(Orientation, TurnsVideosAsFfmpegDoes) {
    const ClipFolder clips;
    const std::string lying = clips.make_h264("lying.mp4", 3, "320x176");
    for (const char* degrees : {"90", "180", "270"}) {
        const std::string turned =
            clips.make(std::string("turned") + degrees + ".mp4",
                       {"-i", lying, "-c", "copy", "-metadata:s:v:0", std::string("rotate=") + degrees});
        const std::string upright_raw =
            clips.make("upright.rgb", {"-i", turned, "-f", "rawvideo", "-pix_fmt", "rgb24"});
        const auto watched = watch(turned, {}, Pictures::kKeep);
        ASSERT_TRUE(watched) << watched.error().message;
        const bool across = std::string(degrees) != "180";
        EXPECT_EQ(watched->info.width, across ? 176 : 320);
        const Bytes expected = bytes_of(upright_raw);
        Bytes seen;
        for (const Frame& frame : watched->frames)
            seen.insert(seen.end(), frame.picture.rgb.begin(), frame.picture.rgb.end());
        ASSERT_EQ(seen.size(), expected.size());
        std::int64_t difference = 0;
        for (std::size_t i = 0; i < seen.size(); ++i)
            difference += std::abs(int{seen[i]} - int{expected[i]});
        EXPECT_LT(static_cast<double>(difference) / static_cast<double>(seen.size()), 4.0) << degrees;
    }
}

}  // namespace
}  // namespace vitrina::video
