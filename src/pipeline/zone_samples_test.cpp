#include "pipeline/zone_samples.h"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace vitrina::pipeline {
namespace {

using testing::ElementsAre;

constexpr UtcTime kBegin(std::chrono::sys_days(std::chrono::year(2026) / 11 / 27));

LiveTracks picture(std::int64_t at_ms,
                   const std::vector<std::pair<PersonId, std::vector<std::string>>>& people) {
    LiveTracks tracks;
    tracks.camera = "door";
    tracks.at = kBegin + std::chrono::milliseconds(at_ms);
    for (const auto& [person, zones] : people)
        tracks.people.push_back({person, {}, 0.9, zones});
    return tracks;
}

/// "ZONE PEOPLE LONGEST"
std::vector<std::string> take(ZoneSamples& samples, const LiveTracks& tracks,
                              const std::vector<std::string>& zones = {}) {
    std::vector<std::string> result;
    const auto all = samples.take(tracks, zones);
    for (std::size_t i = 0; i + 1 < all.size(); i += 2) {
        EXPECT_EQ(all[i].measure, rules::Measure::kPeople);
        EXPECT_EQ(all[i + 1].measure, rules::Measure::kDwell);
        EXPECT_EQ(all[i].at, tracks.at);
        result.push_back(fmt::format("{} {} {}", all[i].place, all[i].value, all[i + 1].value));
    }
    return result;
}

TEST(ZoneSamples, PeopleAndTheLongestOfEachZone) {
    ZoneSamples samples;
    EXPECT_THAT(take(samples, picture(0, {{1, {"till"}}}), {"till", "desk"}),
                ElementsAre("desk 0 0", "till 1 0"));
    EXPECT_THAT(
        take(samples, picture(1000, {{1, {"till"}}, {2, {"till", "desk"}}, {3, {}}}), {"till", "desk"}),
        ElementsAre("desk 1 0", "till 2 1"));
}

TEST(ZoneSamples, WhoIsMissedForAMomentHasNotGone) {
    ZoneSamples samples;
    take(samples, picture(0, {{1, {"till"}}}));
    EXPECT_THAT(take(samples, picture(1000, {}), {"till"}), ElementsAre("till 1 0"));
    EXPECT_THAT(take(samples, picture(1500, {{1, {"till"}}})), ElementsAre("till 1 1.5"));
    EXPECT_THAT(take(samples, picture(3001, {}), {"till"}), ElementsAre("till 0 0"));
    EXPECT_THAT(take(samples, picture(3100, {{1, {"till"}}})), ElementsAre("till 1 0"));
}

TEST(ZoneSamples, AClockThatIsSetBackBeginsAnew) {
    ZoneSamples samples;
    take(samples, picture(100'000, {{1, {"till"}}, {2, {"till"}}}));
    EXPECT_THAT(take(samples, picture(5'000, {{1, {"till"}}})), ElementsAre("till 1 0"));
    EXPECT_THAT(take(samples, picture(6'000, {{1, {"till"}}})), ElementsAre("till 1 1"));
}

}  // namespace
}  // namespace vitrina::pipeline
