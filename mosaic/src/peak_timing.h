// How peaks are measured: the best of some short tries, so that an interruption doesn't count.
#pragma once

#include <algorithm>
#include <chrono>

namespace mosaic {

// Billions of operations a second of `round`, which says how many it did.
template <typename Round>
double best_gigas(Round round) {
    constexpr int kTries = 8;
    double best = 0;
    for (int attempt = 0; attempt < kTries; ++attempt) {
        const auto start = std::chrono::steady_clock::now();
        const double operations = round();
        const std::chrono::duration<double, std::nano> taken = std::chrono::steady_clock::now() - start;
        best = std::max(best, operations / taken.count());
    }
    return best;
}

}  // namespace mosaic
