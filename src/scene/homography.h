// The map from the floor to an undistorted picture, straight from point pairs, and the camera that has it:
// where the fit of calibrate.h begins. Private to this folder. Pure functions; any thread.
#pragma once

#include <optional>
#include <span>

#include <Eigen/Core>

#include "domain/plan.h"
#include "scene/calibrate.h"

namespace vitrina::scene {

/// From metres (x, y, 1) to pixels from the centre, by the normalised direct linear transform; empty when
/// the points determine none (three of four on one line).
[[nodiscard]] std::optional<Eigen::Matrix3d> homography_of(std::span<const PointPair> points);

/// The camera of this focal length that has the map, as nearly as one can; empty when none above the floor
/// that looks at `middle` has (a mirrored plan).
[[nodiscard]] std::optional<CameraCalibration> camera_of(const Eigen::Matrix3d& homography, double focal_px,
                                                         Point middle, const CameraCalibration& form);

}  // namespace vitrina::scene
