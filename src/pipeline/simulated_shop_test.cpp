#include "pipeline/simulated_shop.h"

#include <chrono>
#include <cstdlib>
#include <filesystem>
#include <set>
#include <thread>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "pipeline/plan_picture.h"
#include "sim/shop.h"

namespace vitrina::pipeline {
namespace {

using std::chrono::days;
using std::chrono::hours;

/// A shop of 12 x 10 m with two shelves and one till.
sim::Shop small_shop() {
    sim::Shop shop;
    shop.name = "made-up corner";
    Plan& plan = shop.plan;
    plan.version = "test";
    plan.width_m = 12;
    plan.depth_m = 10;
    plan.walls = {
        {{0, 0}, {12, 0}}, {{12, 0}, {12, 10}}, {{12, 10}, {3, 10}}, {{1, 10}, {0, 10}}, {{0, 10}, {0, 0}}};
    plan.doors = {{"main", {1, 10}, {3, 10}, DoorUse::kEntrance},
                  {"store", {12, 1}, {12, 2}, DoorUse::kStaff}};
    plan.lines = {{"entrance", {4.5, 10}, {0, 8}}};
    plan.fixtures = {{"left", {{2, 1}, {2.8, 1}, {2.8, 4}, {2, 4}}, 1.6},
                     {"right", {{6, 1}, {6.8, 1}, {6.8, 4}, {6, 4}}, 1.6},
                     {"counter", {{7, 7.6}, {7.6, 7.6}, {7.6, 9.4}, {7, 9.4}}, 0.9}};
    plan.zones = {{"shelves", {{0, 0}, {9, 0}, {9, 5}, {0, 5}}, ZoneKind::kDepartment, {}},
                  {"queue", {{7.6, 5.2}, {8.8, 5.2}, {8.8, 7.6}, {7.6, 7.6}}, ZoneKind::kQueue, "till"},
                  {"service", {{7.6, 7.6}, {8.8, 7.6}, {8.8, 9.4}, {7.6, 9.4}}, ZoneKind::kService, "till"},
                  {"cashier", {{6, 7.6}, {7, 7.6}, {7, 9.4}, {6, 9.4}}, ZoneKind::kCashier, "till"}};
    sim::Behaviour& behaviour = shop.behaviour.emplace();
    behaviour.arrivals.visits_per_day = 120;
    for (std::size_t hour = 10; hour < 16; ++hour)
        behaviour.arrivals.hours.at(hour) = 1;
    behaviour.interests = {{"left", 1, 15, 0.6, 0.4, 0.6, 0.5, {{"1", "one", 100, 1}}},
                           {"right", 2, 25, 0.6, 0.4, 0.6, 0.5, {{"2", "two", 250, 1}}}};
    behaviour.checkout.tills = {{"till", 9, 17}};
    behaviour.staff = {{"A", sim::Role::kCashier, 9, 18, 13, 0, {1, 1, 1, 1, 1, 1, 1}}};
    return shop;
}

class SimulatedShopTest : public testing::Test {
  protected:
    void SetUp() override {
        std::string pattern = (std::filesystem::temp_directory_path() / "simulated-XXXXXX").string();
        ASSERT_NE(mkdtemp(pattern.data()), nullptr);
        folder_ = pattern;
        auto database = records::Database::open(folder_ / "vitrina.db", {.reserve_bytes = 0});
        ASSERT_TRUE(database);
        facts_ = std::make_unique<records::FactStore>(*database);
        shop_ = std::make_unique<records::ShopStore>(*database);
        paths_ = std::make_unique<records::PathStore>(*database);
        receipts_ = std::make_unique<records::ReceiptStore>(*database);
    }
    void TearDown() override { std::filesystem::remove_all(folder_); }

