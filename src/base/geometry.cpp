#include "base/geometry.h"

#include <algorithm>
#include <cstddef>

namespace vitrina {
namespace {

double cross(Point origin, Point a, Point b) {
    return (a.x - origin.x) * (b.y - origin.y) - (a.y - origin.y) * (b.x - origin.x);
}

bool on_segment(Point a, Point b, Point point) {
    return cross(a, b, point) == 0 && std::min(a.x, b.x) <= point.x && point.x <= std::max(a.x, b.x) &&
           std::min(a.y, b.y) <= point.y && point.y <= std::max(a.y, b.y);
}

bool meet(Point a, Point b, Point c, Point d) {
    return crossing_of(a, b, c, d) || on_segment(a, b, c) || on_segment(a, b, d) || on_segment(c, d, a) ||
           on_segment(c, d, b);
}

/// Whether two edges that don't follow one another meet.
bool crosses_itself(const Polygon& polygon) {
    const std::size_t count = polygon.size();
    for (std::size_t i = 0; i + 2 < count; ++i) {
        for (std::size_t k = i + 2; k < count; ++k) {
            const bool neighbours = i == 0 && k + 1 == count;
            if (!neighbours && meet(polygon[i], polygon[i + 1], polygon[k], polygon[(k + 1) % count]))
                return true;
        }
    }
    return false;
}

/// Whether an edge goes back over the one before it.
bool has_spike(const Polygon& polygon) {
    const std::size_t count = polygon.size();
    for (std::size_t i = 0; i < count; ++i) {
        const Point a = polygon[i];
        const Point b = polygon[(i + 1) % count];
        const Point c = polygon[(i + 2) % count];
        const double onward = (b.x - a.x) * (c.x - b.x) + (b.y - a.y) * (c.y - b.y);
        if (cross(a, b, c) == 0 && onward < 0) return true;
    }
    return false;
}

}  // namespace

double iou(const Box& a, const Box& b) {
    const double width = std::min(a.right(), b.right()) - std::max(a.x, b.x);
    const double height = std::min(a.bottom(), b.bottom()) - std::max(a.y, b.y);
    if (width <= 0 || height <= 0) return 0;
    const double shared = width * height;
    return shared / (a.area() + b.area() - shared);
}

Box clip(const Box& box, double width, double height) {
    const double left = std::clamp(box.x, 0.0, width);
    const double top = std::clamp(box.y, 0.0, height);
    const double right = std::clamp(box.right(), left, width);
    const double bottom = std::clamp(box.bottom(), top, height);
    return {left, top, right - left, bottom - top};
}

bool contains(const Polygon& polygon, Point point) {
    // Ray casting with the edge counted as inside: called for each person, zone and frame.
    bool inside = false;
    for (std::size_t i = 0, j = polygon.size() - 1; i < polygon.size(); j = i++) {
        const Point& a = polygon[i];
        const Point& b = polygon[j];
        if (on_segment(a, b, point)) return true;
        if ((a.y > point.y) != (b.y > point.y) && point.x < (b.x - a.x) * (point.y - a.y) / (b.y - a.y) + a.x)
            inside = !inside;
    }
    return inside;
}

std::optional<std::string> why_invalid(const Polygon& polygon) {
    std::vector<Point> distinct;
    for (const Point& point : polygon)
        if (std::find(distinct.begin(), distinct.end(), point) == distinct.end()) distinct.push_back(point);
    if (distinct.size() < 3) return "needs at least three different corners";
    if (distinct.size() < polygon.size()) return "names a corner twice";
    if (has_spike(polygon)) return "has no area or a spike";
    if (crosses_itself(polygon)) return "crosses itself";
    return std::nullopt;
}

double side_of(Point from, Point to, Point point) {
    return cross(from, to, point);
}

std::optional<double> crossing_of(Point a, Point b, Point c, Point d) {
    const double side_c = cross(a, b, c);
    const double side_d = cross(a, b, d);
    const double side_a = cross(c, d, a);
    const double side_b = cross(c, d, b);
    if (side_a == side_b) return std::nullopt;  // parallel
    const bool ends_apart = (side_c <= 0 && side_d >= 0) || (side_c >= 0 && side_d <= 0);
    const bool way_crosses = (side_a <= 0 && side_b >= 0) || (side_a >= 0 && side_b <= 0);
    if (!ends_apart || !way_crosses) return std::nullopt;
    return side_a / (side_a - side_b);
}

}  // namespace vitrina
