#include "track/pose_filter.h"

#include <cmath>
#include <random>
#include <utility>

#include <gtest/gtest.h>

#include "track/test_pose.h"

namespace vitrina::track {
namespace {

constexpr double kBody = 170;

double trembling(std::mt19937& random) {  // within 5 px
    return 10 * (static_cast<double>(random()) / 4294967296.0 - 0.5);
}

Pose sides_changed(Pose pose) {
    for (std::size_t i = 1; i < kJointCount; i += 2)
        std::swap(pose.joints[i], pose.joints[i + 1]);
    return pose;
}

TEST(PoseFilter, TremblingIsSmoothedAndAWalkIsFollowed) {
    PoseFilter filter;
    std::mt19937 random(1);
    double seen_error = 0;
    double error = 0;
    for (int i = 0; i < 100; ++i) {
        const double x = 10.0 * i;  // 100 px a second
        const Pose truth = moved(standing_from_behind(), x, 0);
        Pose seen = truth;
        for (Keypoint& joint : seen.joints)
            joint.place.x += trembling(random);
        const Pose pose = filter.update(instant_at(0.1 * i), seen, kBody);
        if (i < 10) continue;
        for (std::size_t k = 0; k < kJointCount; ++k) {
            seen_error += std::abs(seen.joints[k].place.x - truth.joints[k].place.x);
            error += std::abs(pose.joints[k].place.x - truth.joints[k].place.x);
        }
    }
    EXPECT_LT(error, seen_error);
}

TEST(PoseFilter, OneLookFarOffIsNotBelievedAndTwoAre) {
    PoseFilter filter;
    const Pose truth = standing_from_behind();
    Pose wrong = truth;
    wrong[Joint::kLeftWrist].place = {90, -40};
    const auto wrist = [&](double at_s, const Pose& seen) {
        return filter.update(instant_at(at_s), seen, kBody)[Joint::kLeftWrist].place;
    };
    for (int i = 0; i < 5; ++i)
        static_cast<void>(wrist(0.1 * i, truth));
    EXPECT_NEAR(wrist(0.5, wrong).x, -18, 3);
    EXPECT_NEAR(wrist(0.6, truth).x, -18, 3);
    static_cast<void>(wrist(0.7, wrong));
    EXPECT_NEAR(wrist(0.8, wrong).x, 90, 3);
}

TEST(PoseFilter, SidesThatBlinkStayAndSidesThatStayChangedAreBelieved) {
    PoseFilter filter;
    const Pose truth = standing_from_behind();
    const auto elbow = [&](double at_s, const Pose& seen) {
        return filter.update(instant_at(at_s), seen, kBody)[Joint::kLeftElbow].place.x;
    };
    for (int i = 0; i < 5; ++i)
        static_cast<void>(elbow(0.1 * i, truth));
    EXPECT_NEAR(elbow(0.5, sides_changed(truth)), -18, 3);
    EXPECT_NEAR(elbow(0.6, sides_changed(truth)), -18, 3);
    EXPECT_NEAR(elbow(0.7, truth), -18, 3);
    for (int i = 8; i < 12; ++i)
        static_cast<void>(elbow(0.1 * i, sides_changed(truth)));
    EXPECT_NEAR(elbow(1.2, sides_changed(truth)), 18, 3);
}

TEST(PoseFilter, AfterALongWhileItBeginsAnew) {
    PoseFilter filter;
    static_cast<void>(filter.update(instant_at(0), standing_from_behind(), kBody));
    const Pose elsewhere = moved(standing_from_behind(), 300, 0);
    EXPECT_EQ(filter.update(instant_at(5), elsewhere, kBody)[Joint::kNose].place.x, 300);
}

}  // namespace
}  // namespace vitrina::track
