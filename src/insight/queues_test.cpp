#include "insight/queues.h"

#include <algorithm>
#include <vector>

#include <gtest/gtest.h>

#include "insight/insight.h"

namespace vitrina::insight {
namespace {

/// Two tills side by side, in metres: queues above, places of service below.
Layout tills() {
    Layout layout{"test", 10, 10, {}, {}};
    for (int i = 0; i < 2; ++i) {
        const double x = 2.0 + 4 * i;
        const std::string till = "till-" + std::to_string(i + 1);
        layout.zones.push_back({"queue " + std::to_string(i + 1),
                                {{x, 1}, {x + 2, 1}, {x + 2, 6}, {x, 6}},
                                ZoneKind::kQueue,
                                till});
        layout.zones.push_back(
            {"service " + till, {{x, 6}, {x + 2, 6}, {x + 2, 8}, {x, 8}}, ZoneKind::kService, till});
        layout.zones.push_back(
            {"cashier " + till, {{x - 1, 6}, {x, 6}, {x, 8}, {x - 1, 8}}, ZoneKind::kCashier, till});
    }
    return layout;
}

struct Kept final : EventSink {
    [[nodiscard]] Result<void> accept(const Event& event) override {
        if (const auto* it = std::get_if<Queue>(&event.fact)) lengths.push_back(*it);
        if (const auto* it = std::get_if<Wait>(&event.fact)) waits.push_back(*it);
        if (const auto* it = std::get_if<Service>(&event.fact)) services.push_back(*it);
        return {};
    }
    std::vector<Queue> lengths;
    std::vector<Wait> waits;
    std::vector<Service> services;
};

/// Somebody who stands at places one after the other, and is nowhere in between.
struct Stand {
    PersonId person = 0;
    double from_s = 0;
    double to_s = 0;
    Point place;
    bool staff = false;
};

class QueuesTest : public ::testing::Test {
  protected:
    void live(const std::vector<Stand>& stands, double end_s) {
        Insight insight(tills(), {"shop", "plan"}, {}, kept_);
        for (int tick = 0; tick < end_s * 5; ++tick) {
            const double at_s = tick / 5.0;
            for (const Stand& stand : stands) {
                if (at_s < stand.from_s || at_s >= stand.to_s) continue;
                Sighting sighting;
                sighting.person = stand.person;
                sighting.at = instant_at(at_s);
                sighting.place = stand.place;
                sighting.body_height = 1.7;
                sighting.score = 0.9;
                sighting.labels.staff = stand.staff;
                ASSERT_TRUE(insight.observe(sighting));
            }
        }
        ASSERT_TRUE(insight.finish(instant_at(end_s)));
    }
    Kept kept_;
};

TEST_F(QueuesTest, WhoWaitsAndIsServedHasWaitedFromWhenHeStood) {
    live({{1, 10, 70, {3, 5}}, {1, 70, 100, {3, 7}}, {1, 100, 103, {9, 9.5}}}, 120);
    ASSERT_EQ(kept_.waits.size(), 1U);
    EXPECT_EQ(kept_.waits[0].queue, "queue 1");
    EXPECT_EQ(kept_.waits[0].outcome, WaitEnd::kServed);
    EXPECT_NEAR(to_seconds(kept_.waits[0].begin), 10, 0.3);
    EXPECT_NEAR(to_seconds(kept_.waits[0].end), 70, 0.3);
    ASSERT_EQ(kept_.services.size(), 1U);
    EXPECT_EQ(kept_.services[0].till, "till-1");
    EXPECT_NEAR(to_seconds(kept_.services[0].begin), 70, 0.3);
    EXPECT_NEAR(to_seconds(kept_.services[0].end), 100, 0.3);
    // One is told when it becomes so, every ten seconds, and when it ends.
    ASSERT_EQ(kept_.lengths.size(), 7U);
    EXPECT_EQ(kept_.lengths.front().length, 1);
    EXPECT_NEAR(to_seconds(kept_.lengths.front().at), 10, 0.3);
    EXPECT_NEAR(to_seconds(kept_.lengths[1].at - kept_.lengths[0].at), 10, 1e-6);
    EXPECT_EQ(kept_.lengths.back().length, 0);
    EXPECT_NEAR(to_seconds(kept_.lengths.back().at), 70, 0.3);
    for (std::size_t i = 1; i < kept_.lengths.size(); ++i)
        EXPECT_LT(kept_.lengths[i - 1].at, kept_.lengths[i].at);
}

TEST_F(QueuesTest, WhoPassesAndWhoWorksThereDoesNotWait) {
    std::vector<Stand> walks;
    walks.reserve(21);
    for (int i = 0; i < 20; ++i)  // a metre a second through both queues
        walks.push_back({1, 10 + 0.5 * i, 10.5 + 0.5 * i, {0.5 + 0.5 * i, 3}});
    walks.push_back({2, 0, 100, {3, 4}, true});
    live(walks, 100);
    EXPECT_TRUE(kept_.waits.empty());
    EXPECT_TRUE(kept_.lengths.empty());
    EXPECT_TRUE(kept_.services.empty());
}

TEST_F(QueuesTest, WhoLeavesHasAbandonedAndWhoQueuesElsewhereHasMoved) {
    live({{1, 0, 40, {3, 5}},
          {1, 40, 60, {9.5, 9.5}},
          {2, 0, 30, {3, 3}},
          {2, 35, 80, {7, 5}},
          {2, 80, 100, {7, 7}}},
         160);
    ASSERT_EQ(kept_.waits.size(), 3U);
    const auto of = [&](PersonId person, WaitEnd outcome) {
        return std::count_if(kept_.waits.begin(), kept_.waits.end(), [&](const Wait& wait) {
            return wait.person == person && wait.outcome == outcome;
        });
    };
    EXPECT_EQ(of(1, WaitEnd::kAbandoned), 1);
    EXPECT_EQ(of(2, WaitEnd::kMoved), 1);
    EXPECT_EQ(of(2, WaitEnd::kServed), 1);
}

TEST_F(QueuesTest, WhoCameWithSomebodyIsServedWithHim) {
    live({{1, 10, 70, {3, 5}},
          {1, 70, 100, {3, 7}},
          {2, 12, 68, {3, 4.5}},  // stands aside while the other pays
          {2, 68, 100, {9.5, 9.5}},
          {3, 30, 69, {3, 3}},  // came later, and goes
          {3, 69, 100, {9.5, 8}}},
         160);
    ASSERT_EQ(kept_.waits.size(), 3U);
    for (const Wait& wait : kept_.waits) {
        EXPECT_EQ(wait.outcome, wait.person == 3 ? WaitEnd::kAbandoned : WaitEnd::kServed) << wait.person;
        if (wait.person == 2) {
            EXPECT_NEAR(to_seconds(wait.end), 70, 0.3);
        }
    }
}

TEST_F(QueuesTest, SomebodyHiddenForAWhileStaysInTheQueue) {
    live({{1, 0, 30, {3, 5}}, {1, 37, 60, {3, 5}}, {1, 60, 80, {3, 7}}}, 120);
    ASSERT_EQ(kept_.waits.size(), 1U);
    EXPECT_NEAR(to_seconds(kept_.waits[0].end - kept_.waits[0].begin), 60, 0.5);
}

TEST_F(QueuesTest, TheExpectedWaitGrowsWithTheQueue) {
    live({{1, 0, 60, {3, 7}}, {2, 5, 60, {3, 5}}, {3, 15, 60, {3, 4}}, {4, 25, 60, {3, 3}}}, 60);
    std::vector<double> waits;
    for (const Queue& queue : kept_.lengths)
        if (waits.empty() || queue.length > static_cast<int>(waits.size()))
            waits.push_back(to_seconds(queue.wait));
    ASSERT_EQ(waits.size(), 3U);
    EXPECT_LT(waits[0], waits[1]);
    EXPECT_LT(waits[1], waits[2]);
}

}  // namespace
}  // namespace vitrina::insight
