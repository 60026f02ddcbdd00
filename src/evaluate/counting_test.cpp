#include "evaluate/counting.h"

#include <chrono>

#include <gtest/gtest.h>

namespace vitrina::evaluate {
namespace {

TEST(Counting, SaysHowFarCountsAreOff) {
    insight::Summary truth;
    truth.lines = {{"door", 8, 2}, {"gate", 0, 0}};
    truth.zones.resize(1);
    truth.zones[0].zone = "till";
    truth.zones[0].visits = 4;
    truth.zones[0].dwell_total = std::chrono::seconds(100);
    insight::Summary found = truth;
    found.lines = {{"door", 7, 4}, {"gate", 1, 0}};
    found.zones[0].visits = 5;
    found.zones[0].dwell_total = std::chrono::seconds(90);
    const CountingErrors errors = counting_errors(truth, found);
    // One in missed and two out too many, of ten crossings.
    EXPECT_DOUBLE_EQ(errors.lines[0].error, 0.3);
    EXPECT_EQ(errors.lines[0].out_result, 4);
    EXPECT_DOUBLE_EQ(errors.lines[1].error, 1);  // one of none
    EXPECT_DOUBLE_EQ(errors.zones[0].error, -0.1);
    EXPECT_EQ(errors.zones[0].visits_result, 5);
}

}  // namespace
}  // namespace vitrina::evaluate
