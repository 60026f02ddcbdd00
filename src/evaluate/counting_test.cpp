#include "evaluate/counting.h"

#include <chrono>

#include <gtest/gtest.h>

namespace vitrina::evaluate {
namespace {

TEST(Counting, SaysHowFarCountsAreOff) {
    Counted counted_truth;
    insight::Summary& truth = counted_truth.totals;
    truth.lines = {{"door", 8, 2}, {"gate", 0, 0}};
    truth.zones.resize(1);
    truth.zones[0].zone = "till";
    truth.zones[0].visits = 4;
    truth.zones[0].dwell_total = std::chrono::seconds(100);
    Counted counted_found = counted_truth;
    insight::Summary& found = counted_found.totals;
    found.lines = {{"door", 7, 4}, {"gate", 1, 0}};
    found.zones[0].visits = 5;
    found.zones[0].dwell_total = std::chrono::seconds(90);
    const CountingErrors errors = counting_errors(counted_truth, counted_found);
    // One in missed and two out too many, of ten crossings.
    EXPECT_DOUBLE_EQ(errors.lines[0].error.value(), 0.3);
    EXPECT_EQ(errors.lines[0].out_result, 4);
    EXPECT_FALSE(errors.lines[1].error) << "one of none is no share";
    EXPECT_EQ(errors.lines[1].in_result, 1);
    EXPECT_DOUBLE_EQ(errors.zones[0].error.value(), -0.1);
    EXPECT_EQ(errors.zones[0].visits_result, 5);
}

TEST(Counting, ADwellOfNobodyHasNoShare) {
    Counted truth;
    truth.totals.zones.resize(1);
    truth.totals.zones[0].zone = "till";
    Counted found = truth;
    found.totals.zones[0].visits = 1;
    found.totals.zones[0].dwell_total = std::chrono::milliseconds(16'600);
    const CountingErrors errors = counting_errors(truth, found);
    EXPECT_FALSE(errors.zones[0].error);
    EXPECT_FALSE(errors.zones[0].stay_error_s);
    EXPECT_EQ(errors.zones[0].dwell_result, std::chrono::milliseconds(16'600));
}

TEST(Counting, StaysThatAreWrongBothWaysAreNotRight) {
    const auto stay = [](PersonId person, int begin_s, int end_s, const char* zone = "till") {
        return Visit{person, zone, instant_at(begin_s), instant_at(end_s)};
    };
    Counted truth;
    truth.totals.zones.resize(1);
    truth.totals.zones[0].zone = "till";
    truth.totals.zones[0].visits = 3;
    truth.totals.zones[0].dwell_total = std::chrono::seconds(100);
    truth.visits = {stay(1, 0, 30), stay(2, 20, 60), stay(3, 100, 130)};
    Counted found = truth;
    // Two at the same time, one ten seconds too long and one as much too short; and one that nobody had.
    found.visits = {stay(8, 20, 50), stay(7, 0, 40), stay(9, 200, 230), stay(6, 100, 130, "door")};
    const CountingErrors errors = counting_errors(truth, found);
    EXPECT_DOUBLE_EQ(errors.zones[0].error.value(), 0) << "the sum says nothing";
    EXPECT_EQ(errors.zones[0].stays_matched, 2);
    EXPECT_DOUBLE_EQ(errors.zones[0].stay_error_s.value(), 10);
}

}  // namespace
}  // namespace vitrina::evaluate
