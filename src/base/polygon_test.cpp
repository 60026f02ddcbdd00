#include "base/polygon.h"

#include <gtest/gtest.h>

namespace vitrina {
namespace {

TEST(Polygon, LiesInTheBoxThatJustHoldsIt) {
    EXPECT_EQ(bounds_of({{2, 3}, {-1, 4}, {1, -5}}), (Box{-1, -5, 3, 9}));
    EXPECT_EQ(bounds_of({{2, 3}}), (Box{2, 3, 0, 0}));
}

TEST(Polygon, InOtherUnits) {
    EXPECT_EQ(scaled({{2, 3}, {-1, 4}}, 0.5), (Polygon{{1, 1.5}, {-0.5, 2}}));
    EXPECT_TRUE(scaled({}, 2).empty());
}

}  // namespace
}  // namespace vitrina
