// Any network that finds the joints of one person: a picture and the person's box in, a pose out. To bring
// another, derive from PoseEstimator and make it in `app`.
#pragma once

#include <string>

#include "base/geometry.h"
#include "base/result.h"
#include "domain/frame.h"
#include "domain/pose.h"

namespace vitrina::perceive {

/// One thread at a time uses an estimator.
class PoseEstimator {
  public:
    PoseEstimator() = default;
    PoseEstimator(const PoseEstimator&) = delete;
    PoseEstimator& operator=(const PoseEstimator&) = delete;
    virtual ~PoseEstimator() = default;

    /// The joints of the person in `box`, in pixels of the picture; they may lie outside both. The box may
    /// reach over the picture's edge. The same picture and box give the same pose. Fails when the network
    /// does, and for a box without area; the estimator stays usable.
    [[nodiscard]] virtual Result<Pose> estimate(const Picture& picture, const Box& box) = 0;

    /// Name, settings and the plan of kernels: what must be equal for equal results.
    [[nodiscard]] virtual std::string describe() const = 0;
};

}  // namespace vitrina::perceive
