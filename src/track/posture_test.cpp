#include "track/posture.h"

#include <gtest/gtest.h>

#include "track/test_pose.h"

namespace vitrina::track {
namespace {

Pose reaching_left() {
    Pose pose = standing_from_behind();
    pose[Joint::kLeftElbow].place = {-40, 34};
    pose[Joint::kLeftWrist].place = {-62, 36};
    return pose;
}

TEST(Posture, StandsWalksReaches) {
    EXPECT_EQ(posture_of(standing_from_behind(), 0.05), Posture::kStanding);
    EXPECT_EQ(posture_of(standing_from_behind(), 0.7), Posture::kWalking);
    EXPECT_EQ(posture_of(reaching_left(), 0.05), Posture::kReaching);
}

TEST(Posture, BendsAndSits) {
    Pose bent = standing_from_behind();
    for (const Joint joint : {Joint::kLeftShoulder, Joint::kRightShoulder})
        bent[joint].place = {bent[joint].place.x - 45, 62};
    EXPECT_EQ(posture_of(bent, 0), Posture::kBending);
    Pose sitting = standing_from_behind();
    sitting[Joint::kLeftKnee].place = {-30, 88};
    sitting[Joint::kRightKnee].place = {-24, 90};
    EXPECT_EQ(posture_of(sitting, 0), Posture::kSitting);
}

TEST(Posture, WithoutATorsoNothingIsSaid) {
    Pose hidden = standing_from_behind();
    hidden[Joint::kLeftHip].score = hidden[Joint::kRightHip].score = 0.05;
    EXPECT_EQ(posture_of(hidden, 0), Posture::kUnknown);
    EXPECT_FALSE(facing_deg(hidden));
}

TEST(Posture, ArmsHangOrReachWhicheverWayTheBodyLeans) {
    const Pose pose = reaching_left();
    const auto torso = torso_of(pose);
    ASSERT_TRUE(torso);
    EXPECT_NEAR(torso->length, 50, 0.1);
    const Arm left = arm_of(pose, *torso, Side::kLeft);
    EXPECT_NEAR(left.raised_deg, 83, 3);
    EXPECT_NEAR(left.away, 1.46, 0.1);  // the hand is at x = -73
    const Arm right = arm_of(pose, *torso, Side::kRight);
    EXPECT_LT(right.raised_deg, 10);
    EXPECT_LT(right.away, 0.6);
}

TEST(Posture, FacesTheCameraOrAwayOrAside) {
    EXPECT_NEAR(facing_deg(standing_from_behind()).value(), 270, 15);
    Pose front = standing_from_behind();
    for (std::size_t i = 1; i < kJointCount; ++i)
        front.joints[i].place.x *= -1;
    front[Joint::kNose].score = 0.9;
    EXPECT_NEAR(facing_deg(front).value(), 90, 15);
    Pose right = standing_from_behind();  // of the picture: the right side is seen
    right[Joint::kLeftShoulder].place.x = right[Joint::kRightShoulder].place.x = 0;
    right[Joint::kLeftEar].score = 0.05;
    EXPECT_NEAR(facing_deg(right).value(), 0, 1);
}

}  // namespace
}  // namespace vitrina::track
