#include "track/posture.h"

#include <algorithm>
#include <cmath>
#include <numbers>

namespace vitrina::track {
namespace {

constexpr double kSeen = 0.25;  // what MoveNet gives joints that are hidden stays below

// Of a grown-up of height H the shoulders are 0.259 H wide, and 0.288 H above the hips (Drillis and Contini,
// Body Segment Parameters, 1966). The joints lie further in: 0.19 H.
constexpr double kShouldersTorsos = 0.65;
// The hand grips 0.074 H beyond the wrist, the forearm is 0.146 H (the same source).
constexpr double kHandForearms = 0.5;

// A walking person makes 0.76 bodies a second; boxes of people who stand wander by less than 0.15.
constexpr double kWalkingSpeed = 0.3;
constexpr double kReachRaisedDeg = 45;
constexpr double kReachTorsos = 0.55;
constexpr double kBendDeg = 40;
// Thighs are 0.85 torsos long; of somebody who sits they lie, and from a camera at the ceiling still show a
// third.
constexpr double kSittingTorsos = 0.4;

Point middle(const Keypoint& a, const Keypoint& b) {
    return {(a.place.x + b.place.x) / 2, (a.place.y + b.place.y) / 2};
}

double degrees(double radians) {
    return radians * 180 / std::numbers::pi;
}

bool is_reaching(const Arm& arm) {
    return arm.score >= kSeen && arm.raised_deg >= kReachRaisedDeg && arm.length >= kReachTorsos;
}

bool is_sitting(const Pose& pose, const Torso& torso) {
    const Keypoint& left = pose[Joint::kLeftKnee];
    const Keypoint& right = pose[Joint::kRightKnee];
    if (std::min(left.score, right.score) < kSeen) return false;
    return std::max(left.place.y, right.place.y) - torso.hips.y < kSittingTorsos * torso.length;
}

}  // namespace

std::optional<Torso> torso_of(const Pose& pose) {
    const Keypoint& left_shoulder = pose[Joint::kLeftShoulder];
    const Keypoint& right_shoulder = pose[Joint::kRightShoulder];
    const Keypoint& left_hip = pose[Joint::kLeftHip];
    const Keypoint& right_hip = pose[Joint::kRightHip];
    // Of somebody seen from the side one of each pair is enough.
    if (std::max(left_shoulder.score, right_shoulder.score) < kSeen) return std::nullopt;
    if (std::max(left_hip.score, right_hip.score) < kSeen) return std::nullopt;
    Torso torso{middle(left_shoulder, right_shoulder), middle(left_hip, right_hip), 0};
    torso.length = std::hypot(torso.hips.x - torso.shoulders.x, torso.hips.y - torso.shoulders.y);
    if (torso.length < 1) return std::nullopt;
    return torso;
}

Arm arm_of(const Pose& pose, const Torso& torso, Side side) {
    const bool left = side == Side::kLeft;
    const Keypoint& shoulder = pose[left ? Joint::kLeftShoulder : Joint::kRightShoulder];
    const Keypoint& elbow = pose[left ? Joint::kLeftElbow : Joint::kRightElbow];
    const Keypoint& wrist = pose[left ? Joint::kLeftWrist : Joint::kRightWrist];
    const double dx = wrist.place.x - shoulder.place.x;
    const double dy = wrist.place.y - shoulder.place.y;
    // Down is along the torso, so that the camera may be tilted and the person may bend.
    const double down_x = (torso.hips.x - torso.shoulders.x) / torso.length;
    const double down_y = (torso.hips.y - torso.shoulders.y) / torso.length;
    const double along = dx * down_x + dy * down_y;
    const double across = dx * down_y - dy * down_x;
    Arm arm;
    arm.hand = {wrist.place.x + kHandForearms * (wrist.place.x - elbow.place.x),
                wrist.place.y + kHandForearms * (wrist.place.y - elbow.place.y)};
    // An elbow between two joints that are seen is often hidden by the arm itself.
    arm.score = std::min(shoulder.score, wrist.score);
    arm.raised_deg = degrees(std::atan2(std::abs(across), along));
    arm.length = std::hypot(dx, dy) / torso.length;
    const double share =
        std::clamp(((arm.hand.x - torso.shoulders.x) * down_x + (arm.hand.y - torso.shoulders.y) * down_y) /
                       torso.length,
                   0.0, 1.0);
    arm.away = std::hypot(arm.hand.x - torso.shoulders.x - share * torso.length * down_x,
                          arm.hand.y - torso.shoulders.y - share * torso.length * down_y) /
               torso.length;
    return arm;
}

Posture posture_of(const Pose& pose, double speed) {
    const auto torso = torso_of(pose);
    if (!torso) return Posture::kUnknown;
    if (speed >= kWalkingSpeed) return Posture::kWalking;
    const double lean =
        degrees(std::atan2(std::abs(torso->hips.x - torso->shoulders.x), torso->hips.y - torso->shoulders.y));
    if (lean >= kBendDeg) return Posture::kBending;
    if (is_sitting(pose, *torso)) return Posture::kSitting;
    if (is_reaching(arm_of(pose, *torso, Side::kLeft)) || is_reaching(arm_of(pose, *torso, Side::kRight)))
        return Posture::kReaching;
    return Posture::kStanding;
}

std::optional<double> facing_deg(const Pose& pose) {
    const auto torso = torso_of(pose);
    if (!torso) return std::nullopt;
    // Of somebody who faces the camera the left shoulder is to the right.
    const double width = pose[Joint::kLeftShoulder].place.x - pose[Joint::kRightShoulder].place.x;
    const double to_camera = std::clamp(width / (kShouldersTorsos * torso->length), -1.0, 1.0);
    // The nose is ahead of the ears; where it is hidden, the ear that is seen is on the side that is seen.
    const Keypoint& nose = pose[Joint::kNose];
    const Keypoint& left_ear = pose[Joint::kLeftEar];
    const Keypoint& right_ear = pose[Joint::kRightEar];
    const double ears = std::max(left_ear.score, right_ear.score);
    if (ears < kSeen && nose.score < kSeen) return std::nullopt;
    const Point ear = left_ear.score > right_ear.score ? left_ear.place : right_ear.place;
    double ahead = nose.place.x - (ears >= kSeen ? ear.x : torso->shoulders.x);
    if (nose.score < kSeen) ahead = right_ear.score - left_ear.score;
    const double aside = std::copysign(std::sqrt(1 - to_camera * to_camera), ahead);
    const double angle = degrees(std::atan2(to_camera, aside));
    return angle < 0 ? angle + 360 : angle;
}

}  // namespace vitrina::track
