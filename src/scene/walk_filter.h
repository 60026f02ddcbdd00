// Where somebody on the plan is and how he moves, from sightings in the order of time: a Kalman filter with
// nearly constant velocity. Plain value.
#pragma once

#include <array>

#include "base/geometry.h"
#include "domain/plan_sighting.h"

namespace vitrina::scene {

struct WalkState {
    Point place;     // m
    Point velocity;  // m/s
    Covariance covariance;
};

class WalkFilter {
  public:
    explicit WalkFilter(const PlanSighting& first);

    void see(const PlanSighting& sighting);
    /// At this moment, earlier or later than the last sighting.
    [[nodiscard]] WalkState at(SourceTime time) const;
    [[nodiscard]] SourceTime last() const { return last_; }

  private:
    using Matrix = std::array<std::array<double, 4>, 4>;
    [[nodiscard]] static Matrix moved(const Matrix& p, double seconds);

    SourceTime last_;
    std::array<double, 4> state_{};  // x, y, and their velocities
    Matrix spread_{};
};

/// The place that two independent opinions agree on.
[[nodiscard]] WalkState joined(const WalkState& a, const WalkState& b);

/// Squared distance of two places in standard deviations, and the area (square metres) within which the
/// difference lies: 2 pi sqrt(det).
struct Separation {
    double squared = 0;
    double area = 0;
};
[[nodiscard]] Separation separation(Point a, const Covariance& spread_a, Point b, const Covariance& spread_b);

}  // namespace vitrina::scene
