#include "planner.h"

#include <random>

#include <gtest/gtest.h>

namespace mosaic {
namespace {

bool alive_together(const Lifetime& a, const Lifetime& b) {
    return a.first_step <= b.last_step && b.first_step <= a.last_step;
}

void expect_no_overlap(const std::vector<Lifetime>& lifetimes, const MemoryPlan& plan) {
    for (std::size_t i = 0; i < lifetimes.size(); ++i) {
        EXPECT_EQ(plan.offsets[i] % kAlignmentBytes, 0U);
        EXPECT_LE(plan.offsets[i] + lifetimes[i].bytes, plan.peak_bytes);
        for (std::size_t k = 0; k < i; ++k) {
            if (!alive_together(lifetimes[i], lifetimes[k])) continue;
            const bool apart = plan.offsets[i] + lifetimes[i].bytes <= plan.offsets[k] ||
                               plan.offsets[k] + lifetimes[k].bytes <= plan.offsets[i];
            EXPECT_TRUE(apart) << i << " and " << k;
        }
    }
}

TEST(Planner, NothingNeedsNothing) {
    const MemoryPlan plan = plan_memory({});
    EXPECT_EQ(plan.peak_bytes, 0U);
    EXPECT_EQ(plan.lower_bound_bytes, 0U);
}

TEST(Planner, AChainTakesTurns) {
    // Each step reads what the one before wrote: two buffers at a time.
    const std::vector<Lifetime> lifetimes = {{640, 0, 1}, {640, 1, 2}, {640, 2, 3}, {640, 3, 4}};
    const MemoryPlan plan = plan_memory(lifetimes);
    expect_no_overlap(lifetimes, plan);
    EXPECT_EQ(plan.peak_bytes, 1280U);
    EXPECT_EQ(plan.lower_bound_bytes, 1280U);
}

TEST(Planner, ASmallBufferFillsTheSmallestGap) {
    const std::vector<Lifetime> lifetimes = {{1024, 0, 9}, {512, 0, 2}, {256, 0, 9}, {512, 3, 9}};
    const MemoryPlan plan = plan_memory(lifetimes);
    expect_no_overlap(lifetimes, plan);
    EXPECT_EQ(plan.peak_bytes, 1792U);
}

TEST(Planner, NoTwoLiveBuffersOverlapOnRandomGraphs) {
    std::mt19937 random(2024);
    for (int round = 0; round < 300; ++round) {
        const std::size_t count = 1 + random() % 60;
        const std::size_t steps = 1 + random() % 40;
        std::vector<Lifetime> lifetimes;
        for (std::size_t i = 0; i < count; ++i) {
            const std::size_t first = random() % steps;
            lifetimes.push_back({random() % 5000, first, first + random() % (steps - first)});
        }
        const MemoryPlan plan = plan_memory(lifetimes);
        expect_no_overlap(lifetimes, plan);
        EXPECT_GE(plan.peak_bytes, plan.lower_bound_bytes);
        EXPECT_LE(10 * plan.peak_bytes, 13 * plan.lower_bound_bytes) << "round " << round;
    }
}

}  // namespace
}  // namespace mosaic
