// Turns the timestamps of a stream into times that count from the first frame and strictly grow.
//
// A good timestamp is kept exactly: its distance to the first one. Repaired, and counted, are
//   missing            one nominal frame after the last one;
//   not later, once    half a frame after the last one, and the stream's clock stays where it was: a doubled
//   or
//                      swapped timestamp moves nothing that comes after it;
//   not later, again,  one frame after the last one, and the stream's clock begins anew here: streams that
//   were or by over a frame put one behind the other, a camera that set its clock back; over kLongestGap the
//   same: no recording rests so long, but a camera that sets its clock does.
// A gap up to kLongestGap is believed: cameras that record on movement, and lost connections, leave such
// gaps.
//
// One thread.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>

#include "base/time.h"

extern "C" {
#include <libavutil/rational.h>
}

namespace vitrina::video {

inline constexpr Duration kLongestGap = std::chrono::hours(1);

class FrameClock {
  public:
    /// `tick`: seconds of one unit of the timestamps. `nominal_frame`: above 0.
    FrameClock(AVRational tick, Duration nominal_frame);

    /// The time of the next frame, given its timestamp in ticks.
    [[nodiscard]] SourceTime at(std::optional<std::int64_t> timestamp);

    [[nodiscard]] std::int64_t repaired() const { return repaired_; }

  private:
    struct Anchor {
        std::int64_t ticks = 0;
        SourceTime time;
    };

    [[nodiscard]] SourceTime without_timestamp();
    [[nodiscard]] SourceTime anew(std::int64_t ticks);
    [[nodiscard]] std::optional<SourceTime> by_anchor(std::int64_t ticks) const;
    SourceTime repair(SourceTime time);

    const AVRational tick_;
    const Duration nominal_frame_;
    std::optional<Anchor> anchor_;
    std::optional<SourceTime> last_;
    bool last_was_not_later_ = false;
    std::int64_t repaired_ = 0;
};

}  // namespace vitrina::video
