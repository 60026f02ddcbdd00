// Where the joints of a body are in a picture: the 17 of COCO. Plain data.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/geometry.h"
#include "base/result.h"
#include "base/time.h"
#include "domain/sighting.h"

namespace vitrina {

/// In the order of COCO. Left and right are the person's own.
enum class Joint : std::uint8_t {
    kNose,
    kLeftEye,
    kRightEye,
    kLeftEar,
    kRightEar,
    kLeftShoulder,
    kRightShoulder,
    kLeftElbow,
    kRightElbow,
    kLeftWrist,
    kRightWrist,
    kLeftHip,
    kRightHip,
    kLeftKnee,
    kRightKnee,
    kLeftAnkle,
    kRightAnkle,
};

inline constexpr std::size_t kJointCount = 17;

struct Keypoint {
    Point place;       // pixels
    double score = 0;  // 0..1, how sure the network is that the joint is there
};

struct Pose {
    std::array<Keypoint, kJointCount> joints;

    [[nodiscard]] const Keypoint& operator[](Joint joint) const {
        return joints[static_cast<std::size_t>(joint)];
    }
    [[nodiscard]] Keypoint& operator[](Joint joint) { return joints[static_cast<std::size_t>(joint)]; }
};

enum class Posture : std::uint8_t { kUnknown, kStanding, kWalking, kReaching, kBending, kSitting };

/// "unknown", "standing", "walking", "reaching", "bending", "sitting".
[[nodiscard]] std::string_view to_text(Posture posture);

/// A look at one person's body.
struct PoseSighting {
    PersonId person = 0;
    std::int64_t frame = 0;  // 0-based
    SourceTime at;
    Pose pose;  // smoothed over time
    Posture posture = Posture::kUnknown;
    /// Where the body faces: 0 to the right of the picture, 90 to the camera, 180 to the left, 270 away from
    /// it. Empty where it can't be told.
    std::optional<double> facing_deg;
};

/// One object, one line, without the line's end (docs/poses.md). The same sighting is the same bytes
/// everywhere.
[[nodiscard]] std::string to_json_line(const PoseSighting& sighting);

/// Where poses go as they become known. Called from one thread.
class PoseSink {
  public:
    PoseSink() = default;
    PoseSink(const PoseSink&) = delete;
    PoseSink& operator=(const PoseSink&) = delete;
    virtual ~PoseSink() = default;
    [[nodiscard]] virtual Result<void> accept(const PoseSighting& sighting) = 0;
};

}  // namespace vitrina
