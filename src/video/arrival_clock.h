// When the pictures of a camera were taken, on this computer's steady clock.
//
// A timestamp says exactly how far apart pictures are, but on a clock of the camera's own, which drifts and
// may be set. An arrival is on our clock, but late by an unknown and varying time. So the lateness (arrival -
// timestamp) of each picture is noted: the least of the last kWindow is what the network adds when nothing is
// in its way, and that is the offset between the two clocks. A picture's time is its timestamp plus the
// offset, never after its arrival. The window forgets, so the offset follows a clock that drifts: 100 ppm
// move it by 2 ms in a window.
//   A lower lateness moves the offset at once, for nothing arrives before it was taken. A higher one moves it
//   slowly (kSlew), so that times keep the order of timestamps also in streams with B-frames.
//   No timestamp, or the same again: the time is the arrival.
//   A timestamp before the newest one is a B-frame, which has its own place in time but teaches nothing,
//   unless it lies kJump back or is one of too many: then the camera's clock was set.
//   A lateness kJump below the least: the camera's clock was set, or its timestamps are nonsense. The offset
//   is learnt anew from here; until then times are arrivals.
//   Lateness that rises steadily, by more than a clock drifts: the timestamps are invented, 25 a second for a
// camera that gives 10. Times are arrivals as long as it does.
// Times strictly grow, except that a B-frame lies before the pictures that were sent ahead of it.
//
// One thread.
#pragma once

#include <chrono>
#include <cstddef>
#include <deque>
#include <optional>

#include "base/time.h"

namespace vitrina::video {

class ArrivalClock {
  public:
    static constexpr Duration kWindow = std::chrono::seconds(20);
    static constexpr Duration kJump = std::chrono::seconds(1);
    /// The offset's largest step up, as a part of the step in timestamps: one in 50. Sixteen pictures, as far
    /// as a codec sends one ahead, then shift it by less than one picture.
    static constexpr int kSlew = 50;
    static constexpr int kReorderedMax = 16;
    /// What is compared to see whether lateness rises: the least of so long at both ends of the window.
    static constexpr Duration kRiseSpan = std::chrono::seconds(2);
    static constexpr Duration kRiseMin = std::chrono::milliseconds(150);
    /// The rise in the time it took, below which the offset follows by kSlew.
    static constexpr double kRiseSlope = 0.015;
    static_assert(kReorderedMax < kSlew, "B-frames would change places with what follows them");

    /// The next picture, in the order of decoding. Both count from any beginning; `arrival` never falls.
    [[nodiscard]] SourceTime at(std::optional<Duration> timestamp, SourceTime arrival);

    /// Another connection: nothing is known of its timestamps, but times go on growing.
    void begin_anew();

    /// The 95th percentile, over the window, of how much later than the earliest ones pictures arrive.
    [[nodiscard]] Duration jitter() const;

    /// How far the camera's clock has run ahead of ours (negative: fallen behind) since the connection began.
    [[nodiscard]] Duration clock_offset() const;

  private:
    struct Sample {
        SourceTime arrival;
        Duration lateness;
    };

    [[nodiscard]] bool is_reordered(Duration timestamp);
    [[nodiscard]] Duration least_lateness() const;
    [[nodiscard]] bool rises() const;
    void note(Sample sample);
    [[nodiscard]] SourceTime grown(SourceTime time);

    std::deque<Sample> samples_;
    std::optional<Duration> newest_;  // timestamp
    int reordered_ = 0;               // in a row
    Duration offset_{};
    std::optional<SourceTime> settled_after_;
    Duration first_offset_{};
    std::optional<SourceTime> last_;
};

}  // namespace vitrina::video
