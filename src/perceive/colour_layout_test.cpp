#include "perceive/colour_layout.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace vitrina::perceive {
namespace {

using ::testing::FloatNear;

Picture two_colours() {
    // Upper half red, lower half blue.
    Picture picture{64, 128, std::vector<std::uint8_t>(64 * 128 * 3, 0)};
    for (int y = 0; y < 128; ++y)
        for (int x = 0; x < 64; ++x)
            picture.rgb[3 * (y * 64 + x) + (y < 64 ? 0 : 2)] = 255;
    return picture;
}

TEST(ColourLayout, KnowsPublishedColours) {
    // sRGB white, red and blue in CIELAB (D65), as tables of colour have them.
    EXPECT_THAT(cielab(255, 255, 255)[0], ::testing::DoubleNear(100, 0.01));
    const auto red = cielab(255, 0, 0);
    EXPECT_NEAR(red[0], 53.24, 0.02);
    EXPECT_NEAR(red[1], 80.09, 0.02);
    EXPECT_NEAR(red[2], 67.20, 0.02);
    const auto blue = cielab(0, 0, 255);
    EXPECT_NEAR(blue[0], 32.30, 0.02);
    EXPECT_NEAR(blue[1], 79.19, 0.02);
    EXPECT_NEAR(blue[2], -107.86, 0.02);
    EXPECT_NEAR(cielab(0, 0, 0)[0], 0, 1e-9);
}

TEST(ColourLayout, SaysWhichColourIsAtWhichHeight) {
    const auto look = colour_layout(two_colours(), {16, 0, 32, 128});
    ASSERT_EQ(look.size(), kColourNumbers);
    EXPECT_THAT(look[0], FloatNear(53.24F / 2, 0.1F));
    EXPECT_THAT(look[1], FloatNear(80.09F, 0.1F));
    EXPECT_THAT(look[3 * 7 + 2], FloatNear(-107.86F, 0.1F));
}

TEST(ColourLayout, IsTheSameAtAnotherSizeAndOverTheEdge) {
    const auto near = colour_layout(two_colours(), {8, 0, 48, 128});
    const auto over = colour_layout(two_colours(), {-40, -128, 144, 256});  // rows above repeat the uppermost
    ASSERT_EQ(over.size(), kColourNumbers);
    EXPECT_THAT(over[0], FloatNear(near[0], 0.1F));
    EXPECT_TRUE(colour_layout(two_colours(), {70, 0, 10, 10}).empty());
}

}  // namespace
}  // namespace vitrina::perceive
