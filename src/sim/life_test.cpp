#include "sim/life.h"

#include <cmath>
#include <map>
#include <memory>
#include <set>
#include <utility>

#include <gtest/gtest.h>

#include "sim/witness.h"

namespace vitrina::sim {
namespace {

/// A shop of 12 x 10 m with two shelves and two tills.
Plan small_plan() {
    Plan plan;
    plan.version = "test";
    plan.width_m = 12;
    plan.depth_m = 10;
    plan.walls = {
        {{0, 0}, {12, 0}}, {{12, 0}, {12, 10}}, {{12, 10}, {3, 10}}, {{1, 10}, {0, 10}}, {{0, 10}, {0, 0}}};
    plan.doors = {{"main", {1, 10}, {3, 10}, DoorUse::kEntrance},
                  {"store", {12, 1}, {12, 2}, DoorUse::kStaff}};
    plan.lines = {{"entrance", {3.5, 9.2}, {0.5, 9.2}}};
    plan.fixtures = {{"left", {{2, 1}, {2.8, 1}, {2.8, 4}, {2, 4}}, 1.6},
                     {"right", {{6, 1}, {6.8, 1}, {6.8, 4}, {6, 4}}, 1.6}};
    plan.zones = {{"shelves", {{0, 0}, {9, 0}, {9, 5}, {0, 5}}, ZoneKind::kDepartment, {}}};
    for (int i = 0; i < 2; ++i) {
        const double x = 5.0 + 3.0 * i;
        const std::string till = "till-" + std::to_string(i + 1);
        plan.fixtures.push_back(
            {"counter" + till, {{x, 7.6}, {x + 0.6, 7.6}, {x + 0.6, 9.4}, {x, 9.4}}, 0.9});
        plan.zones.push_back({"queue " + till,
                              {{x + 0.6, 5.2}, {x + 1.8, 5.2}, {x + 1.8, 7.6}, {x + 0.6, 7.6}},
                              ZoneKind::kQueue,
                              till});
        plan.zones.push_back({"service " + till,
                              {{x + 0.6, 7.6}, {x + 1.8, 7.6}, {x + 1.8, 9.4}, {x + 0.6, 9.4}},
                              ZoneKind::kService,
                              till});
        plan.zones.push_back(
            {"cashier " + till, {{x - 1, 7.6}, {x, 7.6}, {x, 9.4}, {x - 1, 9.4}}, ZoneKind::kCashier, till});
    }
    return plan;
}

Behaviour behaviour() {
    Behaviour it;
    it.days = 2;
    it.arrivals.visits_per_day = 400;
    for (std::size_t hour = 10; hour < 18; ++hour)
        it.arrivals.hours.at(hour) = 1;
    it.interests = {{"left", 1, 15, 0.6, 0.4, 0.3, 0.5, {{"1", "one", 100, 1}}},
                    {"right", 2, 25, 0.6, 0.4, 0.3, 0.5, {{"2", "two", 250, 1}}}};
    it.checkout.tills = {{"till-1", 10, 18}, {"till-2", 14, 16}};
    it.checkout.service_base_s = 60;
    it.staff = {{"A", Role::kCashier, 9.5, 18.5, 13, 0, {1, 1, 1, 1, 1, 1, 1}},
                {"B", Role::kCashier, 13.5, 18, 15, 20, {1, 1, 1, 1, 1, 1, 1}},
                {"C", Role::kConsultant, 10, 18, 12, 30, {1, 1, 1, 1, 1, 1, 1}}};
    it.loyalty.holders = 50;
    return it;
}

struct Diary final : LifeWatcher {
    void entered(const Agent& agent, double at_s) override {
        ++entries;
        if (agent.leader == kNobody) ++parties;
        by_hour[static_cast<int>(std::fmod(at_s, kDayS) / kHourS)] += 1;
        if (agent.campaign >= 0) ++brought;
    }
    void left(const Agent&, double) override { ++exits; }
    void stopped(const Agent& agent, const std::string&, double begin, double end, bool bought) override {
        EXPECT_LE(begin, end);
        auto& of = stops[agent.consulted];
        ++of.first;
        of.second += bought ? 1 : 0;
    }
    void waited(const Agent& agent, const std::string&, double joined, double until, Leaving how) override {
        EXPECT_LE(joined, until);
        if (how == Leaving::kServed) waits[agent.person] = until - joined;
    }
    void served(const Agent&, const std::string& till, double begin, double end) override {
        EXPECT_LT(begin, end);
        // Those who came together are served together; others wait until the till is free.
        EXPECT_TRUE(begin == last_begun[till] || begin >= busy_until[till]) << till << " " << begin;
        last_begun[till] = begin;
        busy_until[till] = end;
    }
    void queue_changed(const std::string&, double, int people, bool) override { EXPECT_GE(people, 0); }
    void paid(const Receipt& receipt) override {
        ++receipts;
        EXPECT_FALSE(receipt.items.empty());
        EXPECT_TRUE(paid_by.insert(receipt.person).second);
        late_s[receipt.till].emplace_back(receipt.at_s, receipt.stamped_s - receipt.at_s);
    }
    void consulted(const Agent& staff, const Agent&, const std::string&, double stop, double begin,
                   double end) override {
        EXPECT_EQ(staff.staff, 2U);
        EXPECT_LT(stop, begin);
        EXPECT_LT(begin, end);
        ++talks;
    }
    int entries = 0, exits = 0, parties = 0, receipts = 0, talks = 0, brought = 0;
    std::map<int, int> by_hour;
    std::map<bool, std::pair<double, double>> stops;
    std::map<PersonId, double> waits;
    std::map<std::string, double> last_begun, busy_until;
    std::set<PersonId> paid_by;
    std::map<std::string, std::vector<std::pair<double, double>>> late_s;  // by till: when, and by how much
};

ShopLife life_of(const Plan& plan, const Behaviour& behaviour, std::uint64_t seed) {
    auto sites = Sites::create(plan, behaviour);
    EXPECT_TRUE(sites) << sites.error().message;
    return {behaviour, std::make_shared<Sites>(std::move(*sites)),
            std::make_shared<const Population>(behaviour, seed), seed};
}

TEST(ShopLife, WhoComesGoesAgainAndPaysWhatHeTook) {
    const Plan plan = small_plan();
    const Behaviour shop = behaviour();
    ShopLife life = life_of(plan, shop, 3);
    Diary diary;
    life.run(2 * kDayS, &diary);
    EXPECT_NEAR(diary.entries, 800, 120);
    EXPECT_EQ(diary.entries, diary.exits);
    EXPECT_FALSE(life.anybody());
    EXPECT_GT(diary.receipts, 200);
    EXPECT_GT(diary.waits.size(), 200U);
    EXPECT_GT(diary.talks, 20);
    for (const auto& [hour, count] : diary.by_hour)
        EXPECT_TRUE(hour >= 10 && hour < 18) << hour;
}

TEST(ShopLife, EachTillStampsByItsOwnClock) {
    const Plan plan = small_plan();
    Behaviour shop = behaviour();
    shop.checkout.clock_offset_s = 3;
    shop.checkout.tills[0].clock_offset_s = -40;
    shop.checkout.tills[0].clock_drift_s_per_day = 12;
    ShopLife life = life_of(plan, shop, 3);
    Diary diary;
    life.run(2 * kDayS, &diary);
    ASSERT_GT(diary.late_s["till-1"].size(), 50U);
    ASSERT_GT(diary.late_s["till-2"].size(), 10U);
    for (const auto& [at_s, late_s] : diary.late_s["till-1"])
        EXPECT_NEAR(late_s, -37 + 12 * at_s / kDayS, 1e-6);
    for (const auto& [at_s, late_s] : diary.late_s["till-2"])
        EXPECT_NEAR(late_s, 3, 1e-6);
}

TEST(ShopLife, TheSameSeedIsTheSameLifeAndACopyGoesOnAlike) {
    const Plan plan = small_plan();
    const Behaviour shop = behaviour();
    ShopLife life = life_of(plan, shop, 5);
    Diary before;
    life.run(0.6 * kDayS, &before);
    ShopLife copy = life;
    ShopLife other = life;
    other.reseed(99);
    Diary a, b, c;
    life.run(kDayS, &a);
    copy.run(kDayS, &b);
    other.run(kDayS, &c);
    EXPECT_GT(a.entries, 50);
    EXPECT_EQ(a.entries, b.entries);
    EXPECT_EQ(a.waits, b.waits);
    EXPECT_NE(a.waits, c.waits);
}

TEST(ShopLife, AConsultationRaisesTheChanceToBuyByItsFactor) {
    const Plan plan = small_plan();
    Behaviour shop = behaviour();
    shop.days = 40;
    shop.arrivals.visits_per_day = 600;
    shop.visiting.intent_spread = 0;  // nobody is keener than another: the plain comparison is right
    shop.consulting.raises = 2;
    shop.consulting.approach_share = 0.5;
    ShopLife life = life_of(plan, shop, 7);
    Diary diary;
    life.run(shop.days * kDayS, &diary);
    const double with = diary.stops[true].second / diary.stops[true].first;
    const double without = diary.stops[false].second / diary.stops[false].first;
    EXPECT_GT(diary.stops[true].first, 2000);
    EXPECT_NEAR(with / without, 2, 0.2);
}

TEST(ShopLife, ACampaignBringsItsShareOfTheAudience) {
    const Plan plan = small_plan();
    Behaviour shop = behaviour();
    shop.days = 20;
    shop.loyalty.visits_share = 0.5;
    shop.campaigns = {{"leaflet", 1, 20, 1, 0, 0.5}};  // everybody with a card comes half as often again
    ShopLife life = life_of(plan, shop, 11);
    Diary diary;
    life.run(shop.days * kDayS, &diary);
    EXPECT_NEAR(diary.entries, 400 * 20 * 1.25, 500);
    EXPECT_NEAR(static_cast<double>(diary.brought) / diary.entries, 0.25 / 1.25, 0.03);
}

TEST(Witness, SightingsAreWherePeopleAreAndStaysEndAtEdges) {
    const Plan plan = small_plan();
    Behaviour shop = behaviour();
    shop.seeing.place_m = 0;
    shop.seeing.miss = 0;
    shop.seeing.gaps_per_minute = 0;
    ShopLife life = life_of(plan, shop, 13);
    int stays = 0;
    std::map<PersonId, Sighting> last;
    Witness witness(plan, shop, 13,
                    {[&](const Sighting& sighting) {
                         const auto before = last.find(sighting.person);
                         if (before != last.end()) {
                             const double step = std::hypot(sighting.place.x - before->second.place.x,
                                                            sighting.place.y - before->second.place.y);
                             EXPECT_LT(step, 1.1) << to_seconds(sighting.at);
                         }
                         last[sighting.person] = sighting;
                         for (const Fixture& fixture : plan.fixtures)
                             EXPECT_FALSE(contains(fixture.polygon, sighting.place));
                     },
                     [&](const ZoneStay& stay) {
                         EXPECT_LE(stay.begin_s, stay.end_s);
                         ++stays;
                     },
                     [](PersonId, PersonId, double) {}});
    for (double at = 10 * kHourS; at < 12 * kHourS; at += 0.5) {
        life.run(at, nullptr);
        witness.look(life, at);
    }
    EXPECT_GT(last.size(), 40U);
    EXPECT_GT(stays, 100);
}

TEST(Sites, WhatThePlanLacksIsSaid) {
    Behaviour shop = behaviour();
    shop.interests[1].fixture = "island";
    const auto missing = Sites::create(small_plan(), shop);
    ASSERT_FALSE(missing);
    EXPECT_NE(
        missing.error().message.find("behaviour.interests[1].fixture: the plan has no fixture \"island\""),
        std::string::npos)
        << missing.error().message;
    shop = behaviour();
    shop.checkout.tills.push_back({"till-9", 0, 24});
    const auto till = Sites::create(small_plan(), shop);
    ASSERT_FALSE(till);
    EXPECT_NE(till.error().message.find("no zone of kind queue for the till \"till-9\""), std::string::npos);
}

}  // namespace
}  // namespace vitrina::sim
