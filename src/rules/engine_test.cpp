// Text in, text out: samples and ticks, and what they raise.
#include "rules/engine.h"

#include <sstream>

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace vitrina::rules {
namespace {

using std::chrono::seconds;
using testing::ElementsAre;
using testing::IsEmpty;

// A Friday, 00:00 by the shop's clock, which is three hours ahead.
constexpr UtcTime kMidnight(std::chrono::sys_days(std::chrono::year(2026) / 11 / 27));

LocalTime to_local(UtcTime instant) {
    const auto day = std::chrono::floor<std::chrono::days>(instant);
    const auto weekday = std::chrono::weekday(day).iso_encoding() - 1;
    return {static_cast<int>(weekday),
            static_cast<int>(std::chrono::duration_cast<std::chrono::minutes>(instant - day).count())};
}

/// "H:MM:SS" or seconds.
UtcTime instant_of(const std::string& text) {
    std::int64_t value = 0;
    std::istringstream parts(text);
    for (std::string part; std::getline(parts, part, ':');)
        value = value * 60 + std::stoll(part);
    return kMidnight + seconds(value);
}

std::string time_of(UtcTime instant) {
    const auto s = std::chrono::duration_cast<seconds>(instant - kMidnight).count();
    return fmt::format("{}:{:02}:{:02}", s / 3600, s / 60 % 60, s % 60);
}

/// Lines "TIME CAMERA PLACE VALUE" are samples of the rule's measure, "TIME" alone is a tick.
std::vector<std::string> run(Engine& engine, const std::string& scenario,
                             Measure measure = Measure::kPeople) {
    std::vector<std::string> told;
    std::istringstream lines(scenario);
    for (std::string line; std::getline(lines, line);) {
        std::istringstream words(line);
        std::string when;
        if (!(words >> when)) continue;
        Sample sample;
        sample.measure = measure;
        sample.at = instant_of(when);
        const bool is_sample = static_cast<bool>(words >> sample.camera >> sample.place >> sample.value);
        for (const Turn& turn : is_sample ? engine.take(sample) : engine.tick(sample.at))
            told.push_back(fmt::format("{} {} {} {}", time_of(turn.at),
                                       turn.kind == Turn::Kind::kRaised ? "raised" : "ended", turn.place,
                                       turn.value));
    }
    return told;
}

Rule queue() {
    Rule rule;
    rule.id = 1;
    rule.name = "Queue";
    rule.limit = 5;
    rule.lasting = seconds(10);
    return rule;
}

std::vector<std::string> run(const Rule& rule, const std::string& scenario,
                             Measure measure = Measure::kPeople) {
    Engine engine(to_local);
    engine.set_rules({rule});
    return run(engine, scenario, measure);
}

TEST(Engine, WhatLastsLongEnoughIsRaisedAndEnds) {
    EXPECT_THAT(run(queue(), "0 door till 4\n1 door till 5\n6 door till 7\n11 door till 6\n12 door till 4\n"),
                ElementsAre("0:00:11 raised till 7", "0:00:12 ended till 4"));
}

TEST(Engine, ABreakBeginsAnew) {
    EXPECT_THAT(run(queue(), "0 door till 5\n9 door till 4\n9 door till 5\n18 door till 5\n19 door till 5\n"),
                ElementsAre("0:00:19 raised till 5"));
}

TEST(Engine, TimeAloneRaisesAsOfTheMomentItWasDue) {
    EXPECT_THAT(run(queue(), "0 door till 5\n9\n13\n"), ElementsAre("0:00:10 raised till 5"));
    // A sample that comes late doesn't hide what was true before it.
    EXPECT_THAT(run(queue(), "0 door till 5\n14 door till 0\n"),
                ElementsAre("0:00:10 raised till 5", "0:00:14 ended till 0"));
}

TEST(Engine, WithoutLastingASampleIsEnough) {
    Rule rule = queue();
    rule.lasting = seconds(0);
    EXPECT_THAT(run(rule, "3 door till 5\n"), ElementsAre("0:00:03 raised till 5"));
}

TEST(Engine, BelowALimitToo) {
    Rule rule = queue();
    rule.above = false;
    rule.limit = 0;
    EXPECT_THAT(run(rule, "0 door desk 1\n2 door desk 0\n12 door desk 0\n"),
                ElementsAre("0:00:12 raised desk 0"));
}

TEST(Engine, PlacesAreJudgedEachForItself) {
    EXPECT_THAT(run(queue(), "0 door till 5\n4 door desk 9\n10\n14\n"),
                ElementsAre("0:00:10 raised till 5", "0:00:14 raised desk 9"));
    Rule rule = queue();
    rule.place = "desk";
    EXPECT_THAT(run(rule, "0 door till 5\n4 door desk 9\n14\n"), ElementsAre("0:00:14 raised desk 9"));
    rule.camera = "hall";
    EXPECT_THAT(run(rule, "0 door desk 5\n4 hall desk 9\n14\n"), ElementsAre("0:00:14 raised desk 9"));
    EXPECT_THAT(run(rule, "0 hall desk 5\n20\n", Measure::kDwell), IsEmpty());
}

TEST(Engine, WhatFlickersIsOneAlarm) {
    Rule rule = queue();
    rule.lasting = seconds(0);
    rule.again_after = seconds(60);
    EXPECT_THAT(run(rule, "0 door till 5\n1 door till 4\n2 door till 5\n3 door till 4\n70 door till 5\n"),
                ElementsAre("0:00:00 raised till 5", "0:00:01 ended till 4", "0:01:10 raised till 5"));
    // It goes on, so it is told again when it may be.
    EXPECT_THAT(run(rule, "0 door till 5\n1 door till 4\n50 door till 5\n59 door till 5\n62\n"),
                ElementsAre("0:00:00 raised till 5", "0:00:01 ended till 4", "0:01:00 raised till 5"));
}

TEST(Engine, HoursAreTheShops) {
    Rule rule = queue();
    rule.hours = {22 * 60, 2 * 60, 1U << 4U};  // Friday night
    rule.lasting = seconds(0);
    EXPECT_THAT(run(rule, "21:59:59 door till 5\n"), IsEmpty());
    EXPECT_THAT(run(rule, "21:59:59 door till 5\n22:00:00 door till 5\n"),
                ElementsAre("22:00:00 raised till 5"));
    EXPECT_THAT(run(rule, "25:59:00 door till 5\n"), ElementsAre("25:59:00 raised till 5"));
    EXPECT_THAT(run(rule, "26:00:00 door till 5\n"), IsEmpty());
    EXPECT_THAT(run(rule, "1:00:00 door till 5\n"), IsEmpty());   // Thursday's night
    EXPECT_THAT(run(rule, "46:00:00 door till 5\n"), IsEmpty());  // Saturday
}

TEST(Engine, WhatIsNotHeardOfIsUnknown) {
    EXPECT_THAT(run(queue(), "0 door till 5\n10 door till 5\n39\n41\n"),
                ElementsAre("0:00:10 raised till 5", "0:00:40 ended till 5"));
    Rule rule = queue();
    rule.lasting = seconds(60);
    EXPECT_THAT(
        run(rule, "0 door till 5\n100 door till 5\n120 door till 5\n150 door till 5\n160 door till 5\n"),
        ElementsAre("0:02:40 raised till 5"));
}

TEST(Engine, AClockThatIsSetBackBeginsAnew) {
    EXPECT_THAT(run(queue(),
                    "1:00:00 door till 5\n1:00:10 door till 5\n0:00:05 door till 5\n0:00:14 door till 5\n"
                    "0:00:15 door till 5\n"),
                ElementsAre("1:00:10 raised till 5", "0:00:05 ended till 5", "0:00:15 raised till 5"));
}

TEST(Engine, AChangedRuleBeginsAnewAndAnotherStays) {
    Engine engine(to_local);
    Rule other = queue();
    other.id = 2;
    engine.set_rules({queue(), other});
    EXPECT_THAT(run(engine, "0 door till 5\n"), IsEmpty());
    Rule changed = queue();
    changed.limit = 4;
    engine.set_rules({changed, other});
    EXPECT_THAT(run(engine, "5 door till 5\n10 door till 5\n"), ElementsAre("0:00:10 raised till 5"));
    EXPECT_THAT(run(engine, "15 door till 5\n"), ElementsAre("0:00:15 raised till 5"));
    other.enabled = false;
    engine.set_rules({changed, other});
    EXPECT_THAT(run(engine, "16 door till 0\n"), ElementsAre("0:00:16 ended till 0"));
}

TEST(Engine, HowOftenItIsTickedChangesNothing) {
    const std::string samples[] = {"0 door till 6\n", "20 door till 6\n", "33 door till 3\n",
                                   "40 door till 6\n", "61 door till 6\n"};
    std::string rare;
    std::string often;
    int second = 0;
    for (const std::string& sample : samples) {
        const int until = std::stoi(sample);
        for (; second < until; ++second)
            often += std::to_string(second) + "\n";
        often += sample;
        rare += sample;
    }
    Rule rule = queue();
    rule.again_after = seconds(5);
    EXPECT_EQ(run(rule, rare), run(rule, often));
    EXPECT_EQ(run(rule, rare).size(), 3U);
}

}  // namespace
}  // namespace vitrina::rules
