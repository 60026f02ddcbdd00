#include "pipeline/later_replays.h"

#include <string>

#include <gtest/gtest.h>

#include "domain/plan.h"

namespace vitrina::pipeline {
namespace {

using namespace std::chrono_literals;

const LaterReplays::Time kBegin{1h};

ReplayOptions replay_from(std::int64_t from_ms, const std::string& camera = kPlanCamera) {
    ReplayOptions options;
    options.camera = camera;
    options.from = UtcTime(std::chrono::milliseconds(from_ms));
    return options;
}

TEST(LaterReplays, CorrectionsWaitForOneAnother) {
    LaterReplays later;
    later.correct(replay_from(500), kBegin);
    later.correct(replay_from(300), kBegin + 5s);
    later.put(replay_from(100, "door"), kBegin);
    EXPECT_TRUE(later.take_due(kBegin + kReplayAgainAfter - 1s).empty());
    const auto due = later.take_due(kBegin + kReplayAgainAfter);
    ASSERT_EQ(due.size(), 2U);
    EXPECT_EQ(due[0].from, replay_from(300).from);
    EXPECT_EQ(due[1].camera, "door");
    EXPECT_TRUE(later.take_due(kBegin + 1h).empty());
}

TEST(LaterReplays, TheNextCorrectionWaitsTenTimesAsLongAsTheLastTook) {
    LaterReplays later;
    const auto due_at = kBegin + kReplayAgainAfter;
    later.correct(replay_from(500), kBegin);
    ASSERT_EQ(later.take_due(due_at).size(), 1U);
    later.correct(replay_from(400), kBegin + 1s);
    later.correct(replay_from(600), kBegin + 20s);
    EXPECT_TRUE(later.take_due(due_at + 20s).empty()) << "one is in work";
    later.done(6s, due_at + 20s);
    later.put(replay_from(100, "door"), kBegin);
    EXPECT_EQ(later.take_due(due_at + 79s).size(), 1U) << "a camera's does not wait";
    const auto due = later.take_due(due_at + 80s);
    ASSERT_EQ(due.size(), 1U) << "both together";
    EXPECT_EQ(due[0].from, replay_from(400).from);
}

}  // namespace
}  // namespace vitrina::pipeline
