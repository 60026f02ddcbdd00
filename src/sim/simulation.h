// The simulated shop at work: its people walk, its cameras look, each at its own moments. One thread.
#pragma once

#include <cstdint>
#include <functional>
#include <vector>

#include "sim/eye.h"
#include "sim/people.h"
#include "sim/shop.h"

namespace vitrina::sim {

/// Where what happens goes, in the order of time.
struct Listeners {
    /// `camera`: its place in the plan.
    std::function<void(std::size_t camera, const View& view)> view;
    std::function<void(const Passage& passage)> passage;
    /// Everybody, kTruthEvery.
    std::function<void(double at_s, const std::vector<Body>& bodies)> bodies;
};

inline constexpr double kStepS = 0.05;
inline constexpr double kTruthEveryS = 0.2;

/// The same shop and seed give the same.
void simulate(const Shop& shop, std::uint64_t seed, const Listeners& listeners);

}  // namespace vitrina::sim
