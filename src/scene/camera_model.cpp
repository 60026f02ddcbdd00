#include "scene/camera_model.h"

#include <cmath>
#include <numbers>

namespace vitrina::scene {
namespace {

using Vector = std::array<double, 3>;

constexpr double kDegree = std::numbers::pi / 180;
constexpr double kAheadMin = 1e-3;  // m before the lens: nearer is behind it

double dot(const Vector& a, const Vector& b) {
    return a[0] * b[0] + a[1] * b[1] + a[2] * b[2];
}

Vector mixed(const Vector& a, double by_a, const Vector& b, double by_b) {
    return {a[0] * by_a + b[0] * by_b, a[1] * by_a + b[1] * by_b, a[2] * by_a + b[2] * by_b};
}

}  // namespace

Point undistorted(Point offset, double k1, double half_diagonal) {
    const double r = std::hypot(offset.x, offset.y) / half_diagonal;
    const double by = 1 / (1 + k1 * r * r);
    return {offset.x * by, offset.y * by};
}

std::optional<Point> distorted(Point offset, double k1, double half_diagonal) {
    const double r = std::hypot(offset.x, offset.y) / half_diagonal;
    const double root = 1 - 4 * k1 * r * r;
    if (root < 0) return std::nullopt;
    const double by = 2 / (1 + std::sqrt(root));
    return Point{offset.x * by, offset.y * by};
}

CameraModel::CameraModel(const CameraCalibration& calibration)
    : calibration_(calibration), half_diagonal_(std::hypot(calibration.width, calibration.height) / 2) {
    const double pan = calibration.pan_deg * kDegree;
    const double tilt = calibration.tilt_deg * kDegree;
    const double roll = calibration.roll_deg * kDegree;
    const Vector level_right = {-std::sin(pan), std::cos(pan), 0};
    const Vector level_down = {-std::cos(pan) * std::sin(tilt), -std::sin(pan) * std::sin(tilt),
                               -std::cos(tilt)};
    ahead_ = {std::cos(pan) * std::cos(tilt), std::sin(pan) * std::cos(tilt), -std::sin(tilt)};
    right_ = mixed(level_right, std::cos(roll), level_down, std::sin(roll));
    down_ = mixed(level_right, -std::sin(roll), level_down, std::cos(roll));
}

std::optional<Point> CameraModel::to_picture(Point place, double height_m) const {
    const Vector from_lens = {place.x - calibration_.place.x, place.y - calibration_.place.y,
                              height_m - calibration_.height_m};
    const double ahead = dot(from_lens, ahead_);
    if (ahead < kAheadMin) return std::nullopt;
    const double scale = calibration_.focal_px / ahead;
    const auto offset = distorted({dot(from_lens, right_) * scale, dot(from_lens, down_) * scale},
                                  calibration_.k1, half_diagonal_);
    if (!offset) return std::nullopt;
    return Point{calibration_.center.x + offset->x, calibration_.center.y + offset->y};
}

std::optional<Point> CameraModel::to_plan(Point pixel, double height_m) const {
    const Point offset = undistorted({pixel.x - calibration_.center.x, pixel.y - calibration_.center.y},
                                     calibration_.k1, half_diagonal_);
    const Vector ray = mixed(mixed(right_, offset.x, down_, offset.y), 1, ahead_, calibration_.focal_px);
    const double along = (height_m - calibration_.height_m) / ray[2];
    if (!std::isfinite(along) || along <= 0) return std::nullopt;
    if (along * std::hypot(ray[0], ray[1]) > kReachMax) return std::nullopt;
    return Point{calibration_.place.x + along * ray[0], calibration_.place.y + along * ray[1]};
}

std::optional<Covariance> CameraModel::spread(Point pixel, double height_m, const Covariance& pixels) const {
    constexpr double kStep = 0.5;  // px
    const auto left = to_plan({pixel.x - kStep, pixel.y}, height_m);
    const auto right = to_plan({pixel.x + kStep, pixel.y}, height_m);
    const auto above = to_plan({pixel.x, pixel.y - kStep}, height_m);
    const auto below = to_plan({pixel.x, pixel.y + kStep}, height_m);
    if (!left || !right || !above || !below) return std::nullopt;
    const Point by_x = {right->x - left->x, right->y - left->y};
    const Point by_y = {below->x - above->x, below->y - above->y};
    return Covariance{
        by_x.x * by_x.x * pixels.xx + 2 * by_x.x * by_y.x * pixels.xy + by_y.x * by_y.x * pixels.yy,
        by_x.x * by_x.y * pixels.xx + (by_x.x * by_y.y + by_x.y * by_y.x) * pixels.xy +
            by_y.x * by_y.y * pixels.yy,
        by_x.y * by_x.y * pixels.xx + 2 * by_x.y * by_y.y * pixels.xy + by_y.y * by_y.y * pixels.yy};
}

}  // namespace vitrina::scene
