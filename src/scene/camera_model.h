// From the picture to the floor and back, by a camera's calibration (domain/plan.h says what its numbers
// mean). Immutable; any thread.
#pragma once

#include <array>
#include <optional>

#include "base/geometry.h"
#include "domain/plan.h"
#include "domain/plan_sighting.h"

namespace vitrina::scene {

/// Where distortion would put a point: both in pixels from the centre, `half_diagonal` in pixels.
[[nodiscard]] Point undistorted(Point offset, double k1, double half_diagonal);
/// The inverse; empty where the lens shows nothing of what lies so far out.
[[nodiscard]] std::optional<Point> distorted(Point offset, double k1, double half_diagonal);

class CameraModel {
  public:
    explicit CameraModel(const CameraCalibration& calibration);

    /// The pixel of a point above the floor; empty for what is behind the camera. It may be outside the
    /// picture.
    [[nodiscard]] std::optional<Point> to_picture(Point place, double height_m) const;

    /// Where the ray of a pixel is at this height; empty when it never is there (the sky), or is so far away
    /// that nothing stands there (kReachMax).
    [[nodiscard]] std::optional<Point> to_plan(Point pixel, double height_m) const;

    /// How far the place of a pixel, at this height, moves on the plan with the pixel: covariance in pixels
    /// squared -> covariance in square metres. Empty where to_plan() is empty nearby.
    [[nodiscard]] std::optional<Covariance> spread(Point pixel, double height_m,
                                                   const Covariance& pixels) const;

    [[nodiscard]] const CameraCalibration& calibration() const { return calibration_; }

    static constexpr double kReachMax = 200;  // m

  private:
    CameraCalibration calibration_;
    double half_diagonal_ = 0;
    // In the plan's x, y and height: to the right, down and into the picture.
    std::array<double, 3> right_{};
    std::array<double, 3> down_{};
    std::array<double, 3> ahead_{};
};

}  // namespace vitrina::scene
