// A floor plan as a camera would show it that looks straight down: its picture, and its zones, lines and
// shelves in that picture's pixels. For shops that are simulated. Pure functions; any thread.
#pragma once

#include "domain/frame.h"
#include "domain/layout.h"
#include "domain/plan.h"

namespace vitrina::pipeline {

/// Floor, walls and fixtures, without any text.
[[nodiscard]] Picture picture_of(const Plan& plan, double px_per_m);

/// Fixtures become shelves.
[[nodiscard]] Layout layout_in_picture(const Plan& plan, double px_per_m);

/// Where that camera hangs: above the middle of the floor.
[[nodiscard]] CameraCalibration calibration_from_above(const Plan& plan, double px_per_m);

}  // namespace vitrina::pipeline
