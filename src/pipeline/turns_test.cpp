#include "pipeline/turns.h"

#include <array>
#include <vector>

#include <gtest/gtest.h>

namespace vitrina::pipeline {
namespace {

using std::chrono::milliseconds;

SourceTime ms(std::int64_t at) {
    return SourceTime(milliseconds(at));
}

Turn turn(std::int64_t due_ms, bool has_new = true) {
    return {.period = milliseconds(200), .due = ms(due_ms), .last = ms(due_ms - 200), .has_new = has_new};
}

TEST(Turns, TheMostOverdueGoesFirst) {
    const std::array<Turn, 3> turns = {turn(900), turn(700), turn(800)};
    EXPECT_EQ(next_turn(turns, ms(1000)), 1U);
}

TEST(Turns, OverdueIsCountedInOnesOwnPeriods) {
    Turn slow = turn(500);
    slow.period = milliseconds(1000);
    const std::array<Turn, 2> turns = {slow, turn(800)};
    EXPECT_EQ(next_turn(turns, ms(1000)), 1U);
}

TEST(Turns, NobodyGoesBeforeHeIsDueOrWithoutAPictureOrTwiceAtOnce) {
    Turn busy = turn(800);
    busy.in_work = true;
    const std::array<Turn, 3> turns = {turn(1100), turn(800, false), busy};
    EXPECT_FALSE(next_turn(turns, ms(1000)));
    EXPECT_EQ(next_change(turns, ms(1000)), ms(1100));
}

TEST(Turns, ALivelyCameraGoesEarlyWhenNobodyElseIsDue) {
    Turn lively = turn(1090);
    lively.lively = true;
    EXPECT_EQ(next_turn(std::array<Turn, 1>{lively}, ms(1000)), 0U);
    EXPECT_EQ(next_turn(std::array<Turn, 2>{lively, turn(999)}, ms(1000)), 1U);
    EXPECT_FALSE(next_turn(std::array<Turn, 1>{lively}, ms(980)));
    EXPECT_EQ(next_change(std::array<Turn, 1>{lively}, ms(980)), ms(990));
}

// Cameras with pictures at all times, one network that takes `cost` for each.
std::vector<int> simulate(std::vector<Turn> turns, Duration cost, Duration span) {
    std::vector<int> looks(turns.size());
    SourceTime now = ms(0);
    while (now < SourceTime(span)) {
        const auto next = next_turn(turns, now);
        if (!next) {
            now = std::max(now + Duration(1), *next_change(turns, now));
            continue;
        }
        Turn& taken = turns[*next];
        taken.due = due_after(taken, now);
        taken.last = now;
        ++looks[*next];
        now += cost;
    }
    return looks;
}

TEST(Turns, EachCameraGetsItsRateWhenThereIsTime) {
    const auto looks = simulate({turn(0), turn(0), turn(0)}, milliseconds(30), std::chrono::seconds(100));
    for (const int count : looks)
        EXPECT_NEAR(count, 500, 5);
}

TEST(Turns, TooManyCamerasShareFairly) {
    const auto looks = simulate(std::vector<Turn>(16, turn(0)), milliseconds(40), std::chrono::seconds(64));
    for (const int count : looks)
        EXPECT_NEAR(count, 100, 2);
}

TEST(Turns, ALivelyCameraTakesOnlyWhatIsLeft) {
    Turn lively = turn(0);
    lively.lively = true;
    const auto looks = simulate({lively, turn(0), turn(0)}, milliseconds(30), std::chrono::seconds(100));
    EXPECT_GT(looks[0], 700);
    EXPECT_NEAR(looks[1], 500, 25);
    EXPECT_NEAR(looks[2], 500, 25);
}

}  // namespace
}  // namespace vitrina::pipeline
