// The part of a track's path that is not told yet: boxes that wait for the track to be confirmed or
// supported, and frames in which it was not seen. Used by target.h. Plain value.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "domain/track.h"

namespace vitrina::track {

class Path {
  public:
    /// What waits is not remembered for longer than this: a bound on memory. Nothing waits longer than
    /// Options::patience, except what never becomes a track.
    static constexpr Duration kMemory = std::chrono::seconds(30);

    /// Detected in this frame, but not to be told yet.
    void hold(const TrackBox& box);
    /// Not detected in this frame.
    void skip(std::int64_t frame, SourceTime time);
    /// Drops what waits.
    void forget() { waiting_.clear(); }
    /// `now` is told; so is what waited, in time order, with frames between two boxes filled in on a straight
    /// line. Frames before the first box are no part of the path.
    [[nodiscard]] std::vector<TrackBox> release(const TrackBox& now);

  private:
    std::optional<TrackBox> told_;   // the last one
    std::vector<TrackBox> waiting_;  // measured = false: only frame and time are known
};

}  // namespace vitrina::track
