#include "perceive/letterbox.h"

#include <gtest/gtest.h>

namespace vitrina::perceive {
namespace {

TEST(Fit, WidePictureNeedsOnlyTheRowsThatHoldIt) {
    const Letterbox letterbox = fit(768, 432, 512, 32);
    EXPECT_EQ(letterbox.input_width, 512);
    EXPECT_EQ(letterbox.input_height, 288);
    EXPECT_EQ(letterbox.picture_height, 288);
    EXPECT_DOUBLE_EQ(letterbox.scale_x, 2.0 / 3);
}

TEST(Fit, RowsAreRoundedUpToTheStride) {
    const Letterbox letterbox = fit(480, 270, 512, 32);  // 512x288 exactly
    EXPECT_EQ(letterbox.input_height, 288);
    const Letterbox odd = fit(481, 271, 512, 32);
    EXPECT_EQ(odd.picture_height, 288);
    const Letterbox four_to_three = fit(768, 576, 512, 32);
    EXPECT_EQ(four_to_three.input_height, 384);
}

TEST(Fit, TallPictureNeedsOnlyTheColumnsThatHoldIt) {
    const Letterbox letterbox = fit(432, 768, 512, 32);
    EXPECT_EQ(letterbox.input_width, 288);
    EXPECT_EQ(letterbox.input_height, 512);
}

TEST(Fit, ExtremeShapesKeepAtLeastOneStride) {
    const Letterbox strip = fit(10000, 1, 512, 32);
    EXPECT_EQ(strip.picture_height, 1);
    EXPECT_EQ(strip.input_height, 32);
}

TEST(Fit, BoxesComeBackToThePicture) {
    const Letterbox letterbox = fit(1280, 720, 512, 32);
    const Box box = letterbox.to_picture({0, 0, 512, 288});
    EXPECT_DOUBLE_EQ(box.width, 1280);
    EXPECT_DOUBLE_EQ(box.height, 720);
}

TEST(Resample, PaddingIsBlackAndColoursKeepTheirOrder) {
    Picture picture{.width = 64, .height = 20, .rgb = {}};
    for (int i = 0; i < 64 * 20; ++i)
        picture.rgb.insert(picture.rgb.end(), {10, 20, 30});
    const Letterbox letterbox = fit(64, 20, 128, 32);
    std::vector<std::uint8_t> scratch;
    std::vector<float> input;
    resample(picture, letterbox, scratch, input);
    ASSERT_EQ(letterbox.input_height, 64);
    ASSERT_EQ(input.size(), 128U * 64 * 3);
    EXPECT_EQ(input[0], 10.0F);
    EXPECT_EQ(input[1], 20.0F);
    EXPECT_EQ(input[2], 30.0F);
    const std::size_t last_picture_row = std::size_t{39} * 128 * 3;
    EXPECT_EQ(input[last_picture_row], 10.0F);
    const std::size_t first_padding_row = std::size_t{40} * 128 * 3;
    EXPECT_EQ(input[first_padding_row], 0.0F);
    EXPECT_EQ(input.back(), 0.0F);
}

TEST(Resample, SamePictureIsCopiedAsItIs) {
    Picture picture{.width = 32, .height = 32, .rgb = std::vector<std::uint8_t>(32 * 32 * 3)};
    for (std::size_t i = 0; i < picture.rgb.size(); ++i)
        picture.rgb[i] = static_cast<std::uint8_t>(i % 251);
    std::vector<std::uint8_t> scratch;
    std::vector<float> input;
    resample(picture, fit(32, 32, 32, 32), scratch, input);
    for (std::size_t i = 0; i < picture.rgb.size(); ++i)
        ASSERT_EQ(input[i], static_cast<float>(picture.rgb[i]));
}

}  // namespace
}  // namespace vitrina::perceive
