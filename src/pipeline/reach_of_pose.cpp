#include "pipeline/reach_of_pose.h"

#include <algorithm>
#include <chrono>
#include <cmath>

#include "track/posture.h"

namespace vitrina::pipeline {
namespace {

double to_tenths(double value) {
    return std::round(value * 10) / 10;
}

double to_hundredths(double value) {
    return std::round(value * 100) / 100;
}

Hand hand_of(const track::Arm& arm, double scale_x, double scale_y) {
    return {.place = {to_tenths(arm.hand.x * scale_x), to_tenths(arm.hand.y * scale_y)},
            .score = to_hundredths(arm.score),
            .raised_deg = std::round(arm.raised_deg),
            .away = to_hundredths(arm.away)};
}

}  // namespace

std::optional<Reach> reach_of_pose(const PoseSighting& sighting, const Layout& layout, double width,
                                   double height) {
    const auto torso = track::torso_of(sighting.pose);
    if (!torso) return std::nullopt;
    const double scale_x = layout.width / width;
    const double scale_y = layout.height / height;
    Reach reach;
    reach.person = sighting.person;
    reach.at = SourceTime(std::chrono::round<std::chrono::milliseconds>(sighting.at.time_since_epoch()));
    reach.torso = std::max(0.1, to_tenths(torso->length * scale_y));
    for (const Side side : {Side::kLeft, Side::kRight})
        reach.hands[static_cast<std::size_t>(side)] =
            hand_of(track::arm_of(sighting.pose, *torso, side), scale_x, scale_y);
    return reach;
}

}  // namespace vitrina::pipeline
