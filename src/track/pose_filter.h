// One person's pose over time: joints that tremble are smoothed, one look that is far off is not believed,
// and left and right don't change places because a network blinked. Plain value; one thread at a time.
#pragma once

#include <array>

#include "base/time.h"
#include "domain/pose.h"
#include "track/kalman.h"

namespace vitrina::track {

/// Lengths are in bodies (body_length() of the person's box), so nothing depends on the size of the picture.
struct PoseOptions {
    /// How much a joint's velocity wanders: a hand moves at up to 1 body a second, and begins within 0.3 s.
    double wander = 2;
    Duration velocity_memory = std::chrono::milliseconds(300);
    /// Standard deviation of a joint that the network is sure of, and of one with a score of zero. The first
    /// is what MoveNet's joints tremble on people who stand (docs/accuracy.md).
    double noise_sure = 0.012;
    double noise_weak = 0.12;
    /// A joint that is this many standard deviations from where it is expected is a mistake, unless the next
    /// look says so again.
    double gate = 4;
    /// Scores are averaged over this time.
    Duration score_memory = std::chrono::milliseconds(300);
    /// After this time without a look everything begins anew.
    Duration forget_after = std::chrono::milliseconds(1500);
    /// Left and right that changed places are changed back for this many looks; then the person has turned.
    int swaps_max = 3;
};

class PoseFilter {
  public:
    explicit PoseFilter(const PoseOptions& options = {}) : options_(options) {}

    /// The pose at `time`, which must grow, from what was seen then; `body` is in pixels and above zero.
    [[nodiscard]] Pose update(SourceTime time, const Pose& seen, double body);

  private:
    struct JointFilter {
        AxisFilter x;
        AxisFilter y;
        double score = 0;
        bool doubted = false;  // the last look was far off
    };

    void start(const Pose& seen, double body);
    void correct(JointFilter& joint, const Keypoint& seen, double body);
    [[nodiscard]] double variance(double score, double body) const;
    [[nodiscard]] Pose sides_as_before(const Pose& seen, double body);

    PoseOptions options_;
    std::array<JointFilter, kJointCount> joints_{};
    SourceTime time_;
    bool begun_ = false;
    int swaps_ = 0;  // in a row
};

}  // namespace vitrina::track
