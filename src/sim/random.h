// Random numbers that are the same on every computer for the same seed. Plain value, one thread.
#pragma once

#include <cmath>
#include <cstdint>
#include <numbers>

#include "sim/shop.h"

namespace vitrina::sim {

class Random {
  public:
    /// Streams of one seed don't depend on one another: what one camera draws changes nothing elsewhere.
    explicit Random(std::uint64_t seed, std::uint64_t stream = 0) : state_(mixed(seed) ^ mixed(~stream)) {}

    /// 0 <= x < 1
    double unit() { return static_cast<double>(next() >> 11U) * 0x1.0p-53; }
    double normal() {
        const double radius = std::sqrt(-2 * std::log(1 - unit()));
        return radius * std::cos(2 * std::numbers::pi * unit());
    }
    double of(const Spread& spread) { return spread.mean + spread.spread * normal(); }
    double exponential(double mean) { return -mean * std::log(1 - unit()); }
    /// 0 .. count - 1
    std::size_t below(std::size_t count) {
        return static_cast<std::size_t>(unit() * static_cast<double>(count));
    }
    bool chance(double share) { return unit() < share; }

  private:
    static std::uint64_t mixed(std::uint64_t z) {  // splitmix64
        z += 0x9e3779b97f4a7c15U;
        z = (z ^ (z >> 30U)) * 0xbf58476d1ce4e5b9U;
        z = (z ^ (z >> 27U)) * 0x94d049bb133111ebU;
        return z ^ (z >> 31U);
    }
    std::uint64_t next() { return mixed(state_ += 0x9e3779b97f4a7c15U); }

    std::uint64_t state_;
};

/// Noise that remembers itself for a while (a first-order process of standard deviation one).
class Wander {
  public:
    double step(Random& random, double seconds, double memory_s) {
        const double keep = begun_ && memory_s > 0 ? std::exp(-seconds / memory_s) : 0;
        begun_ = true;
        value_ = keep * value_ + std::sqrt(1 - keep * keep) * random.normal();
        return value_;
    }

  private:
    double value_ = 0;
    bool begun_ = false;
};

}  // namespace vitrina::sim
