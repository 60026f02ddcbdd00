#include "perceive/face_square.h"

#include <algorithm>
#include <cmath>

namespace vitrina::perceive {

std::optional<Square> square_by_box(const Face& face, double margin) {
    // The person's right eye is on the left of the picture.
    const double turn = std::atan2(face.left_eye.y - face.right_eye.y, face.left_eye.x - face.right_eye.x);
    const Square square{face.box.center(), margin * std::max(face.box.width, face.box.height), turn};
    const bool is_finite = std::isfinite(square.center.x + square.center.y + square.length + square.turn);
    return is_finite && square.length > 0 ? std::optional<Square>(square) : std::nullopt;
}

}  // namespace vitrina::perceive
