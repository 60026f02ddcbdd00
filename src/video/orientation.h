// Which way up a picture is: phones and some cameras store it lying and say how to turn it. Pure functions.
#pragma once

#include <array>
#include <cstdint>
#include <span>

#include "domain/frame.h"

namespace vitrina::video {

/// First rows and columns are swapped, then the result is mirrored.
struct Orientation {
    bool transpose = false;
    bool mirror_x = false;
    bool mirror_y = false;
    friend bool operator==(const Orientation&, const Orientation&) = default;
};

/// From a display matrix (nine numbers of FFmpeg's AV_FRAME_DATA_DISPLAYMATRIX). Turns that are no multiple
/// of 90 degrees are left out: no camera has them, and they would need new pixels.
[[nodiscard]] Orientation orientation_of(std::span<const std::int32_t, 9> matrix);

/// The picture turned upright.
[[nodiscard]] Picture upright(Picture picture, Orientation orientation);

}  // namespace vitrina::video
