#include "insight/touch_watch.h"

#include <limits>

#include <gtest/gtest.h>

#include "insight/scenario.h"

namespace vitrina::insight {
namespace {

Layout shop() {
    Layout layout = whole_picture(400, 300);
    layout.shelves.push_back({"A", {{100, 50}, {200, 50}, {200, 150}, {100, 150}}, {}});
    return layout;
}

Reach reach(double at_s, Point left, double score = 0.8) {
    Reach reach;
    reach.person = 1;
    reach.at = instant_at(at_s);
    reach.torso = 50;
    reach.hands[0] = {left, score, 90, 1.0};
    reach.hands[1] = {{250, 200}, 0.8, 5, 0.4};
    return reach;
}

TEST(TouchWatch, NumbersThatAreNoneAreErrors) {
    Collector collector;
    TouchWatch watch(shop(), {"s", "c"}, {}, collector);
    Reach bad = reach(0, {150, 100});
    bad.torso = 0;
    EXPECT_FALSE(watch.observe(bad));
    EXPECT_FALSE(watch.observe(reach(0, {std::numeric_limits<double>::quiet_NaN(), 100})));
    EXPECT_TRUE(watch.observe(reach(0, {150, 100})));
}

TEST(TouchWatch, SomebodyWhoLeavesEndsHisTouch) {
    Collector collector;
    TouchWatch watch(shop(), {"s", "c"}, {}, collector);
    for (int i = 0; i < 10; ++i)
        ASSERT_TRUE(watch.observe(reach(0.1 * i, {150, 100})));
    ASSERT_TRUE(watch.person_left(2));
    EXPECT_TRUE(collector.events.empty());
    ASSERT_TRUE(watch.person_left(1));
    ASSERT_EQ(collector.events.size(), 1U);
    EXPECT_EQ(to_line(collector.events[0]), "touch 1 A - left 0.000 0.900 0.80");
    ASSERT_TRUE(watch.finish());
    EXPECT_EQ(collector.events.size(), 1U);
}

TEST(TouchWatch, WithoutShelvesNothingIsTouched) {
    Collector collector;
    TouchWatch watch(whole_picture(400, 300), {"s", "c"}, {}, collector);
    for (int i = 0; i < 10; ++i)
        ASSERT_TRUE(watch.observe(reach(0.1 * i, {150, 100})));
    ASSERT_TRUE(watch.finish());
    EXPECT_TRUE(collector.events.empty());
}

}  // namespace
}  // namespace vitrina::insight
