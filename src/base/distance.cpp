#include "base/distance.h"

#include <algorithm>
#include <cmath>
#include <limits>

namespace vitrina {

double distance(Point a, Point b) {
    return std::hypot(a.x - b.x, a.y - b.y);
}

double distance_to_segment(Point point, Point a, Point b) {
    const double length = distance(a, b);
    if (length < 1e-9) return distance(point, a);
    const double share = std::clamp(
        ((point.x - a.x) * (b.x - a.x) + (point.y - a.y) * (b.y - a.y)) / (length * length), 0.0, 1.0);
    return distance(point, {a.x + share * (b.x - a.x), a.y + share * (b.y - a.y)});
}

double distance_to_edge(Point point, const Polygon& polygon) {
    double nearest = std::numeric_limits<double>::infinity();
    for (std::size_t i = 0; i < polygon.size(); ++i)
        nearest =
            std::min(nearest, distance_to_segment(point, polygon[i], polygon[(i + 1) % polygon.size()]));
    return nearest;
}

double distance_to_polygon(Point point, const Polygon& polygon) {
    return contains(polygon, point) ? 0 : distance_to_edge(point, polygon);
}

}  // namespace vitrina
