#include "pipeline/floor_tracking.h"

#include <algorithm>

namespace vitrina::pipeline {

Result<std::unique_ptr<scene::FloorTracker>> make_floor_tracker(const Plan& plan,
                                                                const scene::FloorTrackerOptions& options) {
    const bool any = std::any_of(plan.cameras.begin(), plan.cameras.end(),
                                 [](const PlacedCamera& camera) { return camera.calibration.has_value(); });
    if (!any) return misconfigured("no camera of the plan is calibrated");
    return std::make_unique<scene::FloorTracker>(plan, options);
}

}  // namespace vitrina::pipeline
