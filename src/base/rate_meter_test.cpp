#include "base/rate_meter.h"

#include <chrono>

#include <gtest/gtest.h>

namespace vitrina {
namespace {

using namespace std::chrono_literals;

TEST(RateMeter, TellsTheRateOfTheLastSeconds) {
    RateMeter meter;
    EXPECT_EQ(meter.per_second(SourceTime(1s)), 0);
    for (int i = 0; i < 200; ++i)
        meter.add(3, SourceTime(i * 100ms));
    EXPECT_DOUBLE_EQ(meter.per_second(SourceTime(20s)), 30);
    EXPECT_DOUBLE_EQ(meter.per_second(SourceTime(22'500ms)), 15);
    EXPECT_DOUBLE_EQ(meter.per_second(SourceTime(1h)), 0);
}

}  // namespace
}  // namespace vitrina
