// The lens's distortion from lines that are straight in the world: distortion_of() of calibrate.h.
#include <algorithm>
#include <cmath>

#include <fmt/format.h>

#include "domain/plan_file.h"
#include "scene/calibrate.h"
#include "scene/camera_model.h"

namespace vitrina::scene {
namespace {

constexpr std::size_t kLinePoints = 3;
constexpr std::size_t kLinePointsMax = 64;
constexpr double kLineLengthMin = 0.1;  // of the picture's diagonal: shorter ones don't bend visibly

/// The sum of squared distances of the undistorted points from their line, relative to its length: so that
/// shrinking the picture gains nothing.
double bend(PictureSide picture, const StraightLine& line, double k1) {
    const double half_diagonal = std::hypot(picture.width, picture.height) / 2;
    std::vector<Point> straight;
    straight.reserve(line.size());
    Point middle;
    for (const Point& pixel : line) {
        straight.push_back(
            undistorted({pixel.x - picture.width / 2, pixel.y - picture.height / 2}, k1, half_diagonal));
        middle.x += straight.back().x / static_cast<double>(line.size());
        middle.y += straight.back().y / static_cast<double>(line.size());
    }
    double xx = 0;
    double xy = 0;
    double yy = 0;
    for (const Point& point : straight) {
        const Point away = {point.x - middle.x, point.y - middle.y};
        xx += away.x * away.x;
        xy += away.x * away.y;
        yy += away.y * away.y;
    }
    const double half = (xx + yy) / 2;
    const double root = std::sqrt((xx - yy) * (xx - yy) / 4 + xy * xy);
    return std::max(0.0, half - root) / std::max(half + root, 1e-9) * static_cast<double>(line.size());
}

Result<void> check_line(PictureSide picture, const StraightLine& line, std::size_t number) {
    if (line.size() < kLinePoints || line.size() > kLinePointsMax)
        return misconfigured(fmt::format("line {} has {} points; from {} to {} are needed", number,
                                         line.size(), kLinePoints, kLinePointsMax));
    double length = 0;
    for (const Point& a : line) {
        if (!std::isfinite(a.x) || !std::isfinite(a.y))
            return misconfigured(fmt::format("line {} has a point that is not a number", number));
        for (const Point& b : line)
            length = std::max(length, std::hypot(a.x - b.x, a.y - b.y));
    }
    if (length < kLineLengthMin * std::hypot(picture.width, picture.height))
        return misconfigured(fmt::format(
            "line {} is too short to tell how the lens bends it: it should go through much of the "
            "picture",
            number));
    return {};
}

}  // namespace

Result<double> distortion_of(PictureSide picture, std::span<const StraightLine> lines) {
    if (lines.empty()) return 0.0;
    if (lines.size() > kLinesMaxOfLens)
        return misconfigured(fmt::format("{} lines are too many; at most {}", lines.size(), kLinesMaxOfLens));
    for (std::size_t i = 0; i < lines.size(); ++i)
        TRY(check_line(picture, lines[i], i + 1));
    const auto cost = [&](double k1) {
        double sum = 1e-6 * k1 * k1;  // lines through the centre don't bend: they say nothing, and so do we
        for (const StraightLine& line : lines)
            sum += bend(picture, line, k1);
        return sum;
    };
    constexpr int kSteps = 100;
    constexpr double kStep = 2 * kDistortionMax / kSteps;
    double best = 0;
    for (int i = 0; i <= kSteps; ++i) {
        const double k1 = -kDistortionMax + kStep * i;
        if (cost(k1) < cost(best)) best = k1;
    }
    double low = best - kStep;
    double high = best + kStep;
    for (int i = 0; i < 40; ++i) {
        const double a = low + (high - low) * 0.382;
        const double b = low + (high - low) * 0.618;
        (cost(a) < cost(b) ? high : low) = cost(a) < cost(b) ? b : a;
    }
    best = (low + high) / 2;
    if (std::abs(best) > 0.98 * kDistortionMax)
        return misconfigured("the lines bend more than any lens bends them: are they straight in the shop?");
    return best;
}

}  // namespace vitrina::scene
