// How long something takes, of late. A plain value; one thread at a time.
#pragma once

#include <algorithm>
#include <cstddef>
#include <deque>
#include <vector>

#include "base/time.h"

namespace vitrina::pipeline {

/// The 95th percentile of the last durations.
class DelayMeter {
  public:
    static constexpr std::size_t kKept = 256;

    void add(Duration delay) {
        delays_.push_back(delay);
        if (delays_.size() > kKept) delays_.pop_front();
    }
    [[nodiscard]] Duration p95() const {
        if (delays_.empty()) return {};
        std::vector<Duration> sorted(delays_.begin(), delays_.end());
        const auto at = sorted.begin() + static_cast<std::ptrdiff_t>((sorted.size() - 1) * 95 / 100);
        std::nth_element(sorted.begin(), at, sorted.end());
        return *at;
    }

  private:
    std::deque<Duration> delays_;
};

}  // namespace vitrina::pipeline
