// Looks at the bodies of tracked people: each often enough to see a hand go to a shelf, none in every frame.
// A deterministic function of what it takes. One thread at a time; borrows its network.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <span>
#include <vector>

#include "base/result.h"
#include "domain/frame.h"
#include "domain/pose.h"
#include "domain/track.h"
#include "perceive/pose_estimator.h"
#include "track/pose_filter.h"

namespace vitrina::pipeline {

struct PoseWatchOptions {
    /// Each track is looked at this often. A hand at a shelf stays for half a second or more: four looks. A
    /// look costs about 30 ms of one core.
    Duration period = std::chrono::milliseconds(120);
    /// Looks in one frame: those who have waited longest go first, so a crowd is looked at more rarely
    /// instead of holding everything up.
    std::size_t looks_max = 8;
    /// A person lower than this is too small for hands to be told, pixels of the picture.
    double body_min_px = 48;
    track::PoseOptions filter;
};

class PoseWatch {
  public:
    explicit PoseWatch(perceive::PoseEstimator& network, const PoseWatchOptions& options = {})
        : network_(network), options_(options) {}

    /// `boxes`: the tracks that were seen in this frame, in pixels of the picture. Who was looked at, by
    /// track; poses in pixels of the picture. Fails when the network does.
    [[nodiscard]] Result<std::vector<PoseSighting>> look(const Frame& frame, std::span<const TrackBox> boxes);
    /// No more boxes of this track will come. Who is not seen for kForgottenAfter is forgotten without it.
    void end(TrackId track) { bodies_.erase(track); }
    static constexpr Duration kForgottenAfter = std::chrono::seconds(10);
    /// Tracks of which something is kept.
    [[nodiscard]] std::size_t bodies() const { return bodies_.size(); }

    [[nodiscard]] std::int64_t looks() const { return looks_; }

  private:
    struct Body {
        explicit Body(const track::PoseOptions& options) : filter(options) {}
        track::PoseFilter filter;
        std::optional<SourceTime> looked;
        SourceTime seen;              // when the last box came
        std::vector<TrackBox> boxes;  // of the last second, to tell whether the person walks
        std::optional<Point> torso;   // its middle, when it was last seen
        SourceTime torso_at;
    };

    [[nodiscard]] std::vector<TrackBox> due(const Frame& frame, std::span<const TrackBox> boxes);
    [[nodiscard]] bool is_of_another(const Pose& pose, const TrackBox& box,
                                     std::span<const TrackBox> boxes) const;

    perceive::PoseEstimator& network_;
    PoseWatchOptions options_;
    std::map<TrackId, Body> bodies_;
    std::int64_t looks_ = 0;
};

}  // namespace vitrina::pipeline
