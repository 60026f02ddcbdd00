#include "scene/homography.h"

#include <algorithm>
#include <cmath>
#include <numbers>

#include <Eigen/Dense>

namespace vitrina::scene {
namespace {

constexpr double kDegree = std::numbers::pi / 180;
constexpr double kRankMin = 1e-4;  // of the singular values: below it the points say nothing

/// Moves points to their middle and to the size of about one.
Eigen::Matrix3d normalizer(std::span<const PointPair> points, Point PointPair::*which) {
    Eigen::Vector2d middle(0, 0);
    for (const PointPair& pair : points)
        middle += Eigen::Vector2d((pair.*which).x, (pair.*which).y);
    middle /= static_cast<double>(points.size());
    double size = 0;
    for (const PointPair& pair : points)
        size += std::hypot((pair.*which).x - middle.x(), (pair.*which).y - middle.y());
    const double scale = std::sqrt(2.0) * static_cast<double>(points.size()) / std::max(size, 1e-12);
    Eigen::Matrix3d result;
    result << scale, 0, -scale * middle.x(), 0, scale, -scale * middle.y(), 0, 0, 1;
    return result;
}

}  // namespace

std::optional<Eigen::Matrix3d> homography_of(std::span<const PointPair> points) {
    const Eigen::Matrix3d from = normalizer(points, &PointPair::place);
    const Eigen::Matrix3d to = normalizer(points, &PointPair::pixel);
    Eigen::MatrixXd rows(2 * static_cast<Eigen::Index>(points.size()), 9);
    for (std::size_t i = 0; i < points.size(); ++i) {
        const Eigen::Vector3d p = from * Eigen::Vector3d(points[i].place.x, points[i].place.y, 1);
        const Eigen::Vector3d q = to * Eigen::Vector3d(points[i].pixel.x, points[i].pixel.y, 1);
        const auto row = static_cast<Eigen::Index>(2 * i);
        rows.row(row) << p.transpose(), Eigen::RowVector3d::Zero(), -q.x() * p.transpose();
        rows.row(row + 1) << Eigen::RowVector3d::Zero(), p.transpose(), -q.y() * p.transpose();
    }
    const Eigen::JacobiSVD<Eigen::MatrixXd> svd(rows, Eigen::ComputeFullV);
    if (svd.singularValues()(7) < kRankMin * svd.singularValues()(0)) return std::nullopt;
    const Eigen::VectorXd h = svd.matrixV().col(8);
    Eigen::Matrix3d normal;
    normal << h(0), h(1), h(2), h(3), h(4), h(5), h(6), h(7), h(8);
    return Eigen::Matrix3d(to.inverse() * normal * from);
}

std::optional<CameraCalibration> camera_of(const Eigen::Matrix3d& homography, double focal_px, Point middle,
                                           const CameraCalibration& form) {
    Eigen::Matrix3d b = homography;
    b.topRows<2>() /= focal_px;
    // The points are before the camera.
    if (b.row(2).dot(Eigen::RowVector3d(middle.x, middle.y, 1)) < 0) b = -b;
    const double scale = (b.col(0).norm() + b.col(1).norm()) / 2;
    if (!(scale > 0) || !std::isfinite(scale)) return std::nullopt;
    b /= scale;
    // x, y of the plan and, third, downwards: turns of the camera's right, down and ahead.
    Eigen::Matrix3d turn;
    turn << b.col(0), b.col(1), b.col(0).cross(b.col(1));
    const Eigen::JacobiSVD<Eigen::Matrix3d> svd(turn, Eigen::ComputeFullU | Eigen::ComputeFullV);
    turn = svd.matrixU() * svd.matrixV().transpose();
    if (turn.determinant() < 0) return std::nullopt;
    const Eigen::Vector3d lens = -turn.transpose() * b.col(2);
    if (lens.z() >= 0) return std::nullopt;  // below the floor
    const Eigen::RowVector3d ahead = turn.row(2);
    const double pan = std::atan2(ahead.y(), ahead.x());
    const double tilt = std::asin(std::clamp(ahead.z(), -1.0, 1.0));
    const Eigen::RowVector3d level_right(-std::sin(pan), std::cos(pan), 0);
    const Eigen::RowVector3d level_down(-std::cos(pan) * std::sin(tilt), -std::sin(pan) * std::sin(tilt),
                                        std::cos(tilt));
    CameraCalibration c = form;
    c.focal_px = focal_px;
    c.place = {lens.x(), lens.y()};
    c.height_m = -lens.z();
    c.pan_deg = pan / kDegree;
    c.tilt_deg = tilt / kDegree;
    c.roll_deg = std::atan2(turn.row(0).dot(level_down), turn.row(0).dot(level_right)) / kDegree;
    return c;
}

}  // namespace vitrina::scene
