#include "video/frame_clock.h"

#include <cstdint>
#include <limits>
#include <optional>
#include <vector>

#include <gtest/gtest.h>

namespace vitrina::video {
namespace {

using Timestamps = std::vector<std::optional<std::int64_t>>;
using Milliseconds = std::vector<std::int64_t>;

constexpr AVRational kMillisecond{1, 1000};
constexpr Duration kFrame = std::chrono::milliseconds(40);

struct Heard {
    Milliseconds times;
    std::int64_t repaired = 0;
};

Heard hear(const Timestamps& timestamps) {
    FrameClock clock(kMillisecond, kFrame);
    Heard heard;
    for (const auto& timestamp : timestamps)
        heard.times.push_back(
            std::chrono::duration_cast<std::chrono::milliseconds>(clock.at(timestamp).time_since_epoch())
                .count());
    heard.repaired = clock.repaired();
    return heard;
}

TEST(FrameClock, KeepsGoodTimestamps) {
    const Heard heard = hear({0, 40, 75, 200, 210, 60'000});
    EXPECT_EQ(heard.times, (Milliseconds{0, 40, 75, 200, 210, 60'000}));
    EXPECT_EQ(heard.repaired, 0);
}

TEST(FrameClock, CountsFromTheFirstFrame) {
    EXPECT_EQ(hear({1400, 1440, 1480}).times, (Milliseconds{0, 40, 80}));
    EXPECT_EQ(hear({-80, -40, 0, 40}).times, (Milliseconds{0, 40, 80, 120}));
    EXPECT_EQ(hear({-80, -40, 0, 40}).repaired, 0);
}

TEST(FrameClock, FillsMissingTimestamps) {
    const Heard one = hear({0, 40, std::nullopt, 120});
    EXPECT_EQ(one.times, (Milliseconds{0, 40, 80, 120}));
    EXPECT_EQ(one.repaired, 1);
    EXPECT_EQ(hear({std::nullopt, std::nullopt, std::nullopt}).times, (Milliseconds{0, 40, 80}));
    EXPECT_EQ(hear({std::nullopt, std::nullopt, 5000, 5050}).times, (Milliseconds{0, 40, 80, 130}));
}

TEST(FrameClock, ADoubledTimestampMovesNothingAfterIt) {
    const Heard heard = hear({0, 40, 40, 80, 120});
    EXPECT_EQ(heard.times, (Milliseconds{0, 40, 60, 80, 120}));
    EXPECT_EQ(heard.repaired, 1);
}

TEST(FrameClock, AStreamWithoutTimeRunsAtItsNominalRate) {
    EXPECT_EQ(hear({0, 0, 0, 0, 0}).times, (Milliseconds{0, 20, 60, 100, 140}));
}

TEST(FrameClock, BeginsAnewWhenTheStreamDoes) {
    const Heard heard = hear({0, 40, 80, 0, 40, 80});
    EXPECT_EQ(heard.times, (Milliseconds{0, 40, 80, 120, 160, 200}));
    EXPECT_EQ(heard.repaired, 1);
}

TEST(FrameClock, BelievesPausesButNotAbsurdOnes) {
    EXPECT_EQ(hear({0, 40, 1'800'040}).times, (Milliseconds{0, 40, 1'800'040}));
    const Heard heard = hear({0, 40, 95'443'717, 95'443'757});
    EXPECT_EQ(heard.times, (Milliseconds{0, 40, 80, 120}));
    EXPECT_EQ(heard.repaired, 1);
}

TEST(FrameClock, SurvivesTheEdgesOfNumbers) {
    constexpr auto kLeast = std::numeric_limits<std::int64_t>::min() + 1;
    constexpr auto kMost = std::numeric_limits<std::int64_t>::max();
    EXPECT_EQ(hear({kMost, kLeast, kMost, 0}).times, (Milliseconds{0, 40, 80, 120}));
    FrameClock coarse(AVRational{1'000'000, 1}, kFrame);
    SourceTime last = coarse.at(0);
    for (const std::int64_t ticks : {kMost, kLeast, kMost / 2, std::int64_t{1}, kLeast}) {
        const SourceTime time = coarse.at(ticks);
        EXPECT_GT(time, last);
        last = time;
    }
}

TEST(FrameClock, FineTicksDoNotDrift) {
    FrameClock clock(AVRational{1001, 30000}, Duration(33367));
    SourceTime last;
    for (std::int64_t i = 0; i <= 30000; ++i)
        last = clock.at(i);
    EXPECT_EQ(last, instant_at(1001));
}

}  // namespace
}  // namespace vitrina::video
