#include "insight/insight.h"

#include <limits>

#include <gtest/gtest.h>

#include "insight/scenario.h"

namespace vitrina::insight {
namespace {

Sighting sighting(PersonId person, double seconds, Point place = {50, 50}) {
    return {person, instant_at(seconds), place, 20, 0.8};
}

class Refusing final : public EventSink {
  public:
    [[nodiscard]] Result<void> accept(const Event&) override { return failed("disk full"); }
};

class InsightTest : public testing::Test {
  protected:
    Collector sink_;
    Insight insight_{whole_picture(100, 100), {"shop-1", "cam-1"}, Options{}, sink_};
};

TEST_F(InsightTest, AnEventCarriesWhoSaysItAndAnId) {
    for (int i = 0; i < 20; ++i)
        ASSERT_TRUE(insight_.observe(sighting(7, i * 0.1)));
    ASSERT_TRUE(insight_.finish(instant_at(3)));
    ASSERT_EQ(sink_.events.size(), 3U);
    const Event& event = sink_.events[0];
    EXPECT_EQ(event.shop, "shop-1");
    EXPECT_EQ(event.camera, "cam-1");
    EXPECT_EQ(event.layout, "picture");
    EXPECT_EQ(event.revision, 1);
    EXPECT_NE(event.id, sink_.events[1].id);
    EXPECT_TRUE(std::holds_alternative<Visit>(event.fact) || std::holds_alternative<Occupancy>(event.fact));
}

TEST_F(InsightTest, RefusesWhatIsNoSighting) {
    const double nan = std::numeric_limits<double>::quiet_NaN();
    EXPECT_FALSE(insight_.observe(sighting(1, 1, {nan, 0})));
    EXPECT_FALSE(insight_.observe(sighting(1, 1, {0, -1})));
    EXPECT_FALSE(insight_.observe(sighting(1, 1, {0, std::numeric_limits<double>::infinity()})));
    EXPECT_FALSE(insight_.observe(sighting(1, -1)));
    Sighting flat = sighting(1, 1);
    flat.body_height = 0;
    EXPECT_FALSE(insight_.observe(flat));
    Sighting unsure = sighting(1, 1);
    unsure.score = nan;
    EXPECT_FALSE(insight_.observe(unsure));
    EXPECT_EQ(insight_.summary().sightings, 0);
}

TEST_F(InsightTest, CountsWhatComesTooLateOrTwice) {
    ASSERT_TRUE(insight_.observe(sighting(1, 10)));
    ASSERT_TRUE(insight_.observe(sighting(2, 9.4)));  // more than half a second behind
    ASSERT_TRUE(insight_.observe(sighting(2, 9.6)));
    ASSERT_TRUE(insight_.observe(sighting(1, 10)));
    ASSERT_TRUE(insight_.finish(instant_at(11)));
    EXPECT_EQ(insight_.summary().sightings, 2);
    EXPECT_EQ(insight_.summary().sightings_late, 2);
}

TEST_F(InsightTest, RefusesSightingsOfSomeoneWhoLeft) {
    ASSERT_TRUE(insight_.observe(sighting(1, 1)));
    ASSERT_TRUE(insight_.person_left(1));
    EXPECT_FALSE(insight_.observe(sighting(1, 1.1)));
    EXPECT_TRUE(insight_.person_left(99));
}

TEST_F(InsightTest, RefusesEverythingAfterTheEnd) {
    ASSERT_TRUE(insight_.finish(instant_at(5)));
    EXPECT_FALSE(insight_.observe(sighting(1, 6)));
    EXPECT_FALSE(insight_.advance(instant_at(7)));
    EXPECT_FALSE(insight_.person_left(1));
    EXPECT_FALSE(insight_.finish(instant_at(8)));
}

TEST_F(InsightTest, TheClockClosesVisitsOfThoseWhoVanish) {
    for (int i = 0; i < 20; ++i)
        ASSERT_TRUE(insight_.observe(sighting(7, i * 0.1)));
    ASSERT_TRUE(insight_.advance(instant_at(5)));
    EXPECT_EQ(insight_.summary().zones[0].visits, 0);
    ASSERT_TRUE(insight_.advance(instant_at(7.7)));  // 1.9 + grace 5 + lag 0.5, and the next tick
    EXPECT_EQ(insight_.summary().zones[0].visits, 1);
}

TEST_F(InsightTest, WhoLeftIsNotWaitedForSoLong) {
    for (int i = 0; i < 20; ++i)
        ASSERT_TRUE(insight_.observe(sighting(7, i * 0.1)));
    ASSERT_TRUE(insight_.person_left(7));
    ASSERT_TRUE(insight_.advance(instant_at(3.7)));  // 1.9 + leave_after 1 + lag 0.5, and the next tick
    EXPECT_EQ(insight_.summary().zones[0].visits, 1);
}

TEST_F(InsightTest, WhoIsMostlyOutsideThePictureIsNotInAZoneYet) {
    for (int i = 0; i < 60; ++i) {
        Sighting coming = sighting(7, i * 0.1);
        coming.visible = i < 10 || i >= 50 ? 0.3 : 0.9;
        ASSERT_TRUE(insight_.observe(coming));
    }
    ASSERT_TRUE(insight_.finish(instant_at(6)));
    std::vector<Visit> visits;
    for (const Event& event : sink_.events)
        if (const auto* visit = std::get_if<Visit>(&event.fact)) visits.push_back(*visit);
    ASSERT_EQ(visits.size(), 1U);
    EXPECT_EQ(visits[0].begin, instant_at(1));
    EXPECT_EQ(visits[0].end, instant_at(4.9));
}

TEST_F(InsightTest, ANightIsNoWork) {
    ASSERT_TRUE(insight_.observe(sighting(1, 1)));
    ASSERT_TRUE(insight_.advance(instant_at(1e9)));  // thirty years
    ASSERT_TRUE(insight_.observe(sighting(1, 1e9)));
    EXPECT_TRUE(insight_.finish(instant_at(1e9 + 1)));
}

TEST(Insight, HandsOnWhatTheSinkSays) {
    Refusing sink;
    Insight insight(whole_picture(100, 100), {"s", "c"}, Options{}, sink);
    for (int i = 0; i < 20; ++i)
        ASSERT_TRUE(insight.observe(sighting(7, i * 0.01)));
    for (int i = 1; i < 20; ++i)
        static_cast<void>(insight.observe(sighting(7, i * 0.1)));
    const auto result = insight.finish(instant_at(3));
    ASSERT_FALSE(result);
    EXPECT_EQ(result.error().message, "disk full");
}

TEST(Insight, ALayoutOfLinesAloneCountsPeopleToo) {
    Collector sink;
    Insight insight({"v", 100, 100, {}, {{"door", {50, 100}, {50, 0}}}}, {"s", "c"}, Options{}, sink);
    for (int i = 0; i < 20; ++i)
        ASSERT_TRUE(insight.observe(sighting(7, i * 0.1, {i * 5.0, 50})));
    ASSERT_TRUE(insight.finish(instant_at(3)));
    EXPECT_EQ(insight.summary().people, 1);
    EXPECT_EQ(insight.summary().lines[0].in, 1);
}

TEST(Insight, SidesOfALineMatterOnlyNearIt) {
    Collector sink;
    Insight insight({"v", 400, 400, {}, {{"door", {200, 300}, {200, 350}}}}, {"s", "c"}, Options{}, sink);
    for (int i = 0; i < 20; ++i)
        ASSERT_TRUE(insight.observe(sighting(7, i * 0.1, {100, 320})));
    EXPECT_FALSE(insight.would_decide(sighting(7, 2, {190, 320}))) << "the side where he is";
    EXPECT_TRUE(insight.would_decide(sighting(7, 2, {210, 320})));
    EXPECT_TRUE(insight.would_decide(sighting(7, 2, {210, 285}))) << "less than a body beyond the end";
    EXPECT_FALSE(insight.would_decide(sighting(7, 2, {210, 270})));
}

TEST(Insight, WhoLingersOnAnEdgeDecidesNothing) {
    Collector sink;
    const Polygon right{{200, 0}, {400, 0}, {400, 400}, {200, 400}};
    Insight insight({"v", 400, 400, {{"right", right}}, {}}, {"s", "c"}, Options{}, sink);
    const Point edge{200.5, 200};
    ASSERT_TRUE(insight.observe(sighting(7, 0, edge)));
    EXPECT_TRUE(insight.would_decide(sighting(7, 0.5, edge)));
    EXPECT_FALSE(insight.would_decide(sighting(7, 1.5, edge)));
    EXPECT_TRUE(insight.would_decide(sighting(7, 1.5, {300, 200})));
}

/// A floor of 20 by 12 metres, where a body is 1.7 high.
struct Floor {
    explicit Floor(std::vector<Zone> zones, std::vector<Line> lines, double depth_m = 12)
        : insight({"v", 20, depth_m, std::move(zones), std::move(lines)}, {"s", "plan"}, on_plan(), sink) {}
    static Options on_plan() {
        Options options;
        options.border = kPlanBorder;
        return options;
    }
    void see(double seconds, Point place) {
        EXPECT_TRUE(insight.observe({7, instant_at(seconds), place, 1.7, 0.8}));
    }
    Summary finish(double seconds) {
        EXPECT_TRUE(insight.finish(instant_at(seconds)));
        return insight.summary();
    }
    Collector sink;
    Insight insight;
};

// On the plan the unit is a metre: the pixel by which a line reaches beyond the picture's border is none.
TEST(Insight, ADoorNearThePlansWallIsNoWiderThanDrawn) {
    const auto passed = [](double x) {
        Floor floor({}, {{"door", {8, 11.7}, {10, 11.7}}});
        for (int i = 0; i < 20; ++i)
            floor.see(i * 0.2, {x, 11.98 - i * 0.1});
        const LineSummary line = floor.finish(5).lines.at(0);
        return line.in + line.out;
    };
    EXPECT_EQ(passed(7.2), 0) << "0.8 m beside the door";
    EXPECT_EQ(passed(10.5), 0);
    EXPECT_EQ(passed(9), 1);
}

TEST(Insight, ALineUpToThePlansBorderHoldsWhoIsClippedToIt) {
    Floor floor({}, {{"door", {20, 4}, {16, 4}}});
    for (int i = 0; i < 20; ++i)
        floor.see(i * 0.2, {20.005, 3 + i * 0.1});  // rounded to a centimetre, beyond the border
    const LineSummary line = floor.finish(5).lines.at(0);
    EXPECT_EQ(line.in + line.out, 1);
}

TEST(Insight, WhoSwaysOnAnEdgeNearThePlansWallVisitsNothing) {
    const auto visits = [](double edge_y, double depth_m) {
        Floor floor({{"till", {{5, 8}, {9, 8}, {9, edge_y}, {5, edge_y}}}}, {}, depth_m);
        for (int i = 0; i < 200; ++i)  // two seconds on either side, five centimetres from it
            floor.see(i * 0.2, {7, edge_y + (i / 10 % 2 == 0 ? -0.05 : 0.05)});
        return floor.finish(40).zones.at(0).visits;
    };
    EXPECT_EQ(visits(11.57, 12), 0);
    EXPECT_EQ(visits(11.57, 15), 0);
}

TEST(Insight, AZoneUpToThePlansWallHasNoEdgeThere) {
    Floor floor({{"till", {{5, 8}, {9, 8}, {9, 12}, {5, 12}}}}, {});
    for (int i = 0; i < 20; ++i)
        floor.see(i * 0.2, {7, 12});
    EXPECT_EQ(floor.finish(5).zones.at(0).visits, 1);
}

}  // namespace
}  // namespace vitrina::insight
