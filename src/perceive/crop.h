// A square of a picture, upright or turned, scaled to the size that a network wants. Pure function.
#pragma once

#include <cstdint>
#include <vector>

#include "base/geometry.h"
#include "domain/frame.h"

namespace vitrina::perceive {

/// 8-bit RGB, `side` x `side`, black where the square reaches over the picture's border.
struct Crop {
    int side = 0;
    std::vector<std::uint8_t> rgb;
    Point origin;  // of the crop's upper left corner, pixels of the picture
    Point step;    // along the crop's rows, pixels of the picture for one of the crop

    [[nodiscard]] Point to_picture(double x, double y) const {
        return {origin.x + x * step.x - y * step.y, origin.y + x * step.y + y * step.x};
    }
};

/// The square around `center` of `length` pixels of the picture, turned by `turn` radians (clockwise as
/// seen). Averages over areas when it shrinks, linear otherwise. `length` and `side` are positive; a square
/// outside the picture is black.
[[nodiscard]] Crop cut_square(const Picture& picture, Point center, double length, int side, double turn = 0);

}  // namespace vitrina::perceive
