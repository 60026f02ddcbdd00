#include "pipeline/queue_sight.h"

#include <set>
#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "pipeline/test_room.h"

namespace vitrina::pipeline {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

/// The room with a queue in its middle, which both cameras see.
Plan room_with_queue() {
    Plan plan = test_room();
    plan.zones = {{"queue", {{3, 2}, {5, 2}, {5, 4}, {3, 4}}, ZoneKind::kQueue, "till 1"}};
    return plan;
}

std::set<std::string> unseen(const Plan& plan, const std::set<std::string>& live) {
    return QueueSight(plan).unseen([&](const std::string& camera) { return live.contains(camera); });
}

TEST(QueueSight, AQueueIsSeenWhileOneOfItsCamerasIs) {
    const Plan plan = room_with_queue();
    EXPECT_EQ(QueueSight(plan).tills(), 1U);
    EXPECT_THAT(unseen(plan, {"left", "right"}), IsEmpty());
    EXPECT_THAT(unseen(plan, {"left"}), IsEmpty());
    EXPECT_THAT(unseen(plan, {"right"}), IsEmpty());
    EXPECT_THAT(unseen(plan, {}), ElementsAre("till 1"));
    EXPECT_THAT(unseen(plan, {"yard"}), ElementsAre("till 1"));
}

TEST(QueueSight, ACameraThatLooksElsewhereIsNoHelp) {
    Plan plan = room_with_queue();
    plan.zones.push_back({"service", {{1, 2}, {2, 2}, {2, 3}, {1, 3}}, ZoneKind::kService, "till 2"});
    plan.cameras[1].calibration->pan_deg = 0;  // out of the room
    EXPECT_EQ(QueueSight(plan).tills(), 2U);
    EXPECT_THAT(unseen(plan, {"left"}), IsEmpty());
    EXPECT_THAT(unseen(plan, {"right"}), ElementsAre("till 1", "till 2"));
}

// By the plan nobody sees it, and somebody is counted in it: the plan is not that exact.
TEST(QueueSight, WhatNoCameraShouldSeeIsNotWaitedFor) {
    Plan plan = room_with_queue();
    plan.cameras[0].calibration->pan_deg = 180;
    plan.cameras[1].calibration->pan_deg = 0;
    EXPECT_THAT(unseen(plan, {}), IsEmpty());
    EXPECT_EQ(QueueSight().tills(), 0U);
}

}  // namespace
}  // namespace vitrina::pipeline
