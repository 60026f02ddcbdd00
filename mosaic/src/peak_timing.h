// How peaks are measured: the best of some short tries, so that an interruption doesn't count.
#pragma once

#include <algorithm>
#include <chrono>

namespace mosaic {

// Billions of operations a second of `body`, which does `operations` of them.
template <typename Body>
double best_gigas(double operations, Body body) {
    constexpr int kTries = 8;
    double best = 0;
    for (int attempt = 0; attempt < kTries; ++attempt) {
        const auto start = std::chrono::steady_clock::now();
        body();
        const std::chrono::duration<double, std::nano> taken = std::chrono::steady_clock::now() - start;
        best = std::max(best, operations / taken.count());
    }
    return best;
}

}  // namespace mosaic
