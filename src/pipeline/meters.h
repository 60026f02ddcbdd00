// Figures about the last moments: how often something happens, and how long it takes. Plain values; one
// thread at a time.
#pragma once

#include <algorithm>
#include <cstddef>
#include <deque>
#include <vector>

#include "base/time.h"

namespace vitrina::pipeline {

/// Events a second, over the last seconds.
class RateMeter {
  public:
    static constexpr Duration kSpan = std::chrono::seconds(10);

    void count(SourceTime now) {
        times_.push_back(now);
        forget(now);
    }
    [[nodiscard]] double rate(SourceTime now) {
        forget(now);
        if (times_.empty()) return 0;
        const double span_s = std::max(1.0, to_seconds(std::min(kSpan, now - began_)));
        return static_cast<double>(times_.size()) / span_s;
    }
    void begin(SourceTime now) {
        times_.clear();
        began_ = now;
    }

  private:
    void forget(SourceTime now) {
        while (!times_.empty() && now - times_.front() > kSpan)
            times_.pop_front();
    }

    SourceTime began_;
    std::deque<SourceTime> times_;
};

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
