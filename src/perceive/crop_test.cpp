#include "perceive/crop.h"

#include <cmath>

#include <gtest/gtest.h>

namespace vitrina::perceive {
namespace {

// Red grows with x, green with y.
Picture ramp(int width, int height) {
    Picture picture{width, height, {}};
    picture.rgb.reserve(static_cast<std::size_t>(width) * height * 3);
    for (int y = 0; y < height; ++y)
        for (int x = 0; x < width; ++x)
            for (const int value : {2 * x, 2 * y, 100})
                picture.rgb.push_back(static_cast<std::uint8_t>(value));
    return picture;
}

int at(const Crop& crop, int x, int y, int channel) {
    return crop.rgb[(static_cast<std::size_t>(y) * crop.side + x) * 3 + channel];
}

TEST(Crop, PixelsComeFromWhereTheyAreSaidToBe) {
    const Picture picture = ramp(100, 80);
    for (const double length : {20.0, 37.0, 64.0}) {
        for (const int side : {16, 48}) {
            const Crop crop = cut_square(picture, {50.3, 40.7}, length, side);
            for (const int place : {2, side / 2, side - 3}) {
                const Point from = crop.to_picture(place + 0.5, place + 0.5);
                EXPECT_NEAR(at(crop, place, place, 0), 2 * (from.x - 0.5), 2.5) << length << " " << side;
                EXPECT_NEAR(at(crop, place, place, 1), 2 * (from.y - 0.5), 2.5) << length << " " << side;
            }
        }
    }
}

TEST(Crop, ATurnedSquareIsTurned) {
    const Picture picture = ramp(100, 80);
    const Crop crop = cut_square(picture, {50, 40}, 30, 30, 0.5);
    EXPECT_NEAR(crop.to_picture(15, 15).x, 50, 1e-9);
    EXPECT_NEAR(crop.to_picture(30, 15).x, 50 + 15 * std::cos(0.5), 1e-9);
    EXPECT_NEAR(crop.to_picture(30, 15).y, 40 + 15 * std::sin(0.5), 1e-9);
    for (const int place : {3, 15, 26}) {
        const Point from = crop.to_picture(place + 0.5, 10.5);
        EXPECT_NEAR(at(crop, place, 10, 0), 2 * (from.x - 0.5), 2.5);
        EXPECT_NEAR(at(crop, place, 10, 1), 2 * (from.y - 0.5), 2.5);
    }
}

TEST(Crop, IsBlackOutsideThePicture) {
    const Crop crop = cut_square(ramp(100, 80), {0, 40}, 40, 40);
    EXPECT_EQ(at(crop, 5, 20, 2), 0);
    EXPECT_EQ(at(crop, 30, 20, 2), 100);
    EXPECT_EQ(crop.to_picture(20, 20).x, 0);
}

TEST(Crop, SquaresAnywhereAndOfAnySizeAreCut) {
    const Picture picture = ramp(30, 20);
    for (const double x : {-1e6, -5.0, 0.0, 29.9, 1e9})
        for (const double length : {1e-6, 1.0, 500.0, 1e7})
            EXPECT_EQ(cut_square(picture, {x, 10}, length, 8).rgb.size(), 8U * 8 * 3);
}

}  // namespace
}  // namespace vitrina::perceive
