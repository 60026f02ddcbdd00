#include "app/summary.h"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

namespace vitrina::app {
namespace {

Summary example() {
    Summary summary;
    summary.source = "door.mp4";
    summary.info.width = 768;
    summary.info.height = 432;
    summary.frames = 1394;
    summary.end = instant_at(139.3);
    summary.insight.people = 1;
    summary.insight.zones.push_back({.zone = "picture",
                                     .visits = 1,
                                     .dwell_total = from_seconds(75.2),
                                     .dwell_median = from_seconds(75.2),
                                     .dwell_mean = from_seconds(75.2),
                                     .occupancy_peak = 1,
                                     .occupancy_mean = 0.54});
    summary.insight.lines.push_back({.line = "door", .in = 3, .out = 2});
    summary.detector = "first\nsecond";
    return summary;
}

TEST(Summary, JsonHoldsWhatWasCounted) {
    const auto json = nlohmann::json::parse(to_json(example()));
    EXPECT_EQ(json.at("people"), 1);
    EXPECT_EQ(json.at("zones").at(0).at("dwell_s").at("median"), 75.2);
    EXPECT_EQ(json.at("lines").at(0).at("in"), 3);
    EXPECT_EQ(json.at("source").at("complete"), true);
    EXPECT_TRUE(json.at("source").at("incomplete_because").is_null());
    EXPECT_EQ(json.at("plan").size(), 2U);
}

TEST(Summary, AnEarlyEndIsSaid) {
    Summary summary = example();
    summary.incomplete = "door.mp4: ended early at 12.3 s";
    const auto json = nlohmann::json::parse(to_json(summary));
    EXPECT_EQ(json.at("source").at("complete"), false);
    EXPECT_EQ(json.at("source").at("incomplete_because"), summary.incomplete);
}

TEST(Summary, NamesThatAreNotUtf8DoNotBreakIt) {
    Summary summary = example();
    summary.source = "\xff\xfe.mp4";
    EXPECT_FALSE(nlohmann::json::parse(to_json(summary)).at("source").at("name").get<std::string>().empty());
}

TEST(Summary, TextReadsLikeASentence) {
    EXPECT_EQ(to_text(example()),
              "1 person in 2 min 19 s of door.mp4\n"
              "  zone picture: 1 visit, median stay 1 min 15 s, at most 1 at once\n"
              "  line door: 3 in, 2 out\n");
}

TEST(Timings, SpeedIsFramesByTheClockOnTheWall) {
    const auto json = nlohmann::json::parse(to_json(Timings{.frames = 100, .wall_s = 4, .decode_s = 1}));
    EXPECT_EQ(json.at("frames_per_second"), 25);
    EXPECT_EQ(json.at("split_s").at("decode"), 1);
}

}  // namespace
}  // namespace vitrina::app
