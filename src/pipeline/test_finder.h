// A stand-in for the network that finds joints. For tests.
#pragma once

#include <optional>
#include <string>

#include "perceive/pose_estimator.h"

namespace vitrina::pipeline {

/// Finds a body in the middle of every box, or where it is told to.
class Finder final : public perceive::PoseEstimator {
  public:
    Result<Pose> estimate(const Picture& /*picture*/, const Box& box) override {
        ++looks;
        Pose pose;
        const Point middle = found.value_or(box.center());
        for (Keypoint& joint : pose.joints)
            joint = {middle, 0.8};
        pose[Joint::kLeftShoulder].place = {middle.x - 10, middle.y - 20};
        pose[Joint::kRightShoulder].place = {middle.x + 10, middle.y - 20};
        pose[Joint::kLeftHip].place = {middle.x - 6, middle.y + 20};
        pose[Joint::kRightHip].place = {middle.x + 6, middle.y + 20};
        return pose;
    }
    [[nodiscard]] std::string describe() const override { return "finder"; }

    int looks = 0;
    std::optional<Point> found;
};

}  // namespace vitrina::pipeline
