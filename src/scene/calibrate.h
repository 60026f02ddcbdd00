// Fits a camera's calibration: to points that somebody clicked in the picture and on the plan, or to people
// who walked through. Pure functions; any thread. A fit of ten points takes some 20 ms, one of a thousand
// looks at people a second.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "base/geometry.h"
#include "base/result.h"
#include "domain/plan.h"

namespace vitrina::scene {

struct PictureSide {
    double width = 0;  // px
    double height = 0;
};

/// The same spot of the floor in the picture and on the plan.
struct PointPair {
    Point pixel;
    Point place;  // m
};

/// Points of an edge that is straight in the world, three or more: the picture bends it as the lens does.
using StraightLine = std::vector<Point>;

struct PointError {
    double error_m = 0;  // how far from its place on the plan the fitted camera puts the pixel
    /// The same of a fit without this point: what it says of the others; none with four points.
    std::optional<double> left_out_m;
};

struct CalibrationFit {
    CameraCalibration calibration;
    std::vector<PointError> errors;  // of each point
    double error_m = 0;              // root of the mean square
    std::size_t worst = 0;           // the point with the largest error
};

inline constexpr std::size_t kPairsMin = 4;
inline constexpr std::size_t kPairsMax = 64;
inline constexpr std::size_t kLinesMaxOfLens = 32;

/// Fails (kConfiguration) for fewer than four points, points outside the picture, the same point twice,
/// points on one line, two points that are swapped, and a point that contradicts the others; the message
/// names the points, counted from 1.
[[nodiscard]] Result<CalibrationFit> calibrate(PictureSide picture, std::span<const PointPair> points,
                                               std::span<const StraightLine> lines = {});

/// k1 from straight lines alone, 0 without one.
[[nodiscard]] Result<double> distortion_of(PictureSide picture, std::span<const StraightLine> lines);

/// A standing person in the picture, whole.
struct WalkerLook {
    Point foot;  // px
    Point head;
};

/// What the ends of looks are.
enum class WalkerEnds : std::uint8_t {
    kBody,  // where feet and head are
    /// The middles of a box's lower and upper edge. Bodies beside the picture's middle lean away from it, and
    /// a box says nothing of that: only how high looks are counts.
    kBox,
};

struct WalkerOptions {
    double height_mean_m = 1.70;    // of the people: the scale comes from it alone
    double height_spread_m = 0.09;  // standard deviation
    double noise = 0.03;            // of a box's end, as a share of its height
    double k1 = 0;                  // from distortion_of()
    Point place;                    // where the camera hangs on the plan: people don't tell
    double pan_deg = 0;             // where it looks
    WalkerEnds ends = WalkerEnds::kBody;
    /// Of the lens, px, where its angle of view is known; boxes alone tell it badly, and the tilt with it.
    std::optional<double> focal_px{};
};

struct WalkerFit {
    CameraCalibration calibration;
    double spread_px = 0;       // median distance of heads from where they should be
    double height_error = 0;    // standard deviation of the scale, as a share
    double tilt_error_deg = 0;  // standard deviation
    std::size_t looks = 0;      // that it agrees with
};

inline constexpr std::size_t kLooksMin = 30;
inline constexpr std::size_t kLooksMax = 2000;  // more are thinned out evenly

/// Fails when there are too few looks, when they are all at one distance, or when no camera above the floor
/// would see people so.
[[nodiscard]] Result<WalkerFit> calibrate_by_walkers(PictureSide picture, std::span<const WalkerLook> looks,
                                                     const WalkerOptions& options);

}  // namespace vitrina::scene
