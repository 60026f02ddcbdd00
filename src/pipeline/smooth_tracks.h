// Puts the boxes of tracks, which become known out of order when a gap is filled or a track is confirmed
// late, back into the order of frames. One thread at a time; borrows the sink.
#pragma once

#include <cstdint>
#include <map>
#include <utility>

#include "base/result.h"
#include "base/time.h"
#include "domain/track.h"

namespace vitrina::pipeline {

/// Where boxes of tracks go, by frame and then by track. Called from one thread.
class TrackSink {
  public:
    TrackSink() = default;
    TrackSink(const TrackSink&) = delete;
    TrackSink& operator=(const TrackSink&) = delete;
    virtual ~TrackSink() = default;
    [[nodiscard]] virtual Result<void> accept(const TrackBox& box) = 0;
};

class SmoothTracks {
  public:
    /// `horizon`: no box becomes known later than this after its frame.
    SmoothTracks(Duration horizon, TrackSink& sink) : horizon_(horizon), sink_(sink) {}

    void add(const TrackBox& box) { waiting_.emplace(Place{box.frame, box.track}, box); }
    /// Hands on what can't change any more at this moment.
    [[nodiscard]] Result<void> advance(SourceTime now);
    /// Hands on the rest.
    [[nodiscard]] Result<void> finish();

  private:
    using Place = std::pair<std::int64_t, TrackId>;  // frame, track

    Duration horizon_;
    TrackSink& sink_;
    std::map<Place, TrackBox> waiting_;
};

}  // namespace vitrina::pipeline
