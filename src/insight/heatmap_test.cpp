#include "insight/heatmap.h"

#include <algorithm>
#include <cmath>

#include <gtest/gtest.h>

#include "insight/heatmap_picture.h"

namespace vitrina::insight {
namespace {

Sighting sighting(PersonId person, double seconds, Point place) {
    return {person, instant_at(seconds), place, 20, 0.8};
}

TEST(HeatMap, StandingIsTimeInOneCell) {
    HeatMap map(960, 540);
    for (int i = 0; i <= 50; ++i)
        map.observe(sighting(1, i * 0.2, {105, 55}));
    EXPECT_EQ(map.columns(), 96);
    EXPECT_EQ(map.rows(), 54);
    EXPECT_EQ(map.time_in(10, 5), std::chrono::seconds(10));
    EXPECT_EQ(map.total(), std::chrono::seconds(10));
}

TEST(HeatMap, AWalkLeavesTheSameTraceAtAnyFrameRate) {
    HeatMap slow(96, 54);
    HeatMap fast(96, 54);
    for (int i = 0; i <= 20; ++i)
        slow.observe(sighting(1, i * 0.5, {4.8 * i, 20}));
    for (int i = 0; i <= 300; ++i)
        fast.observe(sighting(1, i / 30.0, {0.32 * i, 20}));
    EXPECT_EQ(slow.total(), fast.total());
    for (int column = 0; column < 96; ++column)
        EXPECT_NEAR(to_seconds(slow.time_in(column, 20)), to_seconds(fast.time_in(column, 20)), 0.06);
}

TEST(HeatMap, OfALongGapOnlyAPartIsCounted) {
    HeatMap map(96, 54);
    map.observe(sighting(1, 0, {10, 10}));
    map.observe(sighting(1, 60, {80, 40}));
    EXPECT_EQ(map.time_in(10, 10), std::chrono::milliseconds(500));
    EXPECT_EQ(map.time_in(80, 40), std::chrono::milliseconds(500));
    EXPECT_EQ(map.total(), std::chrono::seconds(1));
}

TEST(HeatMap, OneSightingOrOneOutOfOrderIsNoTime) {
    HeatMap map(96, 54);
    map.observe(sighting(1, 5, {10, 10}));
    map.observe(sighting(1, 5, {11, 10}));
    map.observe(sighting(1, 4, {12, 10}));
    map.observe(sighting(2, 5, {10, 10}));
    EXPECT_EQ(map.total(), Duration{});
    map.person_left(1);
    map.observe(sighting(1, 5.5, {10, 10}));
    EXPECT_EQ(map.total(), Duration{});
}

TEST(HeatMap, PlacesOutsideCountAtTheEdge) {
    HeatMap map(96, 54);
    map.observe(sighting(1, 0, {96, 54}));
    map.observe(sighting(1, 1, {1e6, -7}));
    EXPECT_EQ(map.total(), std::chrono::seconds(1));
    EXPECT_GT(map.time_in(95, 53), Duration{});
    EXPECT_GT(map.time_in(95, 0), Duration{});
}

TEST(HeatMap, ANarrowPictureHasLargerCells) {
    HeatMap map(1, 8192);
    EXPECT_LT(map.columns() * map.rows(), 300'000);
    EXPECT_DOUBLE_EQ(map.columns() * map.cell_size(), 1);
    EXPECT_GE(map.rows() * map.cell_size(), 8192 - 1e-6);
    map.observe(sighting(1, 0, {0.5, 8191}));
    map.observe(sighting(1, 1, {0.5, 8191}));
    EXPECT_EQ(map.total(), std::chrono::seconds(1));
    EXPECT_EQ(HeatMap(9, 16).columns(), 96);
    EXPECT_EQ(HeatMap(1, 16384).rows(), 65536);
}

TEST(HeatmapPicture, IsAsWideAndKeepsThePictureWhereNobodyWas) {
    HeatMap map(320, 240);
    map.observe(sighting(1, 0, {40, 40}));
    map.observe(sighting(1, 1, {40, 40}));
    Picture background{320, 240, std::vector<std::uint8_t>(320 * 240 * 3, 200)};
    const Picture picture = render_heatmap(map, background);
    EXPECT_EQ(picture.width, 320);
    EXPECT_GT(picture.height, 240);
    EXPECT_EQ(picture.rgb.size(), static_cast<std::size_t>(picture.width * picture.height * 3));
    const auto pixel = [&](int x, int y) { return picture.rgb[static_cast<std::size_t>((y * 320 + x) * 3)]; };
    EXPECT_EQ(pixel(200, 200), pixel(300, 100));
    EXPECT_NE(pixel(40, 40), pixel(200, 200));
    EXPECT_EQ(render_heatmap(map, background).rgb, picture.rgb);
}

TEST(HeatmapPicture, OfALargePictureIsSmaller) {
    HeatMap map(3840, 2160);
    map.observe(sighting(1, 0, {960, 540}));
    map.observe(sighting(1, 1, {960, 540}));
    const Picture background{3840, 2160, std::vector<std::uint8_t>(std::size_t{3840} * 2160 * 3, 200)};
    const Picture picture = render_heatmap(map, background);
    ASSERT_EQ(picture.width, 1920);
    EXPECT_GT(picture.height, 1080);
    const auto pixel = [&](int x, int y) {
        return picture.rgb[(static_cast<std::size_t>(y) * 1920 + x) * 3];
    };
    EXPECT_NE(pixel(480, 270), pixel(1500, 900));
}

TEST(HeatmapPicture, TakesAnEmptyMapAndAnySize) {
    const HeatMap map(768, 432);
    for (const auto& [width, height] : {std::pair(1, 1), {7, 300}, {300, 7}, {2000, 10}}) {
        const Picture background{width, height,
                                 std::vector<std::uint8_t>(static_cast<std::size_t>(width * height * 3), 90)};
        EXPECT_EQ(render_heatmap(map, background).width, std::min(width, 1920));
    }
}

}  // namespace
}  // namespace vitrina::insight
