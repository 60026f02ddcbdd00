#include "video/still.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/png.h"
#include "video/test_clips.h"
#include "video/view.h"

namespace vitrina::video {
namespace {

using testing::HasSubstr;

Picture gradient(int width, int height) {
    Picture picture{width, height, {}};
    picture.rgb.reserve(static_cast<std::size_t>(width) * height * 3);
    for (int y = 0; y < height; ++y)
        for (int x = 0; x < width; ++x) {
            picture.rgb.push_back(static_cast<std::uint8_t>(x * 255 / width));
            picture.rgb.push_back(static_cast<std::uint8_t>(y * 255 / height));
            picture.rgb.push_back(90);
        }
    return picture;
}

std::string refusal(const Bytes& file) {
    const auto picture = read_still(file);
    return picture ? "" : picture.error().message;
}

TEST(Still, JpegAndPngAreRead) {
    const Picture picture = gradient(320, 200);
    const auto jpeg = read_still(to_jpeg(picture, 95));
    ASSERT_TRUE(jpeg) << jpeg.error().message;
    EXPECT_EQ(jpeg->width, 320);
    EXPECT_EQ(jpeg->height, 200);
    EXPECT_NEAR(jpeg->rgb[3 * (100 * 320 + 160)], 127, 8);
    const auto png = read_still(encode_png({320, 200, picture.rgb}).value());
    ASSERT_TRUE(png) << png.error().message;
    EXPECT_EQ(png->rgb, picture.rgb);
}

// A camera of 50 megapixels: what comes of it fits into memory.
TEST(Still, ALargeJpegIsMadeSmaller) {
    const auto still = read_still(to_jpeg(gradient(8192, 6144), 60));
    ASSERT_TRUE(still) << still.error().message;
    EXPECT_EQ(still->width, 4096);
    EXPECT_EQ(still->height, 3072);
    EXPECT_NEAR(still->rgb[3 * (std::size_t{1536} * 4096 + 2048)], 127, 10);
}

TEST(Still, APngOfTooManyPixelsIsRefused) {
    const auto png = encode_png({5000, 4400, std::vector<std::uint8_t>(std::size_t{5000} * 4400 * 3, 9)});
    EXPECT_THAT(refusal(png.value()), HasSubstr("5000 x 4400"));
}

TEST(Still, WhatIsNoPhotographIsNamed) {
    const auto bytes = [](std::string_view text) { return Bytes(text.begin(), text.end()); };
    EXPECT_THAT(refusal({}), HasSubstr("empty"));
    EXPECT_THAT(refusal(bytes("GIF89a............")), HasSubstr("a GIF"));
    EXPECT_THAT(refusal(bytes("RIFF....WEBPVP8 ")), HasSubstr("WebP"));
    EXPECT_THAT(refusal(bytes(std::string_view("\0\0\0\x18"
                                               "ftypheic",
                                               12))),
                HasSubstr("HEIC"));
    EXPECT_THAT(refusal(bytes("%PDF-1.7")), HasSubstr("JPEG or PNG"));
    EXPECT_THAT(refusal(Bytes(kStillBytesMax + 1)), HasSubstr("MB"));
}

TEST(Still, DamageIsToldAndNothingIsMadeUp) {
    const Bytes jpeg = to_jpeg(gradient(320, 200), 90);
    for (const double share : {0.01, 0.1, 0.5, 0.9}) {
        const Bytes cut(jpeg.begin(), jpeg.begin() + static_cast<std::ptrdiff_t>(share * jpeg.size()));
        EXPECT_THAT(refusal(cut), HasSubstr("damaged")) << share;
    }
    EXPECT_THAT(refusal({0xFF, 0xD8, 0xFF, 0xE0}), HasSubstr("damaged"));
    const Bytes png = encode_png({320, 200, gradient(320, 200).rgb}).value();
    EXPECT_NE(refusal(Bytes(png.begin(), png.begin() + 200)), "");
}

TEST(Still, AMovingPngIsRefused) {
    Bytes png = encode_png({32, 32, gradient(32, 32).rgb}).value();
    const std::string_view chunk(
        "\0\0\0\x08"
        "acTL"
        "\0\0\0\x02\0\0\0\0"
        "\xF3\x8D\x93\x70",
        20);
    png.insert(png.begin() + 33, chunk.begin(), chunk.end());  // behind the header
    EXPECT_THAT(refusal(png), HasSubstr("moves"));
}

// As a phone stores a picture that was taken upright.
TEST(Still, IsTurnedUprightAsItsNoteSays) {
    Bytes jpeg = to_jpeg(gradient(320, 200), 95);
    const std::string_view note(
        "\xFF\xE1\x00\x22"
        "Exif\0\0"
        "MM\0\x2A\0\0\0\x08"
        "\0\x01"
        "\x01\x12\0\x03\0\0\0\x01\0\x06\0\0"
        "\0\0\0\0",
        36);
    jpeg.insert(jpeg.begin() + 2, note.begin(), note.end());
    const auto still = read_still(jpeg);
    ASSERT_TRUE(still) << still.error().message;
    EXPECT_EQ(still->width, 200);
    EXPECT_EQ(still->height, 320);
    // What was at the left is at the top.
    EXPECT_LT(still->rgb[3 * (20 * 200 + 100)], 40);
    EXPECT_GT(still->rgb[3 * (300 * 200 + 100)], 215);
}

}  // namespace
}  // namespace vitrina::video
