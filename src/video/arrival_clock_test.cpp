#include "video/arrival_clock.h"

#include <cmath>
#include <cstdint>
#include <random>
#include <vector>

#include <gtest/gtest.h>

namespace vitrina::video {
namespace {

using namespace std::chrono_literals;

constexpr Duration kPicture = 100ms;

/// A camera with a clock of its own behind a network that delays.
class CameraBehindNetwork {
  public:
    double drift = 0;
    Duration clock_begins = 7h;
    Duration delay_least = 30ms;
    Duration delay_varies = 0ms;

    [[nodiscard]] Duration timestamp(Duration taken) const {
        return clock_begins + Duration(std::llround(static_cast<double>(taken.count()) * (1 + drift)));
    }
    [[nodiscard]] SourceTime arrival(Duration taken) {
        std::exponential_distribution<double> varies(1);
        const double more = static_cast<double>(delay_varies.count()) * std::min(varies(random_), 5.0);
        last_ = std::max(last_, SourceTime(taken + delay_least + Duration(std::llround(more))));
        return last_;
    }

  private:
    std::mt19937 random_{1};
    SourceTime last_;
};

TEST(ArrivalClock, KeepsDistancesThroughJitterAndDrift) {
    CameraBehindNetwork camera;
    camera.delay_varies = 20ms;
    for (const double drift : {100e-6, -100e-6, 0.0}) {
        camera.drift = drift;
        ArrivalClock clock;
        SourceTime last;
        for (int i = 0; i < 36'000; ++i) {  // an hour
            const Duration taken = 1s + i * kPicture;
            const SourceTime arrival = camera.arrival(taken);
            const SourceTime time = clock.at(camera.timestamp(taken), arrival);
            if (i > 0) {
                ASSERT_GT(time, last);
            }
            ASSERT_LE(time, arrival);
            // After a few seconds of learning, the delay that never varies is all that is unknown.
            if (i > 100) {
                ASSERT_NEAR(to_seconds(time), to_seconds(taken + camera.delay_least), 0.008) << i;
            }
            last = time;
        }
        EXPECT_NEAR(to_seconds(clock.clock_offset()), 3'600 * drift, 0.01);
        // 95 of 100 values of the exponential distribution lie below three times its mean.
        EXPECT_NEAR(to_seconds(clock.jitter()), 0.060, 0.025);
        camera = CameraBehindNetwork();
        camera.delay_varies = 20ms;
    }
}

TEST(ArrivalClock, ACameraThatSetsItsClockGoesOn) {
    for (const Duration step : {Duration(1h), Duration(-1h), Duration(3s), Duration(-3s), Duration(-500ms)}) {
        CameraBehindNetwork camera;
        ArrivalClock clock;
        SourceTime last;
        for (int i = 0; i < 1'000; ++i) {
            if (i == 300) camera.clock_begins += step;
            const Duration taken = i * kPicture;
            const SourceTime arrival = camera.arrival(taken);
            const SourceTime time = clock.at(camera.timestamp(taken), arrival);
            // A step back by less than a second looks like B-frames, then like a slower network.
            const bool confused = step == Duration(-500ms) && i >= 300 && i < 800;
            if (i > 0 && !confused) {
                ASSERT_GT(time, last) << i;
            }
            if (!confused) {
                ASSERT_NEAR(to_seconds(time), to_seconds(arrival), 0.001) << i;
            }
            last = time;
        }
        EXPECT_NEAR(to_seconds(clock.clock_offset()), to_seconds(step), 0.001);
    }
}

TEST(ArrivalClock, WithoutTimestampsTheArrivalIsTheTime) {
    ArrivalClock clock;
    EXPECT_EQ(clock.at(std::nullopt, SourceTime(1s)), SourceTime(1s));
    EXPECT_EQ(clock.at(Duration(5h), SourceTime(2s)), SourceTime(2s));
    EXPECT_EQ(clock.at(std::nullopt, SourceTime(3s)), SourceTime(3s));
    EXPECT_EQ(clock.at(std::nullopt, SourceTime(3s)), SourceTime(3s + 1ms));
    // Always the same one is none.
    EXPECT_EQ(clock.at(Duration(6h), SourceTime(4s)), SourceTime(4s));
    for (int i = 5; i < 50; ++i)
        EXPECT_EQ(clock.at(Duration(6h), SourceTime(std::chrono::seconds(i))),
                  SourceTime(std::chrono::seconds(i)));
}

TEST(ArrivalClock, APauseOfTheNetworkMovesNothing) {
    CameraBehindNetwork camera;
    ArrivalClock clock;
    for (int i = 0; i < 300; ++i) {
        const Duration taken = i * kPicture;
        // Pictures 100 to 130 come together when the network is back.
        const Duration sent = i >= 100 && i < 130 ? 130 * kPicture : taken;
        const SourceTime time = clock.at(camera.timestamp(taken), camera.arrival(sent));
        EXPECT_NEAR(to_seconds(time), to_seconds(taken + camera.delay_least), 0.001) << i;
    }
    EXPECT_GT(clock.jitter(), 500ms);
}

TEST(ArrivalClock, ASlowerWayIsLearntWithinAWindow) {
    CameraBehindNetwork camera;
    ArrivalClock clock;
    SourceTime time;
    Duration taken{};
    for (int i = 0; i < 900; ++i) {
        if (i == 100) camera.delay_least += 300ms;
        taken = i * kPicture;
        time = clock.at(camera.timestamp(taken), camera.arrival(taken));
    }
    EXPECT_EQ(time, SourceTime(taken + camera.delay_least));
}

// 25 pictures a second are written on what comes 10 times a second (0.4), 20 times (0.8), or 24.
TEST(ArrivalClock, InventedTimestampsAreSeenThrough) {
    for (const double rate : {0.4, 0.8, 0.96, 0.98, 1.05, 2.5}) {
        CameraBehindNetwork camera;
        camera.delay_varies = 20ms;
        camera.drift = rate - 1;
        ArrivalClock clock;
        SourceTime last;
        for (int i = 0; i < 3'000; ++i) {
            const Duration taken = 1s + i * kPicture;
            const SourceTime time = clock.at(camera.timestamp(taken), camera.arrival(taken));
            if (i > 0) {
                ASSERT_GT(time, last);
            }
            if (i > 60) {
                ASSERT_NEAR(to_seconds(time), to_seconds(taken), 0.5) << rate << ", " << i;
            }
            last = time;
        }
    }
}

TEST(ArrivalClock, ABurstAtTheBeginningIsForgotten) {
    CameraBehindNetwork camera;
    ArrivalClock clock;
    // The server sends its last four seconds at once.
    SourceTime last;
    for (int i = 0; i < 140; ++i) {
        const Duration taken = i * kPicture;
        const SourceTime arrival = camera.arrival(std::max(taken, 40 * kPicture));
        const SourceTime time = clock.at(camera.timestamp(taken), arrival);
        if (i > 0) {
            EXPECT_GT(time, last);
        }
        last = time;
        // Within a second the burst's own times, a millisecond apart, have been overtaken.
        if (i > 50) {
            EXPECT_EQ(time, arrival) << i;
        }
    }
    EXPECT_EQ(clock.clock_offset(), Duration::zero());
}

TEST(ArrivalClock, BFramesKeepTheirOrder) {
    CameraBehindNetwork camera;
    camera.drift = 100e-6;
    ArrivalClock clock;
    std::vector<SourceTime> times(400);
    const auto place = [&](int picture, int sent) {
        times.at(static_cast<std::size_t>(picture)) =
            clock.at(camera.timestamp(picture * kPicture), camera.arrival(sent * kPicture + 300ms));
    };
    place(0, 0);
    for (int i = 1; i + 3 < 400; i += 3) {
        place(i + 2, i);
        place(i, i + 1);
        place(i + 1, i + 2);
    }
    // The first picture that is sent ahead teaches how early they can be.
    for (std::size_t i = 4; i < 397; ++i)
        EXPECT_NEAR(to_seconds(times[i] - times[i - 1]), 0.1, 0.006) << i;
}

TEST(ArrivalClock, ANewConnectionGoesOnGrowing) {
    ArrivalClock clock;
    const SourceTime last = clock.at(Duration(1h), SourceTime(10s));
    clock.begin_anew();
    EXPECT_EQ(clock.at(Duration(0), SourceTime(10s)), last + 1ms);
    EXPECT_EQ(clock.at(Duration(100ms), SourceTime(11s)), SourceTime(10s + 100ms));
    EXPECT_EQ(clock.clock_offset(), Duration::zero());
}

}  // namespace
}  // namespace vitrina::video
