#include "base/geometry.h"

#include <gtest/gtest.h>

namespace vitrina {
namespace {

TEST(Geometry, OverlapOfBoxes) {
    EXPECT_EQ(iou({0, 0, 10, 10}, {0, 0, 10, 10}), 1);
    EXPECT_EQ(iou({0, 0, 10, 10}, {10, 0, 10, 10}), 0);
    EXPECT_EQ(iou({0, 0, 0, 0}, {0, 0, 0, 0}), 0);
    EXPECT_DOUBLE_EQ(iou({0, 0, 10, 10}, {5, 0, 10, 10}), 1.0 / 3);
}

TEST(Geometry, ClipsToThePicture) {
    EXPECT_EQ(clip({-5, -5, 20, 20}, 10, 8), (Box{0, 0, 10, 8}));
    EXPECT_EQ(clip({50, 50, 5, 5}, 10, 8).area(), 0);
    EXPECT_EQ(clip({2, 3, 4, 5}, 10, 10), (Box{2, 3, 4, 5}));
}

TEST(Geometry, FeetAreBelow) {
    EXPECT_EQ((Box{10, 20, 30, 60}).foot(), (Point{25, 80}));
}

TEST(Geometry, InsideIncludesEdgesAndCorners) {
    const Polygon bay{{0, 0}, {30, 0}, {30, 30}, {20, 30}, {20, 10}, {10, 10}, {10, 30}, {0, 30}};
    EXPECT_TRUE(contains(bay, {5, 20}));
    EXPECT_TRUE(contains(bay, {25, 20}));
    EXPECT_FALSE(contains(bay, {15, 20}));
    EXPECT_TRUE(contains(bay, {15, 10}));
    EXPECT_TRUE(contains(bay, {0, 0}));
    EXPECT_TRUE(contains(bay, {10, 30}));
    EXPECT_FALSE(contains(bay, {-1, 0}));
    EXPECT_FALSE(contains({}, {0, 0}));
}

TEST(Geometry, SaysWhyAPolygonCantBeUsed) {
    EXPECT_EQ(why_invalid({{0, 0}, {10, 0}, {10, 10}, {0, 10}}), std::nullopt);
    EXPECT_EQ(why_invalid({{0, 10}, {10, 10}, {10, 0}, {0, 0}}), std::nullopt) << "the other way round";
    EXPECT_EQ(why_invalid({}), "needs at least three different corners");
    EXPECT_EQ(why_invalid({{0, 0}, {1, 1}, {0, 0}}), "needs at least three different corners");
    EXPECT_EQ(why_invalid({{0, 0}, {10, 10}, {10, 0}, {0, 10}}), "crosses itself");
    EXPECT_EQ(why_invalid({{0, 0}, {5, 5}, {10, 10}}), "has no area or a spike");
}

TEST(Geometry, RightIsPositive) {
    EXPECT_GT(side_of({0, 10}, {0, 0}, {5, 5}), 0) << "walking up the picture, x grows to the right";
    EXPECT_LT(side_of({0, 10}, {0, 0}, {-5, 5}), 0);
    EXPECT_EQ(side_of({0, 10}, {0, 0}, {0, 3}), 0);
}

TEST(Geometry, WhereAWayMeetsASegment) {
    EXPECT_EQ(crossing_of({0, 0}, {10, 0}, {4, -5}, {4, 5}), 0.4);
    EXPECT_EQ(crossing_of({0, 0}, {10, 0}, {4, 1}, {4, 5}), std::nullopt);
    EXPECT_EQ(crossing_of({0, 0}, {3, 0}, {4, -5}, {4, 5}), std::nullopt);
    EXPECT_EQ(crossing_of({0, 0}, {10, 0}, {0, 1}, {10, 1}), std::nullopt);
    EXPECT_EQ(crossing_of({4, 4}, {4, 4}, {0, 0}, {10, 10}), std::nullopt) << "no way at all";
}

}  // namespace
}  // namespace vitrina
