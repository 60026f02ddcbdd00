#include "perceive/face_square.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <complex>

namespace vitrina::perceive {
namespace {

using Complex = std::complex<double>;

constexpr double kTemplateSide = 112;
// Right eye, left eye, nose, middle of the mouth, as the person calls them; pixels of the template.
const std::array<Complex, 4> kTemplate = {Complex{38.2946, 51.6963}, Complex{73.5318, 51.5014},
                                          Complex{56.0252, 71.7366}, Complex{56.1396, 92.2848}};

template <typename Points>
Complex mean_of(const Points& points) {
    Complex sum;
    for (const Complex& point : points)
        sum += point;
    return sum / static_cast<double>(points.size());
}

std::optional<Square> checked(const Square& square) {
    const bool is_finite = std::isfinite(square.center.x + square.center.y + square.length + square.turn);
    return is_finite && square.length > 0 ? std::optional<Square>(square) : std::nullopt;
}

}  // namespace

std::optional<Square> square_by_box(const Face& face, double margin) {
    // The person's right eye is on the left of the picture.
    const double turn = std::atan2(face.left_eye.y - face.right_eye.y, face.left_eye.x - face.right_eye.x);
    return checked({face.box.center(), margin * std::max(face.box.width, face.box.height), turn});
}

std::optional<Square> square_by_points(const Face& face) {
    const std::array<Complex, 4> points = {
        Complex{face.right_eye.x, face.right_eye.y}, Complex{face.left_eye.x, face.left_eye.y},
        Complex{face.nose.x, face.nose.y}, Complex{face.mouth.x, face.mouth.y}};
    const Complex here = mean_of(points);
    const Complex there = mean_of(kTemplate);
    // A turn and a scale together are one complex number: point = step * place + origin.
    Complex product;
    double size = 0;
    for (std::size_t i = 0; i < points.size(); ++i) {
        product += std::conj(kTemplate.at(i) - there) * (points.at(i) - here);
        size += std::norm(kTemplate.at(i) - there);
    }
    const Complex step = product / size;
    const Complex middle = here + step * (Complex{kTemplateSide / 2, kTemplateSide / 2} - there);
    return checked({{middle.real(), middle.imag()}, kTemplateSide * std::abs(step), std::arg(step)});
}

}  // namespace vitrina::perceive
