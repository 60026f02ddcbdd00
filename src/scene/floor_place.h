// Where a person stands, told from a box in a camera's picture, with how sure that is: by the feet, or by the
// head where the feet are hidden. One object for each tracklet: it learns how tall the person is. One thread
// at a time; borrows the camera and the plan's fixtures.
#pragma once

#include <optional>
#include <span>

#include "base/geometry.h"
#include "domain/plan.h"
#include "domain/plan_sighting.h"
#include "scene/camera_model.h"

namespace vitrina::scene {

struct PlaceOptions {
    /// Standard deviation of where a box ends, as a share of its height: what detectors do on real pictures
    /// (scripts/fit_noise.sh measures it). Leave alone unless the detector is another.
    double foot_noise = 0.03;
    double side_noise = 0.02;
    double head_noise = 0.02;
    double noise_px_min = 1.0;
    /// How tall people are before anything is known of this one.
    double height_m = 1.70;
    double height_spread_m = 0.10;
    /// A place that is less sure than this is no place.
    double spread_m_max = 4;
};

struct FloorPlace {
    Point place;  // m
    Covariance covariance;
    bool feet_seen = true;
};

class PlaceFinder {
  public:
    PlaceFinder(const CameraModel& camera, std::span<const Fixture> fixtures, const PlaceOptions& options)
        : camera_(&camera), fixtures_(fixtures), options_(options) {}

    /// `box` in pixels of the calibration's picture; `measured`: it was detected, and teaches.
    [[nodiscard]] std::optional<FloorPlace> find(const Box& box, bool measured);

    [[nodiscard]] double height_m() const;

  private:
    [[nodiscard]] std::optional<FloorPlace> by_feet(const Box& box) const;
    [[nodiscard]] std::optional<FloorPlace> by_head(const Box& box) const;
    /// How tall somebody would be who stands there and whose head is at the box's top; 0 when nobody would.
    [[nodiscard]] double height_at(Point place, const Box& box) const;
    [[nodiscard]] bool may_be_hidden(const Box& box, Point head) const;
    [[nodiscard]] double height_spread_m() const;
    void learn(double height_m, const Box& box);

    const CameraModel* camera_;
    std::span<const Fixture> fixtures_;
    PlaceOptions options_;
    double weight_ = 0;  // 1 / m^2, of the heights seen
    double weighted_ = 0;
    int seen_ = 0;
};

}  // namespace vitrina::scene
