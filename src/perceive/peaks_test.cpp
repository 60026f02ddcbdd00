#include "perceive/peaks.h"

#include <limits>

#include <gtest/gtest.h>

namespace vitrina::perceive {
namespace {

// Maps of two classes, without anything in them.
struct Maps {
    int rows;
    int columns;
    std::vector<float> heat = std::vector<float>(static_cast<std::size_t>(rows) * columns * 2);
    std::vector<float> size = std::vector<float>(static_cast<std::size_t>(rows) * columns * 4, 8.0F);

    float& heat_at(int row, int column, int label = 0) { return heat[(row * columns + column) * 2 + label]; }
    [[nodiscard]] HeatMaps view() const { return {heat, size, rows, columns, 2}; }
};

TEST(FindPeaks, BoxReachesFromTheCellToItsEdges) {
    Maps maps{5, 7};
    maps.heat_at(2, 3) = 0.9F;
    float* to_edge = &maps.size[(2 * 7 + 3) * 4];
    to_edge[0] = 4;
    to_edge[1] = 6;
    to_edge[2] = 10;
    to_edge[3] = 20;
    const auto found = find_peaks(maps.view(), 0, 0.5);
    ASSERT_EQ(found.size(), 1U);
    EXPECT_EQ(found[0].box, (Box{8, 2, 14, 26}));
    EXPECT_FLOAT_EQ(static_cast<float>(found[0].score), 0.9F);
}

TEST(FindPeaks, NeighboursOfAPeakAreNotPeaks) {
    Maps maps{5, 5};
    maps.heat_at(2, 2) = 0.9F;
    maps.heat_at(2, 3) = 0.8F;
    maps.heat_at(4, 4) = 0.6F;
    const auto found = find_peaks(maps.view(), 0, 0.5);
    ASSERT_EQ(found.size(), 2U);
    EXPECT_GT(found[0].score, found[1].score);
}

TEST(FindPeaks, CornersAndEdgesCount) {
    Maps maps{3, 4};
    maps.heat_at(0, 0) = 0.7F;
    maps.heat_at(2, 3) = 0.8F;
    EXPECT_EQ(find_peaks(maps.view(), 0, 0.5).size(), 2U);
}

TEST(FindPeaks, OtherClassesDoNotCount) {
    Maps maps{3, 3};
    maps.heat_at(1, 1, 1) = 0.9F;
    EXPECT_TRUE(find_peaks(maps.view(), 0, 0.5).empty());
    EXPECT_EQ(find_peaks(maps.view(), 1, 0.5).size(), 1U);
}

TEST(FindPeaks, BoxesThatAreNotNumbersOrHaveNoAreaArePassedOver) {
    Maps maps{5, 5};
    maps.heat_at(0, 0) = 0.9F;
    maps.size[0] = std::numeric_limits<float>::quiet_NaN();
    maps.heat_at(4, 4) = 0.9F;
    maps.size[(4 * 5 + 4) * 4] = -8.0F;
    maps.heat_at(2, 2) = std::numeric_limits<float>::quiet_NaN();
    EXPECT_TRUE(find_peaks(maps.view(), 0, 0.5).empty());
}

}  // namespace
}  // namespace vitrina::perceive