    std::unique_ptr<SimulatedShop> begin(int of_days) {
        SimulatedShop::Options options;
        options.name = "made-up corner";
        options.days = of_days;
        const auto day_of = [](UtcTime instant) { return UtcTime(std::chrono::floor<days>(instant)); };
        options.day_of = day_of;
        options.day_after = [](UtcTime midnight) { return midnight + days(1); };
        options.take_receipts = [this](std::vector<Receipt> receipts) -> Result<void> {
            const auto added = receipts_->add(receipts, kNow);
            return added ? Result<void>() : tl::unexpected(added.error());
        };
        options.now = [] { return kNow; };
        auto made =
            SimulatedShop::create(small_shop(), std::move(options), {*facts_, *shop_, *paths_, *receipts_});
        EXPECT_TRUE(made) << (made ? "" : made.error().message);
        return made ? std::move(*made) : nullptr;
    }
    /// Until it lives in the present: its past is made up at the lowest priority.
    static void wait(const SimulatedShop& shop) {
        for (int i = 0; i < 30'000 && !(shop.progress().is_live && shop.backlog().waiting == 0); ++i)
            std::this_thread::sleep_for(std::chrono::milliseconds(10));
        ASSERT_TRUE(shop.progress().is_live);
    }
    /// Everything that is known, but for the log's numbers.
    std::set<std::string> known() const {
        std::set<std::string> all;
        const auto facts = paths_->facts(kSimulatedCamera, UtcTime(), kNow);
        for (const records::KnownFact& fact : facts.value())
            all.insert(fact.event.event.id + " " + std::to_string(fact.event.event.revision));
        const auto receipts = receipts_->receipts({UtcTime(), kNow, {}, {}, true, 0, 1000});
        for (const records::ReceiptRow& row : receipts.value().rows)
            all.insert(row.id);
        return all;
    }

    // A Wednesday.
    static constexpr UtcTime kNow = std::chrono::sys_days(std::chrono::year(2026) / 9 / 9) + hours(13);
    std::filesystem::path folder_;
    std::unique_ptr<records::FactStore> facts_;
    std::unique_ptr<records::ShopStore> shop_;
    std::unique_ptr<records::PathStore> paths_;
    std::unique_ptr<records::ReceiptStore> receipts_;
};

TEST_F(SimulatedShopTest, HasAPastAndGoesOn) {
    const auto shop = begin(2);
    ASSERT_TRUE(shop);
    wait(*shop);
    EXPECT_EQ(shop->progress().done, 2);
    ASSERT_EQ(shop->cameras().size(), 1U);
    EXPECT_TRUE(shop->cameras().front().settings.simulated);
    const std::vector<UtcTime> edges = {kNow - hours(13) - days(2), kNow - hours(13) - days(1),
                                        kNow - hours(13), kNow};
    const auto counts = facts_->counts(edges, std::nullopt);
    ASSERT_TRUE(counts);
    for (std::size_t day = 0; day < 3; ++day) {
        const auto& lines = (*counts)[day].lines;
        ASSERT_EQ(lines.size(), 1U);
        // Of about 120 a day, and until one o'clock of half of them.
        EXPECT_GT(lines.front().in, day < 2 ? 70 : 30);
        EXPECT_NEAR(static_cast<double>(lines.front().in), static_cast<double>(lines.front().out), 12);
    }
    const auto queues = facts_->queues(edges, kNow, std::nullopt);
    ASSERT_TRUE(queues);
    ASSERT_EQ(queues->size(), 1U);
    EXPECT_GT(queues->front().served, 50);
    EXPECT_GT(receipts_->receipts({edges.front(), kNow, {}, {}, true, 0, 10})->total, 50);
    EXPECT_GT(facts_->spans("touch", kSimulatedCamera, edges.front(), kNow)->size(), 50U);
    EXPECT_GT(shop_->heat(kSimulatedCamera, edges.front(), kNow)->columns, 0);
    const auto forecasts = shop->forecasts();
    ASSERT_EQ(forecasts.size(), 1U);
    EXPECT_EQ(forecasts.front().outlooks.size(), 3U);
    EXPECT_EQ(forecasts.front().days, 2);
    EXPECT_TRUE(forecasts.front().queues.front().is_open);
}

TEST_F(SimulatedShopTest, WhatWasEndedInTheMiddleIsTheSameAtLast) {
    {
        const auto shop = begin(2);
        ASSERT_TRUE(shop);
        for (int i = 0; i < 1000 && shop->progress().done == 0; ++i)
            std::this_thread::sleep_for(std::chrono::milliseconds(1));
    }
    {
        const auto shop = begin(2);
        wait(*shop);
    }
    const std::set<std::string> first = known();
    const double heat = shop_->heat(kSimulatedCamera, kNow - days(3), kNow)->seconds.at(0);
    {
        const auto again = begin(2);
        wait(*again);
    }
    EXPECT_EQ(known(), first);
    EXPECT_EQ(shop_->heat(kSimulatedCamera, kNow - days(3), kNow)->seconds.at(0), heat);
    // And as if it had never been ended.
    TearDown();
    SetUp();
    {
        const auto whole = begin(2);
        wait(*whole);
    }
    EXPECT_EQ(known(), first);
}

TEST(PlanPicture, ShowsWhereThingsStand) {
    const Plan plan = small_shop().plan;
    const Picture picture = picture_of(plan, 10);
    EXPECT_EQ(picture.width, 120);
    EXPECT_EQ(picture.height, 100);
    const auto red = [&](int x, int y) {
        return picture.rgb.at(static_cast<std::size_t>(3 * (y * 120 + x)));
    };
    EXPECT_LT(red(24, 25), red(50, 25)) << "a shelf is darker than the floor";
    EXPECT_LT(red(60, 0), red(24, 25)) << "and a wall is darker still";
    const Layout layout = layout_in_picture(plan, 10);
    EXPECT_EQ(layout.zones.size(), plan.zones.size());
    EXPECT_EQ(layout.shelves.size(), plan.fixtures.size());
    EXPECT_EQ(layout.lines.front().from, (Point{45, 100}));
}

}  // namespace
}  // namespace vitrina::pipeline
