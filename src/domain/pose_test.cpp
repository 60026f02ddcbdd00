#include "domain/pose.h"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

namespace vitrina {
namespace {

PoseSighting sighting() {
    PoseSighting sighting;
    sighting.person = 3;
    sighting.frame = 4;
    sighting.at = instant_at(0.2666);
    sighting.posture = Posture::kReaching;
    for (std::size_t i = 0; i < kJointCount; ++i)
        sighting.pose.joints[i] = {{10.04 * static_cast<double>(i), -1.26}, 0.5};
    return sighting;
}

TEST(Pose, LineHasEveryJointAndCountsFramesFromOne) {
    const auto json = nlohmann::json::parse(to_json_line(sighting()));
    EXPECT_EQ(json["frame"], 5);
    EXPECT_EQ(json["person"], 3);
    EXPECT_DOUBLE_EQ(json["at_s"].get<double>(), 0.267);
    EXPECT_EQ(json["posture"], "reaching");
    EXPECT_TRUE(json["facing_deg"].is_null());
    ASSERT_EQ(json["keypoints"].size(), kJointCount);
    EXPECT_EQ(json["keypoints"][10], nlohmann::json::parse("[100.4, -1.3, 0.5]"));
}

TEST(Pose, FacingIsBelowAFullTurn) {
    PoseSighting turned = sighting();
    turned.facing_deg = 359.9;
    EXPECT_EQ(nlohmann::json::parse(to_json_line(turned))["facing_deg"], 0);
}

TEST(Pose, PosturesHaveDifferentNames) {
    EXPECT_EQ(to_text(Posture::kSitting), "sitting");
    EXPECT_EQ(to_text(Posture::kUnknown), "unknown");
}

}  // namespace
}  // namespace vitrina
