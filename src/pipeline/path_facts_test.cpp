#include "pipeline/path_facts.h"

#include <gtest/gtest.h>

namespace vitrina::pipeline {
namespace {

TEST(PathFacts, CountsCrossingsAndDwell) {
    // A picture of 1000 x 500 with a line in the middle, from top to bottom, and its left half as a zone. One
    // person walks from left to right at 100 pixels a second, from 150 to 850: 3.5 s in the zone.
    Layout layout{"v", 1000, 500, {{"left", {{0, 0}, {500, 0}, {500, 500}, {0, 500}}}}, {}};
    layout.lines.push_back({"middle", {500, 0}, {500, 500}});
    std::vector<TrackBox> boxes;
    for (int frame = 0; frame <= 70; ++frame)
        boxes.push_back({4, frame, instant_at(frame / 10.0), {130.0 + 10 * frame, 200, 40, 100}, 0.9, true});
    const auto counted = facts_of_paths(boxes, 1000, 500, layout);
    ASSERT_TRUE(counted) << counted.error().message;
    const insight::Summary* const summary = &counted->totals;
    EXPECT_EQ(summary->people, 1);
    ASSERT_EQ(summary->lines.size(), 1);
    EXPECT_EQ(summary->lines[0].in + summary->lines[0].out, 1);
    ASSERT_EQ(summary->zones.size(), 1);
    EXPECT_EQ(summary->zones[0].visits, 1);
    EXPECT_NEAR(to_seconds(summary->zones[0].dwell_total), 3.5, 0.11);
    ASSERT_EQ(counted->visits.size(), 1);
    EXPECT_EQ(counted->visits[0].person, 4);
    EXPECT_EQ(counted->visits[0].end - counted->visits[0].begin, summary->zones[0].dwell_total);
    EXPECT_TRUE(facts_of_paths({}, 1000, 500, layout));
}

}  // namespace
}  // namespace vitrina::pipeline
