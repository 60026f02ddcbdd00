#include "scene/body_filter.h"

#include <algorithm>
#include <cmath>
#include <numbers>

namespace vitrina::scene {
namespace {

constexpr double kWander = 0.8;           // m^2/s^3: people start, stop and turn within a second
constexpr double kSpeedSpread = 0.8;      // m/s, before anything is known
constexpr double kVelocityMemoryS = 1.5;  // without sightings a velocity dies away
constexpr double kHeightWander = 1e-5;    // m^2/s: posture
constexpr double kHeightLeast = 0.8;      // m: lower is no person's height
constexpr double kHeightMost = 2.3;

}  // namespace

BodyFilter::BodyFilter(SourceTime at, Point place, double height_m, const Spread& spread)
    : time_(at), state_{place.x, place.y, 0, 0, height_m} {
    constexpr std::array<std::size_t, 3> kPlaces = {0, 1, 4};
    for (std::size_t i = 0; i < 3; ++i)
        for (std::size_t j = 0; j < 3; ++j)
            spread_[kPlaces[i]][kPlaces[j]] = spread[i][j];
    spread_[2][2] = spread_[3][3] = kSpeedSpread * kSpeedSpread;
}

void BodyFilter::advance(SourceTime to) {
    const double t = to_seconds(to - time_);
    if (t <= 0) return;
    time_ = to;
    const double keep = std::exp(-t / kVelocityMemoryS);
    const double way = kVelocityMemoryS * (1 - keep);
    state_[0] += way * state_[2];
    state_[1] += way * state_[3];
    state_[2] *= keep;
    state_[3] *= keep;
    // F P F^T, F: place += way * velocity, velocity *= keep.
    for (std::size_t k = 0; k < kSize; ++k)
        for (std::size_t axis = 0; axis < 2; ++axis) {
            spread_[axis][k] += way * spread_[axis + 2][k];
            spread_[axis + 2][k] *= keep;
        }
    for (std::size_t k = 0; k < kSize; ++k)
        for (std::size_t axis = 0; axis < 2; ++axis) {
            spread_[k][axis] += way * spread_[k][axis + 2];
            spread_[k][axis + 2] *= keep;
        }
    for (std::size_t axis = 0; axis < 2; ++axis) {
        spread_[axis][axis] += kWander * t * way * way / 3;
        spread_[axis][axis + 2] += kWander * t * way / 2;
        spread_[axis + 2][axis] += kWander * t * way / 2;
        spread_[axis + 2][axis + 2] += kWander * std::min(t, kVelocityMemoryS);
    }
    spread_[4][4] += kHeightWander * t;
}

void BodyFilter::see(const BodyFilter& from, const Slope& slope, double error, double variance) {
    constexpr std::array<std::size_t, 3> kPlaces = {0, 1, 4};
    std::array<double, kSize> gain{};
    double expected = 0;
    double total = variance;
    for (std::size_t i = 0; i < 3; ++i) {
        expected += slope[i] * (state_[kPlaces[i]] - from.state_[kPlaces[i]]);
        for (std::size_t k = 0; k < kSize; ++k)
            gain[k] += spread_[k][kPlaces[i]] * slope[i];
    }
    for (std::size_t i = 0; i < 3; ++i)
        total += slope[i] * gain[kPlaces[i]];
    if (!(total > 0)) return;
    for (std::size_t k = 0; k < kSize; ++k)
        state_[k] += gain[k] / total * (error - expected);
    for (std::size_t i = 0; i < kSize; ++i)
        for (std::size_t j = 0; j < kSize; ++j)
            spread_[i][j] -= gain[i] * gain[j] / total;
    state_[4] = std::clamp(state_[4], kHeightLeast, kHeightMost);
}

double BodyFilter::speed_m_s() const {
    return std::hypot(state_[2], state_[3]);
}

Covariance BodyFilter::covariance() const {
    return {spread_[0][0], spread_[0][1], spread_[1][1]};
}

BodyFilter::Spread BodyFilter::spread() const {
    return {{{spread_[0][0], spread_[0][1], spread_[0][4]},
             {spread_[1][0], spread_[1][1], spread_[1][4]},
             {spread_[4][0], spread_[4][1], spread_[4][4]}}};
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
