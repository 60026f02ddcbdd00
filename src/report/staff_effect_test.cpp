#include "report/staff_effect.h"

#include <algorithm>
#include <cmath>
#include <random>

#include <gtest/gtest.h>

namespace vitrina::report {
namespace {

using std::chrono::milliseconds;

double uniform(std::mt19937_64& random) {
    return (static_cast<double>(random() >> 11U) + 0.5) * 0x1p-53;
}

/// 3,000 customers who stand twice each; who stays longer is found more often by the one who works there.
StaffFacts made_up(double factor, bool by_customer = false, bool keen_ones_ask = false) {
    std::mt19937_64 random(3);
    StaffFacts facts;
    facts.members = {{1, 0}};
    const UtcTime day(std::chrono::sys_days(std::chrono::year(2026) / 3 / 2));
    const auto add = [](std::vector<LiveEvent>& to, Fact fact, UtcTime begin, double for_s) {
        Event event;
        event.fact = std::move(fact);
        to.push_back({std::move(event), begin, begin + milliseconds(std::lround(for_s * 1000))});
    };
    for (PersonId person = 100; person < 3100; ++person) {
        const double keen = uniform(random);
        UtcTime begin = day + milliseconds(36'000 * (person - 100) / 10 + 36'000'000);
        double chance = 0.1 + 0.4 * keen;
        bool served = false;
        for (int i = 0; i < 2; ++i) {
            double stays_s = 5 - std::log(uniform(random)) * 60 * keen;
            const double found_s = 10 - std::log(uniform(random)) * 150;
            const double asks_s = keen_ones_ask ? 10 - std::log(uniform(random)) * 60 / keen : stays_s;
            const double talks_s = std::min(found_s, asks_s);
            if (!served && talks_s < stays_s) {
                served = true;
                chance *= factor;
                Talk talk;
                talk.person = person;
                talk.staff = 1;
                talk.approach = by_customer || asks_s < found_s ? Approach::kCustomer : Approach::kStaff;
                add(facts.talks, talk, begin + milliseconds(std::lround(talks_s * 1000)), 30);
                stays_s += 40;
            }
            add(facts.stands, Stand{person, i == 0 ? "wine" : "cheese", {}, {}}, begin, stays_s);
            begin += milliseconds(std::lround(stays_s * 1000) + 10'000);
        }
        if (uniform(random) < chance) facts.spent[person] = 1000;
    }
    return facts;
}

ShopHour hour_of(UtcTime at) {
    const auto day = std::chrono::floor<std::chrono::days>(at);
    return {day.time_since_epoch().count(),
            static_cast<int>(std::chrono::floor<std::chrono::hours>(at - day).count())};
}

/// Stands of one day, all of them in one hour of it: `spoken` of them are spoken to after ten seconds, as
/// long as the others stay. Of both `bought` in `of` buy.
struct OneDay {
    std::chrono::sys_days day;
    int alone = 0;
    int spoken = 0;
    int bought = 0;
    int of = 1;
};

void add_day(StaffFacts& facts, const OneDay& one) {
    const UtcTime begin = one.day + std::chrono::hours(11);
    const UtcTime later = begin + std::chrono::seconds(10);
    for (int i = 0; i < one.alone + one.spoken; ++i) {
        const auto person = static_cast<PersonId>(100 + facts.stands.size());
        const bool is_spoken_to = i < one.spoken;
        const int number = is_spoken_to ? i : i - one.spoken;
        Event stand;
        stand.fact = Stand{person, "wine", {}, {}};
        facts.stands.push_back({std::move(stand), begin, later});
        if (number % one.of < one.bought) facts.spent[person] = 1000;
        if (!is_spoken_to) continue;
        Talk talk;
        talk.person = person;
        talk.staff = 1;
        talk.approach = Approach::kStaff;
        Event event;
        event.fact = talk;
        facts.talks.push_back({std::move(event), later, later + std::chrono::seconds(30)});
    }
}

TEST(StaffEffect, BusyDaysOnWhichFewAreSpokenToAreNotTakenForIt) {
    // Nobody buys because he was spoken to. On the Saturday half of all buy and a tenth are spoken to; on
    // five other days a fifth buy and two fifths are.
    StaffFacts facts;
    facts.members = {{1, 0}};
    const std::chrono::sys_days monday = std::chrono::year(2026) / 3 / 2;
    for (int day = 0; day < 5; ++day)
        add_day(facts, {monday + std::chrono::days(day), 300, 200, 1, 5});
    add_day(facts, {monday + std::chrono::days(5), 270, 30, 1, 2});
    const Effect effect = staff_effect(facts, hour_of).bought;
    ASSERT_TRUE(effect.is_known);
    EXPECT_EQ(effect.compared, 1030);
    EXPECT_NEAR(effect.factor.value, 1, 1e-9);
    EXPECT_LT(effect.factor.low, 1);
    EXPECT_GT(effect.factor.high, 1);
    EXPECT_LT(effect.naive.high, 0) << "as if it did harm";
}

TEST(StaffEffect, QuietHoursAreComparedWithThoseOfTheSameWeekday) {
    // One stand a day. On Saturdays half buy and one in four is spoken to; on Tuesdays it is the other way.
    StaffFacts facts;
    facts.members = {{1, 0}};
    const std::chrono::sys_days tuesday = std::chrono::year(2026) / 3 / 3;
    for (int week = 0; week < 80; ++week) {
        const std::chrono::sys_days day = tuesday + std::chrono::days(7 * week);
        const bool buys_on_tuesday = week / 4 % 4 == 0;
        const bool buys_on_saturday = week / 4 % 2 == 0;
        const int spoken = week % 4 == 0 ? 0 : 1;
        add_day(facts, {day, 1 - spoken, spoken, buys_on_tuesday ? 1 : 0, 1});
        add_day(facts, {day + std::chrono::days(4), spoken, 1 - spoken, buys_on_saturday ? 1 : 0, 1});
    }
    const Effect effect = staff_effect(facts, hour_of).bought;
    ASSERT_TRUE(effect.is_known);
    EXPECT_EQ(effect.compared, 80);
    EXPECT_NEAR(effect.factor.value, 1, 1e-9);
}

TEST(StaffEffect, FindsTheFactorThatTheNaiveComparisonMisses) {
    const StaffEffect effect = staff_effect(made_up(1.4), hour_of);
    ASSERT_TRUE(effect.bought.is_known);
    EXPECT_GT(effect.bought.treated, 500);
    EXPECT_LT(effect.bought.factor.low, 1.4);
    EXPECT_GT(effect.bought.factor.high, 1.4);
    EXPECT_GT(effect.bought.naive.value, effect.bought.added.value + 0.03);
    ASSERT_TRUE(effect.spent.is_known);
    EXPECT_NEAR(effect.spent.added.value, 1000 * effect.bought.added.value, 1e-6);
}

TEST(StaffEffect, WithoutEffectTheIntervalHoldsNothing) {
    const StaffEffect effect = staff_effect(made_up(1), hour_of);
    ASSERT_TRUE(effect.bought.is_known);
    EXPECT_LT(effect.bought.added.low, 0);
    EXPECT_GT(effect.bought.added.high, 0);
    EXPECT_GT(effect.bought.naive.low, 0);
}

TEST(StaffEffect, WhoAsksLaterCountsUntilThen) {
    const StaffFacts facts = made_up(1.4, false, true);
    const StaffEffect effect = staff_effect(facts, hour_of);
    ASSERT_TRUE(effect.bought.is_known);
    EXPECT_NEAR(effect.bought.factor.value, 1.4, 0.35);
    EXPECT_LT(effect.bought.treated, static_cast<std::int64_t>(facts.talks.size()));
    EXPECT_LE(effect.bought.untreated, 3000 - static_cast<std::int64_t>(facts.talks.size()))
        << "who asked is neither with nor without";
}

TEST(StaffEffect, EachMembersCustomersAreHisOwn) {
    StaffFacts facts = made_up(1.4);
    facts.members[2] = 7;
    for (std::size_t i = 0; i < facts.talks.size(); i += 2)
        std::get<Talk>(facts.talks[i].event.fact).staff = 2;
    const Effect team = staff_effect(facts, hour_of).bought;
    const Effect one = bought_effect(facts, hour_of, 0);
    const Effect other = bought_effect(facts, hour_of, 7);
    EXPECT_EQ(one.treated + other.treated, team.treated);
    EXPECT_NEAR(static_cast<double>(one.treated), static_cast<double>(other.treated), 2);
    EXPECT_EQ(one.untreated, team.untreated);
    EXPECT_EQ(other.untreated, team.untreated);
}

TEST(StaffEffect, WhoAskedByHimselfSaysNothing) {
    const StaffEffect effect = staff_effect(made_up(1.4, true), hour_of);
    EXPECT_FALSE(effect.bought.is_known);
    EXPECT_EQ(effect.bought.treated, 0);
}

}  // namespace
}  // namespace vitrina::report
