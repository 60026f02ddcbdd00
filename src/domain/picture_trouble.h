// What can be wrong with what a camera sees, though pictures come. Plain data.
#pragma once

#include <array>
#include <cstdint>
#include <string_view>

namespace vitrina {

enum class PictureTrouble : std::uint8_t {
    kFrozen,
    kBlack,
    kOverexposed,
    kCovered,
    kBlurred,
    kMoved,
    kClockDrift,
    kOtherShape,  // than the one that its zones were drawn on: the whole picture is counted
    kClockApart,  // from those of other cameras, too far for its people to be joined with theirs
    kLate,        // looked at so late that the floor plan goes on without some of its pictures
};

inline constexpr std::array kPictureTroubles = {PictureTrouble::kFrozen,      PictureTrouble::kBlack,
                                                PictureTrouble::kOverexposed, PictureTrouble::kCovered,
                                                PictureTrouble::kBlurred,     PictureTrouble::kMoved,
                                                PictureTrouble::kClockDrift,  PictureTrouble::kOtherShape,
                                                PictureTrouble::kClockApart,  PictureTrouble::kLate};

/// "frozen", "black", "overexposed", "covered", "blurred", "moved", "clock_drift", "other_shape",
/// "clock_apart", "late".
[[nodiscard]] constexpr std::string_view to_text(PictureTrouble trouble) {
    switch (trouble) {
        case PictureTrouble::kFrozen:
            return "frozen";
        case PictureTrouble::kBlack:
            return "black";
        case PictureTrouble::kOverexposed:
            return "overexposed";
        case PictureTrouble::kCovered:
            return "covered";
        case PictureTrouble::kBlurred:
            return "blurred";
        case PictureTrouble::kMoved:
            return "moved";
        case PictureTrouble::kClockDrift:
            return "clock_drift";
        case PictureTrouble::kOtherShape:
            return "other_shape";
        case PictureTrouble::kClockApart:
            return "clock_apart";
        case PictureTrouble::kLate:
            return "late";
    }
    return "";
}

/// How a camera's view lies to the one that was learnt: points are turned and zoomed about the middle of the
/// picture, then shifted. `known` is false when the view is another one altogether.
struct ViewMove {
    bool known = false;
    double dx_px = 0;         // to the right, pixels of the camera's picture
    double dy_px = 0;         // down
    double rotation_deg = 0;  // clockwise
    double zoom = 1;          // above 1: what was seen is larger now
};

}  // namespace vitrina
