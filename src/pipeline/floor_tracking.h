// From the detections of many calibrated cameras to people on the floor plan: a tracker for each camera, the
// place of each box on the plan, and the fusion of all. A deterministic function of what it takes. One thread
// at a time.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "base/result.h"
#include "base/time.h"
#include "domain/detection.h"
#include "domain/plan.h"
#include "domain/plan_sighting.h"
#include "domain/track.h"
#include "scene/floor_place.h"
#include "scene/fusion.h"
#include "track/tracker.h"

namespace vitrina::pipeline {

/// The most cameras whose tracklets are told apart: their number goes above those of the tracks.
inline constexpr int kTrackletBits = 40;

struct FloorTrackingOptions {
    track::Options tracking;
    scene::PlaceOptions places;
    scene::FusionOptions fusion;
    /// Standard deviation of a camera's clock against the shop's.
    Duration time_error = std::chrono::milliseconds(40);
};

/// One box of one camera, and the tracklet it belongs to.
struct FloorBox {
    TrackletId tracklet = 0;
    TrackBox box;
};

class FloorTracking {
  public:
    /// Fails when no camera of the plan is calibrated.
    [[nodiscard]] static Result<std::unique_ptr<FloorTracking>> create(Plan plan,
                                                                       const FloorTrackingOptions& options);

    /// What one camera saw in one picture, boxes in pixels of its calibration's picture. `camera`: its place
    /// in the plan; `time` on the shop's clock, growing for each camera. `looks` is empty, or one for each
    /// detection (an empty vector: not known). What was reported for this picture.
    [[nodiscard]] std::vector<FloorBox> take(std::size_t camera, std::int64_t frame, SourceTime time,
                                             std::span<const Detection> detections,
                                             std::span<const Appearance> looks);
    /// Nothing older than `now` - watermark will come.
    [[nodiscard]] scene::FusionOutput advance(SourceTime now) { return fusion_.advance(now); }

    [[nodiscard]] const Plan& plan() const { return plan_; }

  private:
    struct Camera {
        scene::CameraModel model;
        track::Tracker tracker;
        std::map<TrackId, scene::PlaceFinder> places;
    };

    FloorTracking(Plan plan, const FloorTrackingOptions& options);
    void see(std::size_t index, Camera& camera, const TrackBox& box, std::span<const Box> others,
             const Appearance* looks);

    const Plan plan_;
    const FloorTrackingOptions options_;
    std::map<std::size_t, Camera> cameras_;  // the calibrated ones, by their place in the plan
    scene::Fusion fusion_;
};

}  // namespace vitrina::pipeline
