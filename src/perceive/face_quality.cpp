#include "perceive/face_quality.h"

#include <algorithm>
#include <cmath>
#include <cstdint>

#include "perceive/crop.h"
#include "perceive/face_square.h"

namespace vitrina::perceive {
namespace {

// Faces are compared at one size, at which the eyes are some 20 pixels apart: one of fewer pixels has no
// details there, whether its camera is too far away, out of focus, or it moved.
constexpr int kSide = 64;
constexpr double kSharpAround = 1.0;
// What the sharpest photographs give; a grey area gives nothing.
constexpr double kSharpFull = 0.55;

int brightness(const std::uint8_t* pixel) {
    return (77 * pixel[0] + 150 * pixel[1] + 29 * pixel[2]) >> 8;
}

// How much of the change from pixel to pixel is a turn of it: of edges as sharp as pixels half or more.
double sharpness(const Picture& picture, const Face& face) {
    const auto square = square_by_box(face, kSharpAround);
    if (!square) return 0;
    const Crop crop = cut_square(picture, square->center, square->length, kSide, square->turn);
    double first = 0;
    double second = 0;
    for (int y = 1; y + 1 < kSide; ++y) {
        for (int x = 1; x + 1 < kSide; ++x) {
            const std::uint8_t* pixel = &crop.rgb[3 * (static_cast<std::size_t>(y) * kSide + x)];
            constexpr int kRow = 3 * kSide;
            const int here = brightness(pixel);
            const int left = brightness(pixel - 3);
            const int right = brightness(pixel + 3);
            const int up = brightness(pixel - kRow);
            const int down = brightness(pixel + kRow);
            first += std::abs(right - left) + std::abs(down - up);
            second += std::abs(left - 2 * here + right) + std::abs(up - 2 * here + down);
        }
    }
    return first > 0 ? std::min(1.0, second / first / kSharpFull) : 0;
}

double between(double value, double none, double full) {
    return std::clamp((value - none) / (full - none), 0.0, 1.0);
}

}  // namespace

double frontal_of(const Face& face) {
    const double eyes_x = face.left_eye.x - face.right_eye.x;
    const double eyes_y = face.left_eye.y - face.right_eye.y;
    const double squared = eyes_x * eyes_x + eyes_y * eyes_y;
    if (!(squared > 0)) return 0;
    // Where along the line between the eyes the nose is: 0.5 in the middle.
    const double along =
        ((face.nose.x - face.right_eye.x) * eyes_x + (face.nose.y - face.right_eye.y) * eyes_y) / squared;
    if (!std::isfinite(along)) return 0;
    return std::clamp(1 - 2 * std::abs(along - 0.5), 0.0, 1.0);
}

FaceQuality quality_of(const Picture& picture, const Face& face) {
    FaceQuality quality;
    quality.eyes_px = eye_distance(face);
    quality.frontal = frontal_of(face);
    quality.sharpness = sharpness(picture, face);
    quality.score = face.score;
    if (!std::isfinite(quality.eyes_px) || quality.eyes_px < kEyesMinPx) return quality;
    // A face at half of the pixels is still worth half; one in profile, or of which nothing is sharp,
    // nothing.
    quality.worth = std::sqrt(between(quality.eyes_px, kEyesMinPx / 2, kEyesFullPx)) *
                    between(quality.frontal, 0.2, 0.8) * between(quality.sharpness, 0.1, 0.5) * quality.score;
    return quality;
}

}  // namespace vitrina::perceive
