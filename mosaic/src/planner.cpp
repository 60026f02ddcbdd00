#include "planner.h"

#include <algorithm>
#include <limits>
#include <numeric>

namespace mosaic {

namespace {

std::size_t rounded(std::size_t bytes) {
    return (bytes + kAlignmentBytes - 1) / kAlignmentBytes * kAlignmentBytes;
}

bool overlap(const Lifetime& a, const Lifetime& b) {
    return a.first_step <= b.last_step && b.first_step <= a.last_step;
}

std::size_t lower_bound(std::span<const Lifetime> lifetimes) {
    std::size_t steps = 0;
    for (const Lifetime& lifetime : lifetimes)
        steps = std::max(steps, lifetime.last_step + 1);
    std::vector<std::size_t> alive(steps, 0);
    for (const Lifetime& lifetime : lifetimes) {
        for (std::size_t step = lifetime.first_step; step <= lifetime.last_step; ++step) {
            alive[step] += rounded(lifetime.bytes);
        }
    }
    return alive.empty() ? 0 : *std::max_element(alive.begin(), alive.end());
}

}  // namespace

MemoryPlan plan_memory(std::span<const Lifetime> lifetimes) {
    MemoryPlan plan;
    plan.offsets.resize(lifetimes.size());
    plan.lower_bound_bytes = lower_bound(lifetimes);
    std::vector<std::size_t> order(lifetimes.size());
    std::iota(order.begin(), order.end(), std::size_t{0});
    std::stable_sort(order.begin(), order.end(),
                     [&](std::size_t a, std::size_t b) { return lifetimes[a].bytes > lifetimes[b].bytes; });
    std::vector<std::size_t> placed;  // by offset
    for (const std::size_t current : order) {
        const std::size_t bytes = rounded(lifetimes[current].bytes);
        std::size_t best = std::numeric_limits<std::size_t>::max();
        std::size_t best_gap = std::numeric_limits<std::size_t>::max();
        std::size_t end = 0;  // of what is placed so far below and lives with the current buffer
        for (const std::size_t other : placed) {
            if (!overlap(lifetimes[current], lifetimes[other])) continue;
            const std::size_t offset = plan.offsets[other];
            if (offset >= end && offset - end >= bytes && offset - end < best_gap) {
                best = end;
                best_gap = offset - end;
            }
            end = std::max(end, offset + rounded(lifetimes[other].bytes));
        }
        if (best_gap == std::numeric_limits<std::size_t>::max()) best = end;
        plan.offsets[current] = best;
        plan.peak_bytes = std::max(plan.peak_bytes, best + bytes);
        const auto position =
            std::upper_bound(placed.begin(), placed.end(), best,
                             [&](std::size_t at, std::size_t id) { return at < plan.offsets[id]; });
        placed.insert(position, current);
    }
    return plan;
}

}  // namespace mosaic
