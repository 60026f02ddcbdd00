#include "scene/walk_filter.h"

#include <algorithm>
#include <cmath>
#include <numbers>

namespace vitrina::scene {
namespace {

constexpr double kWander = 0.6;           // m^2/s^3: people start, stop and turn within a second
constexpr double kSpeedSpread = 1.0;      // m/s, before anything is known
constexpr double kVelocityMemoryS = 1.5;  // without sightings a velocity dies away
// A detector's errors last for some pictures: sightings of one camera are worth less than so many.
constexpr double kAlikeSightings = 3;

}  // namespace

WalkFilter::WalkFilter(const PlanSighting& first)
    : last_(first.at), state_{first.place.x, first.place.y, 0, 0} {
    spread_[0][0] = first.covariance.xx;
    spread_[0][1] = spread_[1][0] = first.covariance.xy;
    spread_[1][1] = first.covariance.yy;
    spread_[2][2] = spread_[3][3] = kSpeedSpread * kSpeedSpread;
}

WalkFilter::Matrix WalkFilter::moved(const Matrix& p, double t) {
    Matrix m = p;
    // F P F^T for x' = x + t v.
    for (std::size_t k = 0; k < 4; ++k) {
        m[0][k] += t * m[2][k];
        m[1][k] += t * m[3][k];
    }
    for (std::size_t k = 0; k < 4; ++k) {
        m[k][0] += t * m[k][2];
        m[k][1] += t * m[k][3];
    }
    const double a = std::abs(t);
    for (std::size_t axis = 0; axis < 2; ++axis) {
        m[axis][axis] += kWander * a * a * a / 3;
        m[axis][axis + 2] += kWander * a * a / 2;
        m[axis + 2][axis] += kWander * a * a / 2;
        m[axis + 2][axis + 2] += kWander * a;
    }
    return m;
}

void WalkFilter::see(const PlanSighting& sighting) {
    const double t = to_seconds(sighting.at - last_);
    if (t <= 0) return;
    spread_ = moved(spread_, t);
    state_[0] += t * state_[2];
    state_[1] += t * state_[3];
    last_ = sighting.at;
    const double sxx = spread_[0][0] + kAlikeSightings * sighting.covariance.xx;
    const double sxy = spread_[0][1] + kAlikeSightings * sighting.covariance.xy;
    const double syy = spread_[1][1] + kAlikeSightings * sighting.covariance.yy;
    const double det = std::max(1e-12, sxx * syy - sxy * sxy);
    const double dx = sighting.place.x - state_[0];
    const double dy = sighting.place.y - state_[1];
    std::array<std::array<double, 2>, 4> gain{};
    for (std::size_t k = 0; k < 4; ++k) {
        gain[k][0] = (spread_[k][0] * syy - spread_[k][1] * sxy) / det;
        gain[k][1] = (spread_[k][1] * sxx - spread_[k][0] * sxy) / det;
        state_[k] += gain[k][0] * dx + gain[k][1] * dy;
    }
    const Matrix before = spread_;
    for (std::size_t i = 0; i < 4; ++i)
        for (std::size_t j = 0; j < 4; ++j)
            spread_[i][j] = before[i][j] - gain[i][0] * before[0][j] - gain[i][1] * before[1][j];
}

WalkState WalkFilter::at(SourceTime time) const {
    const double t = to_seconds(time - last_);
    const double way = t > 0 ? kVelocityMemoryS * (1 - std::exp(-t / kVelocityMemoryS)) : t;
    const double keep = t > 0 ? std::exp(-t / kVelocityMemoryS) : 1;
    const Matrix m = moved(spread_, t);
    return {{state_[0] + way * state_[2], state_[1] + way * state_[3]},
            {state_[2] * keep, state_[3] * keep},
            {m[0][0], m[0][1], m[1][1]}};
}

WalkState joined(const WalkState& a, const WalkState& b) {
    const double sxx = a.covariance.xx + b.covariance.xx;
    const double sxy = a.covariance.xy + b.covariance.xy;
    const double syy = a.covariance.yy + b.covariance.yy;
    const double det = std::max(1e-12, sxx * syy - sxy * sxy);
    // Gain of b's opinion: A (A + B)^-1.
    const double kxx = (a.covariance.xx * syy - a.covariance.xy * sxy) / det;
    const double kxy = (a.covariance.xy * sxx - a.covariance.xx * sxy) / det;
    const double kyx = (a.covariance.xy * syy - a.covariance.yy * sxy) / det;
    const double kyy = (a.covariance.yy * sxx - a.covariance.xy * sxy) / det;
    const double dx = b.place.x - a.place.x;
    const double dy = b.place.y - a.place.y;
    WalkState result;
    result.place = {a.place.x + kxx * dx + kxy * dy, a.place.y + kyx * dx + kyy * dy};
    const double trust = std::clamp((kxx + kyy) / 2, 0.0, 1.0);
    result.velocity = {a.velocity.x + trust * (b.velocity.x - a.velocity.x),
                       a.velocity.y + trust * (b.velocity.y - a.velocity.y)};
    result.covariance = {a.covariance.xx - kxx * a.covariance.xx - kxy * a.covariance.xy,
                         a.covariance.xy - kxx * a.covariance.xy - kxy * a.covariance.yy,
                         a.covariance.yy - kyx * a.covariance.xy - kyy * a.covariance.yy};
    return result;
}

Separation separation(Point a, const Covariance& spread_a, Point b, const Covariance& spread_b) {
    const double sxx = spread_a.xx + spread_b.xx;
    const double sxy = spread_a.xy + spread_b.xy;
    const double syy = spread_a.yy + spread_b.yy;
    const double det = std::max(1e-12, sxx * syy - sxy * sxy);
    const double dx = a.x - b.x;
    const double dy = a.y - b.y;
    return {(dx * dx * syy - 2 * dx * dy * sxy + dy * dy * sxx) / det, 2 * std::numbers::pi * std::sqrt(det)};
}

}  // namespace vitrina::scene
