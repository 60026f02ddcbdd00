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
    double foot_noise = 0.02;
    double side_noise = 0.015;
    double head_noise = 0.015;
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

/// Whether one of the other boxes, of somebody nearer to the camera, covers where the feet of this one are.
[[nodiscard]] bool is_covered(const Box& box, std::span<const Box> others);

class PlaceFinder {
  public:
    PlaceFinder(const CameraModel& camera, std::span<const Fixture> fixtures, const PlaceOptions& options)
        : camera_(&camera), fixtures_(fixtures), options_(options) {}

    /// `box` in pixels of the calibration's picture; `measured`: it was detected, and teaches; `covered`: see
    /// is_covered().
    [[nodiscard]] std::optional<FloorPlace> find(const Box& box, bool measured, bool covered = false);

    [[nodiscard]] double height_m() const;

  private:
    [[nodiscard]] std::optional<FloorPlace> by_feet(const Box& box, bool covered) const;
    [[nodiscard]] std::optional<FloorPlace> by_head(const Box& box) const;
    /// Bodies lean outwards away from the picture's middle: how far, px, the head is to the right of the
    /// feet.
    [[nodiscard]] double lean(const Box& box) const;
    /// How tall somebody would be who stands there and whose head is at the box's top; 0 when nobody would.
    [[nodiscard]] double height_at(Point place, const Box& box) const;
    [[nodiscard]] bool is_cut(const Box& box) const;
    /// Whether a fixture stands between the lens and this spot of the floor.
    [[nodiscard]] bool is_out_of_sight(Point place) const;
    [[nodiscard]] double height_spread_m() const;
    [[nodiscard]] double prior_weight() const;
    void learn(double height_m, const Box& box);

    const CameraModel* camera_;
    std::span<const Fixture> fixtures_;
    PlaceOptions options_;
    double weight_ = 0;  // 1 / m^2, of the heights seen
    double weighted_ = 0;
    int seen_ = 0;
};

}  // namespace vitrina::scene
