// A plan's cameras joined: checks the plan and hands its pictures to scene/floor_tracker.h. One thread at a
// time.
#pragma once

#include <memory>

#include "base/result.h"
#include "domain/plan.h"
#include "scene/floor_tracker.h"

namespace vitrina::pipeline {

/// Fails when no camera of the plan is calibrated.
[[nodiscard]] Result<std::unique_ptr<scene::FloorTracker>> make_floor_tracker(
    const Plan& plan, const scene::FloorTrackerOptions& options);

}  // namespace vitrina::pipeline
