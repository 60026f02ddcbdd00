// What a pose says of the whole body: whether the person stands, walks, reaches, bends down or sits, and
// where the body faces. Rules on angles and on lengths in torsos, seen by one camera. Pure functions.
#pragma once

#include <optional>

#include "domain/pose.h"
#include "domain/reach.h"

namespace vitrina::track {

/// From the middle of the shoulders to that of the hips, pixels; empty when they are not seen.
struct Torso {
    Point shoulders;
    Point hips;
    double length = 0;
};
[[nodiscard]] std::optional<Torso> torso_of(const Pose& pose);

/// How far an arm is stretched away from the body.
struct Arm {
    Point hand;             // pixels: a bit beyond the wrist, where it grips
    double score = 0;       // of the wrist, or of the shoulder if that is less
    double raised_deg = 0;  // of the wrist, seen from the shoulder: 0 hangs along the torso, 180 points up
    double length = 0;      // shoulder to wrist, torsos
    double away = 0;        // of the hand, from the line between shoulders and hips, torsos
};
[[nodiscard]] Arm arm_of(const Pose& pose, const Torso& torso, Side side);

/// `speed`: of the feet, bodies a second.
[[nodiscard]] Posture posture_of(const Pose& pose, double speed);

/// Degrees: 0 to the right of the picture, 90 to the camera, 180 to the left, 270 away from it. Empty when
/// neither shoulders nor head tell.
[[nodiscard]] std::optional<double> facing_deg(const Pose& pose);

}  // namespace vitrina::track
