// From frames with detections to tracks, sightings and facts: what happens to one camera's frames after the
// networks. A deterministic function of the frames it takes. One thread at a time; borrows its sinks.
#pragma once

#include <chrono>
#include <cstdint>
#include <limits>
#include <optional>
#include <string>

#include "base/result.h"
#include "domain/event.h"
#include "domain/layout.h"
#include "domain/pose.h"
#include "domain/track.h"
#include "insight/heatmap.h"
#include "insight/insight.h"
#include "insight/touch_watch.h"
#include "perceive/pose_estimator.h"
#include "pipeline/detect_ahead.h"
#include "pipeline/pose_watch.h"
#include "pipeline/settled_paths.h"
#include "pipeline/smooth_tracks.h"
#include "track/tracker.h"

namespace vitrina::pipeline {

/// Whether pictures of these sizes can show the same view: their shapes differ by no more than what a
/// substream that is cut to whole blocks makes of it.
[[nodiscard]] bool have_same_shape(double width, double height, double other_width, double other_height);

/// The layout to use for pictures of this size: the given one, or the whole picture as the zone "picture".
/// Fails (kConfiguration) when the given one was drawn on a picture of another shape.
[[nodiscard]] Result<Layout> layout_for(int width, int height, const std::optional<Layout>& layout);

struct AnalysisOptions {
    Layout layout;  // from layout_for()
    insight::EventIdentity identity;
    track::Options tracking;
    insight::TouchOptions touches;
    insight::Options insight;  // its lag is raised to what the tracker needs
    /// Looks at people's bodies; borrowed. Null: nobody does.
    perceive::PoseEstimator* pose_network = nullptr;
};

/// Where results go as they become known.
struct AnalysisSinks {
    EventSink& events;
    TrackSink& tracks;          // causal: by frame, then by track
    TrackSink& smooth_tracks;   // after filling gaps; same order, later
    PoseSink* poses = nullptr;  // by frame, then by track
};

class Analysis {
  public:
    /// For pictures of this size.
    Analysis(int width, int height, AnalysisOptions options, const AnalysisSinks& sinks);

    /// The next frame, in order. A frame of another size than the constructor was told is taken as the same
    /// view at another resolution: its boxes are scaled. Fails when a sink does: what the sink refused is
    /// lost, so one that can't write for now should keep what it gets instead. finish() may still be called.
    [[nodiscard]] Result<void> take(SeenFrame seen);

    /// The end: settles what is open and hands it on. Call once.
    [[nodiscard]] Result<void> finish();

    [[nodiscard]] std::int64_t frames() const { return frames_; }
    [[nodiscard]] SourceTime last_time() const { return last_time_; }
    [[nodiscard]] insight::Summary summary() const { return insight_.summary(); }
    [[nodiscard]] const Layout& layout() const { return insight_.layout(); }
    [[nodiscard]] const insight::HeatMap& heatmap() const { return heatmap_; }
    /// The frame with the fewest people in it, the first of several: the heat map is drawn over it. Empty
    /// before the first frame.
    [[nodiscard]] const Picture& background() const { return background_; }
    /// Processor time spent in the tracker so far, and in looking at bodies.
    [[nodiscard]] std::chrono::nanoseconds tracking_time() const { return tracking_time_; }
    [[nodiscard]] std::chrono::nanoseconds pose_time() const { return pose_time_; }

  private:
    [[nodiscard]] Result<void> use(const track::Update& update);
    [[nodiscard]] Result<void> look(const Frame& frame, const track::Update& update);
    [[nodiscard]] Result<void> see(const std::vector<SettledBox>& boxes);
    [[nodiscard]] Result<void> end(TrackId track);

    int width_;
    int height_;
    AnalysisSinks sinks_;
    track::Tracker tracker_;
    std::optional<PoseWatch> poses_;
    SmoothTracks smooth_;
    SettledPaths paths_;
    insight::Insight insight_;
    insight::TouchWatch touches_;
    insight::HeatMap heatmap_;
    Picture background_;
    std::size_t background_people_ = std::numeric_limits<std::size_t>::max();
    std::int64_t frames_ = 0;
    SourceTime last_time_;
    std::chrono::nanoseconds tracking_time_{0};
    std::chrono::nanoseconds pose_time_{0};
};

}  // namespace vitrina::pipeline
