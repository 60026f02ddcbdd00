// Numbers that look random and depend on nothing but their seed: the same on every machine and in every run.
#pragma once

#include <cmath>
#include <cstdint>
#include <span>
#include <utility>

namespace mosaic::train {

// splitmix64 (Steele, Lea, Flood: Fast splittable pseudorandom number generators): one word of state, so that
// a checkpoint can hold it and a sample can have a generator of its own.
class Random {
  public:
    explicit Random(std::uint64_t seed) : state_(seed) {}
    // A generator for one thing among many: the epoch, the sample, the layer.
    Random(std::uint64_t seed, std::uint64_t first, std::uint64_t second = 0) : state_(seed) {
        state_ ^= next() + first;
        state_ ^= next() + second;
    }

    std::uint64_t next() {
        state_ += 0x9E3779B97F4A7C15U;
        std::uint64_t z = state_;
        z = (z ^ (z >> 30U)) * 0xBF58476D1CE4E5B9U;
        z = (z ^ (z >> 27U)) * 0x94D049BB133111EBU;
        return z ^ (z >> 31U);
    }
    // In [0, 1).
    double uniform() { return static_cast<double>(next() >> 11U) * 0x1.0p-53; }
    double uniform(double low, double high) { return low + (high - low) * uniform(); }
    // In [0, count); count above zero. The bias is below 2^-32 for counts below 2^32.
    std::uint64_t below(std::uint64_t count) { return next() % count; }
    bool chance(double probability) { return uniform() < probability; }
    // Mean 0, deviation 1 (Box and Muller).
    double normal() {
        constexpr double kTwoPi = 6.283185307179586;
        const double radius = std::sqrt(-2.0 * std::log(1.0 - uniform()));
        return radius * std::cos(kTwoPi * uniform());
    }
    // From the Beta distribution of two equal parameters, by Jöhnk's method; alpha in (0, 1].
    double beta(double alpha) {
        while (true) {
            const double x = std::pow(uniform(), 1.0 / alpha);
            const double y = std::pow(uniform(), 1.0 / alpha);
            if (x + y <= 1.0 && x + y > 0.0) return x / (x + y);
        }
    }
    template <typename T>
    void shuffle(std::span<T> items) {
        for (std::size_t i = items.size(); i > 1; --i)
            std::swap(items[i - 1], items[below(i)]);
    }

  private:
    std::uint64_t state_;
};

}  // namespace mosaic::train
