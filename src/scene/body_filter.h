// Where somebody on the plan is, how he moves and how tall he is: a Kalman filter with a velocity that
// wanders and dies away while nothing is seen. What is measured is linear in place and height nearby
// (body_view.h says how). Plain value.
#pragma once

#include <array>

#include "base/geometry.h"
#include "base/time.h"
#include "domain/plan_sighting.h"

namespace vitrina::scene {

/// How a measured number changes with x, y (m) and height (m).
using Slope = std::array<double, 3>;

class BodyFilter {
  public:
    using Spread = std::array<std::array<double, 3>, 3>;  // covariance of x, y and height

    BodyFilter(SourceTime at, Point place, double height_m, const Spread& spread);

    /// To a later moment; an earlier one changes nothing.
    void advance(SourceTime to);
    /// A measured number that is `error` more than it would be `from` here on; `variance` is its own.
    /// Numbers of one picture are all compared with `from`, where the filter was when it was looked at.
    void see(const BodyFilter& from, const Slope& slope, double error, double variance);

    [[nodiscard]] SourceTime time() const { return time_; }
    [[nodiscard]] Point place() const { return {state_[0], state_[1]}; }
    [[nodiscard]] Point velocity() const { return {state_[2], state_[3]}; }  // m/s
    [[nodiscard]] double speed_m_s() const;
    [[nodiscard]] double height_m() const { return state_[4]; }
    [[nodiscard]] Covariance covariance() const;  // of the place
    [[nodiscard]] Spread spread() const;

  private:
    static constexpr std::size_t kSize = 5;  // x, y, their velocities, height

    SourceTime time_;
    std::array<double, kSize> state_{};
    std::array<std::array<double, kSize>, kSize> spread_{};
};

/// Squared distance of two places in standard deviations, and the area (square metres) within which the
/// difference lies: 2 pi sqrt(det).
struct Separation {
    double squared = 0;
    double area = 0;
};
[[nodiscard]] Separation separation(Point a, const Covariance& spread_a, Point b, const Covariance& spread_b);

}  // namespace vitrina::scene
