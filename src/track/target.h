// One track, from the first detection that may be a person to its end. Used by tracker.cpp only.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "domain/detection.h"
#include "domain/track.h"
#include "track/edge.h"
#include "track/evidence.h"
#include "track/kalman.h"
#include "track/look.h"
#include "track/path.h"
#include "track/tracker.h"

namespace vitrina::track {

/// What is the same for all targets in one frame.
struct Moment {
    std::int64_t frame = 0;
    SourceTime time;
    BoxFilter::Step step;        // from the frame before
    double news = 1;             // 0..1, weight of this frame as evidence
    double evidence_kept = 1;    // 0..1, what time left of earlier evidence
    double look_share = 1;       // 0..1, weight of this frame's look in the mean
    double score_smoothing = 0;  // 0..1, weight of this frame's score in the usual score
};

class Target {
  public:
    Target(const Moment& moment, const Detection& detection, const Options& options,
           const MotionModel& motion);

    /// Where it should be in this frame.
    void predict(const Moment& moment, const MotionModel& motion);
    /// It is not seen in this frame.
    void miss(const Moment& moment);
    /// It is seen, and not confirmed yet. `score` may be less than the detection's own, see discounted().
    /// True when the evidence now is enough: confirm() and report() must follow.
    [[nodiscard]] bool see_tentative(const Moment& moment, const Detection& detection, double score,
                                     const Options& options, const MotionModel& motion);
    /// It is seen, and confirmed. True when the detection supports it: report() must follow; otherwise
    /// it only moves it.
    [[nodiscard]] bool see_confirmed(const Moment& moment, const Detection& detection, const Options& options,
                                     const MotionModel& motion, PictureSize picture);
    void confirm(TrackId id) { id_ = id; }

    /// Tells the box of this frame, in which it was supported. What waited before it goes to `recovered`.
    [[nodiscard]] TrackBox report(const Moment& moment, std::vector<TrackBox>& recovered);

    [[nodiscard]] bool confirmed() const { return id_ != 0; }
    [[nodiscard]] TrackId id() const { return id_; }
    /// Nothing more to expect from it.
    [[nodiscard]] bool over(SourceTime now, const Options& options, PictureSize picture) const;
    /// Not seen in the last frames.
    [[nodiscard]] bool lost() const { return frames_unseen_ > 0; }
    /// How far its patience is used up, 0..1 and more.
    [[nodiscard]] double impatience(SourceTime now, const Options& options, PictureSize picture) const;

    /// Not supported in this frame.
    [[nodiscard]] bool unsupported() const { return frames_unsupported_ > 0; }
    [[nodiscard]] SourceTime supported() const { return supported_; }
    /// Where it is expected in this frame, in which it was not supported.
    [[nodiscard]] TrackBox guess(const Moment& moment) const {
        return {id_, moment.frame, moment.time, filter_.box(), 0, false};
    }

    /// What it looks like in this frame.
    void remember(std::span<const float> look, double share) { look_.remember(look, share); }
    [[nodiscard]] std::optional<double> look_distance(std::span<const float> look) const {
        return look_.distance(look);
    }

    [[nodiscard]] const BoxFilter& filter() const { return filter_; }
    /// The last detection.
    [[nodiscard]] const Box& seen() const { return seen_; }

  private:
    [[nodiscard]] Duration patience(const Options& options, PictureSize picture) const;
    void correct(const Detection& detection, const MotionModel& motion);
    [[nodiscard]] TrackBox box_at(const Moment& moment) const;

    TrackId id_ = 0;  // 0 until confirmed
    BoxFilter filter_;
    Evidence evidence_;
    Path path_;
    Look look_;
    Box seen_;
    double score_;        // of the detection in this frame
    double usual_score_;  // smoothed over seconds, of detections that supported it
    SourceTime born_;
    SourceTime supported_;
    int frames_unseen_ = 0;
    int frames_unsupported_ = 0;
};

}  // namespace vitrina::track
