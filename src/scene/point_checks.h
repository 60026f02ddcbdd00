// What can be said of clicked points before anything is fitted to them. Private to this folder. Pure
// functions; any thread.
#pragma once

#include <span>

#include "base/result.h"
#include "scene/calibrate.h"

namespace vitrina::scene {

/// Fails (kConfiguration) where no fit could make sense: see calibrate().
[[nodiscard]] Result<void> check_points(PictureSide picture, std::span<const PointPair> points);

/// The largest distance of two points on the plan, in metres.
[[nodiscard]] double extent_of(std::span<const PointPair> points);

}  // namespace vitrina::scene
