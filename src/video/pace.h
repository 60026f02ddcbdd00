// When a packet's turn has come: files are played at their own rate, and nothing is taken faster than any
// camera sends. One thread.
#pragma once

#include <algorithm>
#include <chrono>
#include <optional>

#include "base/time.h"

namespace vitrina::video {

/// Plays timestamps at their own rate: the first at once, each other as far behind it as they are apart.
class Playback {
  public:
    /// When the packet of this timestamp (in the order of decoding) is due. Timestamps that jump, either way,
    /// are begun from anew; so are they when the computer can't keep up, rather than to be ever later.
    [[nodiscard]] SourceTime due(Duration timestamp, SourceTime now) {
        const bool jumps = last_ && (timestamp < *last_ - kJump || timestamp > *last_ + kJump);
        const bool late = last_ && now > SourceTime(timestamp + offset_ + kLateMax);
        if (!last_ || jumps || late) offset_ = now.time_since_epoch() - timestamp;
        last_ = timestamp;
        return time_of(timestamp);
    }

    /// The time of a picture of this timestamp, after due().
    [[nodiscard]] SourceTime time_of(Duration timestamp) const { return SourceTime(timestamp + offset_); }

  private:
    /// No film stands still for so long.
    static constexpr Duration kJump = std::chrono::seconds(10);
    static constexpr Duration kLateMax = std::chrono::seconds(1);
    std::optional<Duration> last_;
    Duration offset_{};
};

/// No camera sends more: a source that does is an attack or a recording, and is held back by leaving its data
/// in the network.
inline constexpr int kPacketsPerSecondMax = 120;
/// What servers send in a burst when they begin: the ten seconds since the last key frame, at 30 a second.
inline constexpr int kPacketsAtOnceMax = 300;

class FloodGate {
  public:
    /// When the next packet may be taken.
    [[nodiscard]] SourceTime due(SourceTime now) {
        constexpr Duration kEach = Duration(std::chrono::seconds(1)) / kPacketsPerSecondMax;
        next_ = std::max(next_, now - kEach * kPacketsAtOnceMax) + kEach;
        return next_;
    }

  private:
    SourceTime next_;
};

}  // namespace vitrina::video
