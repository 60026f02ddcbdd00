#include "base/distance.h"

#include <cmath>

#include <gtest/gtest.h>

namespace vitrina {
namespace {

const Polygon kSquare = {{0, 0}, {4, 0}, {4, 4}, {0, 4}};

TEST(Distance, OfPlacesAndSegments) {
    EXPECT_EQ(distance({0, 0}, {3, 4}), 5);
    EXPECT_EQ(distance_to_segment({2, 3}, {0, 0}, {4, 0}), 3);
    EXPECT_EQ(distance_to_segment({7, 4}, {0, 0}, {4, 0}), 5) << "beyond its end";
    EXPECT_EQ(distance_to_segment({3, 4}, {0, 0}, {0, 0}), 5) << "of no length";
}

TEST(Distance, OfPolygons) {
    EXPECT_EQ(distance_to_polygon({6, 2}, kSquare), 2);
    EXPECT_EQ(distance_to_polygon({1, 2}, kSquare), 0);
    EXPECT_EQ(distance_to_edge({1, 2}, kSquare), 1) << "inside too";
    EXPECT_EQ(distance_to_edge({-1, 2}, kSquare), 1) << "the side from the last corner to the first";
    EXPECT_TRUE(std::isinf(distance_to_edge({0, 0}, {})));
}

}  // namespace
}  // namespace vitrina
