// A drawn body for the tests of what is told from poses. Tests only.
#pragma once

#include "domain/pose.h"

namespace vitrina::track {

/// Somebody who stands, seen from behind: 170 px tall, torso of 50 px, shoulders at y = 30, hips at y = 80,
/// middle at x = 0, arms hanging.
inline Pose standing_from_behind() {
    Pose pose;
    const auto put = [&](Joint joint, double x, double y) { pose[joint] = {{x, y}, 0.8}; };
    put(Joint::kNose, 0, 10);
    pose[Joint::kNose].score = 0.1;
    put(Joint::kLeftEye, -3, 8);
    put(Joint::kRightEye, 3, 8);
    put(Joint::kLeftEar, -6, 10);
    put(Joint::kRightEar, 6, 10);
    put(Joint::kLeftShoulder, -16, 30);
    put(Joint::kRightShoulder, 16, 30);
    put(Joint::kLeftElbow, -18, 58);
    put(Joint::kRightElbow, 18, 58);
    put(Joint::kLeftWrist, -18, 82);
    put(Joint::kRightWrist, 18, 82);
    put(Joint::kLeftHip, -9, 80);
    put(Joint::kRightHip, 9, 80);
    put(Joint::kLeftKnee, -9, 122);
    put(Joint::kRightKnee, 9, 122);
    put(Joint::kLeftAnkle, -9, 162);
    put(Joint::kRightAnkle, 9, 162);
    return pose;
}

inline Pose moved(Pose pose, double x, double y) {
    for (Keypoint& joint : pose.joints)
        joint.place = {joint.place.x + x, joint.place.y + y};
    return pose;
}

}  // namespace vitrina::track
