#include "quantize/histogram.h"

#include <limits>
#include <random>

#include <gtest/gtest.h>

namespace mosaic::quantize {
namespace {

// Nearly all within 0.4 of zero, and one number far out on either side.
Histogram with_outliers() {
    constexpr int kCount = 100000;
    std::mt19937 random(3);
    std::normal_distribution<float> normal(0.0F, 0.1F);
    std::vector<float> values;
    values.reserve(kCount + 2);
    for (int i = 0; i < kCount; ++i)
        values.push_back(normal(random));
    values.push_back(-10.0F);
    values.push_back(10.0F);
    Histogram histogram;
    histogram.add(values);
    return histogram;
}

Calibration::Range range_by(RangeMethod method, double percentile = 99.9) {
    CalibrationOptions how;
    how.method = method;
    how.percentile = percentile;
    return with_outliers().range(how);
}

TEST(Histogram, TheLargestIsAllThatWasSeen) {
    const Calibration::Range range = range_by(RangeMethod::kLargest);
    EXPECT_EQ(range.low, -10.0F);
    EXPECT_EQ(range.high, 10.0F);
}

TEST(Histogram, APercentileLeavesOutAShareOfBothSides) {
    // A twentieth of a percent lies 3.29 deviations out.
    const Calibration::Range most = range_by(RangeMethod::kPercentile);
    EXPECT_NEAR(most.low, -0.33F, 0.03F);
    EXPECT_NEAR(most.high, 0.33F, 0.03F);
    EXPECT_EQ(range_by(RangeMethod::kPercentile, 100.0).high, 10.0F);
}

TEST(Histogram, TheLeastErrorWeighsWhatIsCutOffAgainstRounding) {
    // Rounding costs (2 x / 255)^2 / 12 for each of 100000 numbers, cutting (10 - x)^2 for each of two: least
    // at 7.97.
    const Calibration::Range range = range_by(RangeMethod::kLeastError);
    EXPECT_NEAR(range.low, -7.97F, 0.4F);
    EXPECT_NEAR(range.high, 7.97F, 0.4F);
}

TEST(Histogram, EntropyGivesUpTheTailForTheShapeOfTheRest) {
    const Calibration::Range range = range_by(RangeMethod::kEntropy);
    EXPECT_LT(range.high, 5.0F);
    EXPECT_GT(range.high, 0.4F);
    EXPECT_NEAR(range.low, -range.high, 1e-5F);
}

TEST(Histogram, WhatIsNoNumberDoesNotCount) {
    Histogram histogram;
    histogram.add({});
    for (const RangeMethod method :
         {RangeMethod::kLargest, RangeMethod::kPercentile, RangeMethod::kEntropy, RangeMethod::kLeastError}) {
        CalibrationOptions how;
        how.method = method;
        EXPECT_EQ(histogram.range(how).low, 0.0F);
        EXPECT_EQ(histogram.range(how).high, 0.0F);
    }
    const std::vector<float> values = {std::numeric_limits<float>::quiet_NaN(),
                                       std::numeric_limits<float>::infinity(), 2.0F,
                                       -std::numeric_limits<float>::infinity()};
    histogram.add(values);
    CalibrationOptions how;
    how.method = RangeMethod::kLargest;
    EXPECT_EQ(histogram.range(how).low, 0.0F);
    EXPECT_EQ(histogram.range(how).high, 2.0F);
}

}  // namespace
}  // namespace mosaic::quantize
