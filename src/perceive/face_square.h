// Where in a picture the square lies that a network wants to see a face in: upright, of a given size, with
// eyes, nose and mouth where the faces that it was trained on have them. Pure functions.
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

/// So that eyes, nose and mouth lie as near as they can (least squares) to where the faces lie that ArcFace
/// and its kin are trained on: Deng et al., arXiv 1801.07698, 112 x 112 pixels. Nothing as above.
[[nodiscard]] std::optional<Square> square_by_points(const Face& face);

}  // namespace vitrina::perceive
