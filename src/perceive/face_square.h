// Where in a picture the square lies that a network wants to see a face in, upright. Pure function.
#pragma once

#include <optional>

#include "base/geometry.h"
#include "perceive/face_finder.h"

namespace vitrina::perceive {

struct Square {
    Point center;       // pixels of the picture
    double length = 0;  // of a side
    double turn = 0;    // radians, clockwise as seen
};

/// Around the face's box, as many times as long as its longer side, turned by the eyes. Nothing for a face
/// without size, or of numbers that are not finite.
[[nodiscard]] std::optional<Square> square_by_box(const Face& face, double margin);

}  // namespace vitrina::perceive
