#include "scene/camera_fit.h"

#include <cmath>

#include "base/result.h"

namespace vitrina::scene {
namespace {

constexpr double kFocalOfWidth = 0.9;   // 58 degrees: the middle of what shops hang up
constexpr double kFocalSpread = 0.5;    // of its logarithm
constexpr double kRollSpread = 5;       // degrees
constexpr double kCenterSpread = 0.02;  // of the width
constexpr double kHeightMiddle = 3;     // m
constexpr double kHeightSpread = 0.6;   // of its logarithm

}  // namespace

std::vector<double> parameters_of(const CameraCalibration& c) {
    return {std::log(c.focal_px), c.place.x,  c.place.y,  std::log(c.height_m), c.pan_deg,
            c.tilt_deg,           c.roll_deg, c.center.x, c.center.y,           c.k1};
}

CameraCalibration camera_of(std::span<const double> parameters, const CameraCalibration& form) {
    VITRINA_ASSERT(parameters.size() == kParameterCount);
    CameraCalibration c = form;
    c.focal_px = std::exp(parameters[kLogFocal]);
    c.place = {parameters[kPlaceX], parameters[kPlaceY]};
    c.height_m = std::exp(parameters[kLogHeight]);
    c.pan_deg = parameters[kPan];
    c.tilt_deg = parameters[kTilt];
    c.roll_deg = parameters[kRoll];
    c.center = {parameters[kCenterX], parameters[kCenterY]};
    c.k1 = parameters[kDistortion];
    return c;
}

void habits(std::span<const double> parameters, const CameraCalibration& form, const CameraHabits& known,
            std::span<double> residuals) {
    const double center = kCenterSpread * form.width;
    residuals[0] = (parameters[kLogFocal] - std::log(kFocalOfWidth * form.width)) / kFocalSpread;
    residuals[1] = parameters[kRoll] / kRollSpread;
    residuals[2] = (parameters[kCenterX] - form.width / 2) / center;
    residuals[3] = (parameters[kCenterY] - form.height / 2) / center;
    residuals[4] = (parameters[kDistortion] - known.k1) / known.k1_spread;
    residuals[5] = (parameters[kLogHeight] - std::log(kHeightMiddle)) / kHeightSpread;
}

double robust_share(double squared_distance) {
    constexpr double kFree = 9;  // three standard deviations
    if (squared_distance < 1e-9) return 1;
    return std::sqrt(kFree * std::log1p(squared_distance / kFree) / squared_distance);
}

}  // namespace vitrina::scene
