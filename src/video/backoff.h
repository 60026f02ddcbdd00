// How long a camera that was lost is left alone before it is tried again. One thread.
#pragma once

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <random>

#include "video/live_camera.h"

namespace vitrina::video {

class Backoff {
  public:
    explicit Backoff(std::uint64_t seed) : random_(seed) {}

    /// Before the next attempt: nothing, then kBackoffMin doubling up to kBackoffMax, each shortened by up to
    /// a half.
    [[nodiscard]] std::chrono::milliseconds next() {
        const std::chrono::milliseconds longest = wait_;
        wait_ = std::clamp(wait_ * 2, kBackoffMin, kBackoffMax);
        const std::int64_t half = longest.count() / 2;
        return longest -
               std::chrono::milliseconds(std::uniform_int_distribution<std::int64_t>(0, half)(random_));
    }

    /// The camera was there and gave pictures.
    void begin_anew() { wait_ = std::chrono::milliseconds(0); }

  private:
    std::mt19937_64 random_;
    std::chrono::milliseconds wait_{0};
};

}  // namespace vitrina::video
