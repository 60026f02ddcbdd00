#include "domain/pose.h"

#include <chrono>
#include <cmath>

#include <fmt/format.h>

namespace vitrina {

std::string_view to_text(Posture posture) {
    switch (posture) {
        case Posture::kUnknown:
            return "unknown";
        case Posture::kStanding:
            return "standing";
        case Posture::kWalking:
            return "walking";
        case Posture::kReaching:
            return "reaching";
        case Posture::kBending:
            return "bending";
        case Posture::kSitting:
            return "sitting";
    }
    return "";
}

std::string to_json_line(const PoseSighting& sighting) {
    const std::int64_t ms =
        std::chrono::round<std::chrono::milliseconds>(sighting.at.time_since_epoch()).count();
    std::string joints;
    for (const Keypoint& joint : sighting.pose.joints)
        joints += fmt::format("{}[{:.1f},{:.1f},{:.3f}]", joints.empty() ? "" : ",", joint.place.x,
                              joint.place.y, joint.score);
    return fmt::format(
        R"({{"frame":{},"at_s":{}.{:03},"person":{},"posture":"{}","facing_deg":{},"keypoints":[{}]}})",
        sighting.frame + 1, ms / 1000, ms % 1000, sighting.person, to_text(sighting.posture),
        sighting.facing_deg ? fmt::format("{:.0f}", std::fmod(std::round(*sighting.facing_deg), 360))
                            : "null",
        joints);
}

}  // namespace vitrina
