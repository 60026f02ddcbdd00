#include "video/clock_watch.h"

#include <cmath>
#include <functional>

#include <gtest/gtest.h>

namespace vitrina::video {
namespace {

/// When it was told, in seconds; below zero when it never was.
double told_after(ClockWatch& watch, double from_s, double to_s,
                  const std::function<double(double)>& offset_s, std::int64_t connection = 0) {
    double told = -1;
    for (double now = from_s; now < to_s; now += 0.5) {
        watch.see(instant_at(now), from_seconds(offset_s(now)), connection);
        if (watch.since() && told < 0) told = now - from_s;
    }
    return told;
}

TEST(ClockWatch, ADriftIsToldWithinThirtySecondsAndEnds) {
    ClockWatch watch;
    const double told = told_after(watch, 0, 40, [](double now) { return 0.01 * now; });
    EXPECT_GE(told, 10);
    EXPECT_LT(told, 30);
    told_after(watch, 40, 80, [](double) { return 0.4; });
    EXPECT_FALSE(watch.since());
}

TEST(ClockWatch, AClockThatFallsBehindIsToldToo) {
    ClockWatch watch;
    EXPECT_GT(told_after(watch, 0, 40, [](double now) { return -0.02 * now; }), 0);
}

TEST(ClockWatch, CrystalsNetworksAndReconnectionsAreNoDrift) {
    ClockWatch crystal;
    EXPECT_LT(told_after(crystal, 0, 600, [](double now) { return 2e-4 * now; }), 0);
    ClockWatch network;  // gets slower at once, and trembles
    EXPECT_LT(told_after(network, 0, 600,
                         [](double now) { return (now > 100 ? 0.3 : 0) + 0.02 * std::sin(now * 0.9); }),
              0);
    ClockWatch lost;
    for (int connection = 0; connection < 20; ++connection)
        EXPECT_LT(told_after(
                      lost, connection * 10, connection * 10 + 10, [&](double) { return connection * 0.3; },
                      connection),
                  0);
}

}  // namespace
}  // namespace vitrina::video
