#include "scene/point_checks.h"

#include <algorithm>
#include <cmath>
#include <string>

#include <fmt/format.h>

#include "base/distance.h"

namespace vitrina::scene {
namespace {

constexpr double kApartPx = 4;  // nearer clicks are one
constexpr double kApartM = 0.05;
constexpr double kFlatness = 0.03;  // how far off a line points must be, as a share of its length

/// How far `c` is from the line of the two of the three that are furthest apart, as a share of that.
double off_line(Point a, Point b, Point c) {
    const double longest = std::max({distance(a, b), distance(b, c), distance(a, c)});
    return longest > 0 ? std::abs(side_of(a, b, c)) / (longest * longest) : 0;
}

template <typename Where>
bool is_flat(std::span<const PointPair> points, Where where) {
    for (std::size_t i = 0; i < points.size(); ++i)
        for (std::size_t j = i + 1; j < points.size(); ++j)
            for (std::size_t k = j + 1; k < points.size(); ++k)
                if (off_line(where(points[i]), where(points[j]), where(points[k])) > kFlatness) return false;
    return true;
}

/// Three of four on one line: the fourth alone can't tell the rest. Their numbers, or nothing.
template <typename Where>
std::string three_in_line(std::span<const PointPair> points, Where where) {
    for (std::size_t left_out = 0; left_out < points.size(); ++left_out) {
        std::vector<PointPair> rest(points.begin(), points.end());
        rest.erase(rest.begin() + static_cast<std::ptrdiff_t>(left_out));
        if (!is_flat(rest, where)) continue;
        return fmt::format("all points but {} lie on one line", left_out + 1);
    }
    return {};
}

Result<void> check_each(PictureSide picture, std::span<const PointPair> points) {
    for (std::size_t i = 0; i < points.size(); ++i) {
        const PointPair& pair = points[i];
        if (!std::isfinite(pair.place.x) || !std::isfinite(pair.place.y) || !std::isfinite(pair.pixel.x) ||
            !std::isfinite(pair.pixel.y))
            return misconfigured(fmt::format("point {} is not a number", i + 1));
        if (pair.pixel.x < 0 || pair.pixel.y < 0 || pair.pixel.x > picture.width ||
            pair.pixel.y > picture.height)
            return misconfigured(fmt::format("point {} is outside the picture of {:.0f} x {:.0f}", i + 1,
                                             picture.width, picture.height));
        for (std::size_t j = 0; j < i; ++j) {
            if (distance(pair.pixel, points[j].pixel) < kApartPx)
                return misconfigured(
                    fmt::format("points {} and {} are the same in the picture", j + 1, i + 1));
            if (distance(pair.place, points[j].place) < kApartM)
                return misconfigured(fmt::format("points {} and {} are the same on the plan", j + 1, i + 1));
        }
    }
    return {};
}

}  // namespace

Result<void> check_points(PictureSide picture, std::span<const PointPair> points) {
    if (!(picture.width >= 1 && picture.height >= 1))
        return misconfigured("the size of the picture is not known");
    if (points.size() < kPairsMin)
        return misconfigured(
            fmt::format("{} points are too few; at least {} on the floor, in the picture and "
                        "on the plan",
                        points.size(), kPairsMin));
    if (points.size() > kPairsMax)
        return misconfigured(fmt::format("{} points are too many; at most {}", points.size(), kPairsMax));
    TRY(check_each(picture, points));
    const auto pixel = [](const PointPair& pair) { return pair.pixel; };
    const auto place = [](const PointPair& pair) { return pair.place; };
    if (is_flat(points, place)) return misconfigured("all points lie on one line on the plan");
    if (is_flat(points, pixel)) return misconfigured("all points lie on one line in the picture");
    for (const std::string& reason : {three_in_line(points, place), three_in_line(points, pixel)})
        if (!reason.empty()) return misconfigured(reason + ": a second one off that line is needed");
    return {};
}

double extent_of(std::span<const PointPair> points) {
    double extent = 0;
    for (const PointPair& a : points)
        for (const PointPair& b : points)
            extent = std::max(extent, distance(a.place, b.place));
    return extent;
}

}  // namespace vitrina::scene
