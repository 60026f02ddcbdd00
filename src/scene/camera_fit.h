// A camera as a list of parameters for the solver, and back. Private to this folder.
#pragma once

#include <span>
#include <vector>

#include "domain/plan.h"

namespace vitrina::scene {

enum CameraParameter : std::size_t {
    kLogFocal,
    kPlaceX,
    kPlaceY,
    kLogHeight,
    kPan,  // degrees
    kTilt,
    kRoll,
    kCenterX,  // px
    kCenterY,
    kDistortion,
    kParameterCount,
};

[[nodiscard]] std::vector<double> parameters_of(const CameraCalibration& calibration);
/// The size of the picture and what is not a parameter are those of `form`.
[[nodiscard]] CameraCalibration camera_of(std::span<const double> parameters, const CameraCalibration& form);

/// What cameras are like before anything is measured, as residuals: how far this one is from that, in
/// standard deviations. Focal length around 0.9 widths, level, axis in the middle, `k1` as given.
struct CameraHabits {
    double k1 = 0;
    double k1_spread = 0.01;
};
inline constexpr std::size_t kHabitCount = 6;
void habits(std::span<const double> parameters, const CameraCalibration& form, const CameraHabits& known,
            std::span<double> residuals);

/// A residual that counts like itself while it is small, and hardly more however large it gets.
[[nodiscard]] double robust_share(double squared_distance);

}  // namespace vitrina::scene
