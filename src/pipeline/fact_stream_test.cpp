#include "pipeline/fact_stream.h"

#include <algorithm>
#include <map>
#include <random>
#include <set>
#include <string>
#include <tuple>
#include <utility>

#include <gmock/gmock.h>

#include "pipeline/path_thinner.h"
#include "pipeline/shop_clock.h"

namespace vitrina::pipeline {
namespace {

using namespace std::chrono_literals;

constexpr int kWidth = 640;
constexpr int kHeight = 360;
const SourceTime kBegin = from_utc(UtcTime(1'790'000'000'000ms));

Layout shop() {
    return {"a",
            kWidth,
            kHeight,
            {{"left", {{0, 0}, {260, 0}, {260, kHeight}, {0, kHeight}}},
             {"shelf", {{200, 120}, {420, 120}, {420, 300}, {200, 300}}}},
            {{"gate", {320, 0}, {320, kHeight}}}};
}

using FactSet = std::multiset<std::tuple<std::string, UtcTime, UtcTime, double>>;

struct Facts final : EventSink {
    [[nodiscard]] Result<void> accept(const Event& event) override {
        const LiveEvent live = live_event(event);
        all.insert({event.id, live.begin, live.end, event.confidence});
        return {};
    }
    FactSet all;
};

struct Step {
    PersonId person = 0;
    PathPoint point;
};

SourceTime time_of(const PathPoint& point) {
    return SourceTime(Duration(kPathTick) * point.tick);
}

/// Somebody walks about, trembling, for some time, and is hidden now and then.
std::vector<Step> walk(std::mt19937& random, PersonId person) {
    std::normal_distribution<double> tremble(0, 1.5);
    PathThinner thinner(PathScale::of_picture(kWidth));
    std::vector<PathPoint> points;
    SourceTime now = kBegin + std::chrono::milliseconds(random() % 90'000);
    const SourceTime end = now + std::chrono::milliseconds(2'000 + random() % 60'000);
    double x = double(random() % kWidth);
    double y = double(random() % kHeight);
    double dx = 0;
    double dy = 0;
    for (; now < end; now += std::chrono::microseconds(150'000 + random() % 90'000)) {
        if (random() % 20 == 0) {
            dx = double(random() % 200) / 10 - 10;
            dy = double(random() % 100) / 10 - 5;
        }
        if (random() % 40 == 0) now += std::chrono::milliseconds(random() % 7'000);
        x = std::clamp(x + dx, 0.0, double(kWidth));
        y = std::clamp(y + dy, 0.0, double(kHeight));
        const Point place{std::clamp(x + tremble(random), 0.0, double(kWidth)),
                          std::clamp(y + tremble(random), 0.0, double(kHeight))};
        const double visible = x < 20 ? 0.4 : 1;
        thinner.see({person, now, place, 90 + y / 3 + tremble(random), random() % 9 == 0 ? 0 : 0.6, visible},
                    points);
        thinner.advance(now, points);
    }
    thinner.flush(points);
    std::vector<Step> steps;
    steps.reserve(points.size());
    for (const PathPoint& point : points)
        steps.push_back({person, point});
    return steps;
}

FactSet facts_of(const std::vector<std::pair<SourceTime, Step>>& arrivals, std::mt19937* restless) {
    Facts facts;
    FactStream stream(shop(), {"shop", "door"}, {}, facts);
    EXPECT_TRUE(stream.begin({}, kBegin));
    for (const auto& [at, step] : arrivals) {
        if (restless != nullptr && (*restless)() % 3 == 0) {
            EXPECT_TRUE(stream.advance(at));
        }
        const auto taken = stream.take(step.person, step.point);
        EXPECT_TRUE(taken && *taken);
    }
    EXPECT_TRUE(stream.finish(kBegin + 200s));
    return facts.all;
}

// What of different people comes when, and how often the clock is told, changes nothing: so that simulated
// points, in the order of time, and those of a camera, which come when they are settled, give the same facts.
TEST(FactStream, TheOrderInWhichPeopleComeChangesNothing) {
    for (unsigned seed = 1; seed <= 30; ++seed) {
        std::mt19937 random(seed);
        std::vector<std::pair<SourceTime, Step>> in_order;
        std::vector<std::pair<SourceTime, Step>> as_settled;
        for (PersonId person = 1; person <= 8; ++person) {
            SourceTime last{};
            for (const Step& step : walk(random, person)) {
                in_order.emplace_back(time_of(step.point), step);
                // What lies on the way to a point may be a second and a half older than the point.
                last = std::max(last, time_of(step.point) + std::chrono::milliseconds(random() % 950));
                as_settled.emplace_back(last, step);
            }
        }
        const auto by_time = [](const auto& a, const auto& b) { return a.first < b.first; };
        std::stable_sort(in_order.begin(), in_order.end(), by_time);
        std::stable_sort(as_settled.begin(), as_settled.end(), by_time);
        const FactSet expected = facts_of(in_order, nullptr);
        EXPECT_GT(expected.size(), 10U);
        EXPECT_EQ(facts_of(as_settled, &random), expected) << "seed " << seed;
    }
}

TEST(FactStream, WhatComesTooLateIsPassedOver) {
    Facts facts;
    FactStream stream(shop(), {"shop", "door"}, {}, facts);
    ASSERT_TRUE(stream.begin({}, kBegin));
    ASSERT_TRUE(stream.advance(kBegin + 10s));
    const Sighting late{1, kBegin + 7s, {100, 100}, 80, 0.5, 1};
    const auto taken = stream.take(1, point_of(late, stream.scale()));
    ASSERT_TRUE(taken);
    EXPECT_FALSE(*taken);
    const Sighting in_time{1, kBegin + 8s, {100, 100}, 80, 0.5, 1};
    EXPECT_TRUE(*stream.take(1, point_of(in_time, stream.scale())));
}

TEST(FactStream, APointOfBeforeTheLayoutCountsForNothing) {
    Facts facts;
    FactStream stream(shop(), {"shop", "door"}, {}, facts);
    ASSERT_TRUE(stream.begin({}, kBegin));
    ASSERT_TRUE(stream.change_layout(shop(), kBegin + 5s));
    const Sighting before{1, kBegin + 4'900ms, {100, 100}, 80, 0.5, 1};
    EXPECT_FALSE(*stream.take(1, point_of(before, stream.scale())));
    const Sighting after{1, kBegin + 5s, {100, 100}, 80, 0.5, 1};
    EXPECT_TRUE(*stream.take(1, point_of(after, stream.scale())));
}

struct Kinds final : EventSink {
    [[nodiscard]] Result<void> accept(const Event& event) override {
        visits += std::holds_alternative<Visit>(event.fact) ? 1 : 0;
        crossings += std::holds_alternative<Crossing>(event.fact) ? 1 : 0;
        return {};
    }
    int visits = 0;
    int crossings = 0;
};

// A border of half a pixel would be one of half a metre: every door lies on it.
TEST(FactStream, OnThePlanTheBorderIsOneOfCentimetres) {
    const Layout floor{"a",
                       20,
                       12,
                       {{"till", {{5, 8}, {9, 8}, {9, 11.57}, {5, 11.57}}}},
                       {{"door", {14, 11.7}, {16, 11.7}}}};
    Kinds kinds;
    FactStream stream(floor, {"shop", "plan"}, {}, kinds, Ground::kPlan);
    ASSERT_TRUE(stream.begin({}, kBegin));
    for (int i = 0; i < 200; ++i) {
        const SourceTime at = kBegin + i * 200ms;
        const double sway = i / 10 % 2 == 0 ? -0.05 : 0.05;
        const Sighting sways{1, at, {7, 11.57 + sway}, 1.7, 0.8, 1};
        ASSERT_TRUE(stream.take(1, point_of(sways, stream.scale())));
        if (i >= 20) continue;
        const Sighting beside{2, at, {13.2, 11.98 - i * 0.1}, 1.7, 0.8, 1};
        ASSERT_TRUE(stream.take(2, point_of(beside, stream.scale())));
        const Sighting through{3, at, {15, 11.98 - i * 0.1}, 1.7, 0.8, 1};
        ASSERT_TRUE(stream.take(3, point_of(through, stream.scale())));
    }
    ASSERT_TRUE(stream.finish(kBegin + 60s));
    EXPECT_EQ(kinds.visits, 0);
    EXPECT_EQ(kinds.crossings, 1) << "through the door, not beside it";
}

}  // namespace
}  // namespace vitrina::pipeline
