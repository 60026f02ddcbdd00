#include "base/interval.h"

#include <gtest/gtest.h>

namespace vitrina {
namespace {

TEST(Interval, WilsonsOfAShare) {
    const ShareInterval interval = wilson95(20, 100);
    EXPECT_NEAR(interval.share, 0.2, 1e-12);
    EXPECT_NEAR(interval.low, 0.1334, 1e-4);
    EXPECT_NEAR(interval.high, 0.2888, 1e-4);
    EXPECT_NEAR(wilson95(0, 10).high, 0.2775, 1e-4);
    EXPECT_NEAR(wilson95(10, 10).low, 0.7225, 1e-4);
}

TEST(Interval, OfNothingNothingIsKnown) {
    for (const ShareInterval& interval : {wilson95(0, 0), wilson95(3, -1)}) {
        EXPECT_EQ(interval.low, 0);
        EXPECT_EQ(interval.high, 1);
    }
    EXPECT_EQ(wilson95(12, 10).share, 1);
}

TEST(Interval, StudentsT) {
    EXPECT_NEAR(student95(3), 3.182, 0.03);
    EXPECT_NEAR(student95(10), 2.228, 1e-3);
    EXPECT_NEAR(student95(1e9), kZ95, 1e-6);
    EXPECT_EQ(student95(0), student95(1));
}

}  // namespace
}  // namespace vitrina
