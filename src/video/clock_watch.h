// Whether a camera's clock runs at another speed than ours: by how its offset (LiveState::clock_offset) moves
// over the last seconds. Header only. One thread at a time.
#pragma once

#include <chrono>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <optional>

#include "base/time.h"

namespace vitrina::video {

class ClockWatch {
  public:
    /// Crystals are within 100 parts in a million, bad ones within 1,000. At 5,000 a camera that is not asked
    /// for its timestamps anew is a second off after three minutes.
    static constexpr double kDriftMin = 5e-3;
    /// The offset is the least lateness of 20 s of pictures, so it shows a drift at once, but each network
    /// that gets slower moves it once: three thirds of this time must agree.
    static constexpr Duration kWindow = std::chrono::seconds(18);
    static constexpr Duration kOverAfter = std::chrono::seconds(10);

    /// The offset now; `connection` grows when the camera was lost meanwhile, whose offset begins anew.
    void see(SourceTime now, Duration offset, std::int64_t connection) {
        if (connection != connection_) samples_.clear();
        connection_ = connection;
        samples_.push_back({now, offset});
        while (samples_.size() > 1 && now - samples_[1].now >= kWindow)
            samples_.pop_front();
        const bool drifts = is_drifting(now);
        if (drifts) {
            if (!since_) since_ = samples_.front().now;
            last_ = now;
        } else if (since_ && now - last_ >= kOverAfter) {
            since_.reset();
        }
    }

    /// Since when it runs wrong; nothing when it doesn't.
    [[nodiscard]] std::optional<SourceTime> since() const { return since_; }

  private:
    struct Sample {
        SourceTime now;
        Duration offset;
    };

    [[nodiscard]] bool is_drifting(SourceTime now) const {
        constexpr int kParts = 3;
        if (samples_.empty() || now - samples_.front().now < kWindow) return false;
        double sign = 0;
        std::size_t at = 0;
        for (int part = 1; part <= kParts; ++part) {
            const SourceTime end = samples_.front().now + kWindow * part / kParts;
            std::size_t next = at;
            while (next + 1 < samples_.size() && samples_[next + 1].now <= end)
                ++next;
            if (next == at) return false;
            const double slope = to_seconds(samples_[next].offset - samples_[at].offset) /
                                 to_seconds(samples_[next].now - samples_[at].now);
            if (std::abs(slope) < kDriftMin || slope * sign < 0) return false;
            sign = slope;
            at = next;
        }
        return true;
    }

    std::deque<Sample> samples_;
    std::int64_t connection_ = 0;
    std::optional<SourceTime> since_;
    SourceTime last_;
};

}  // namespace vitrina::video
