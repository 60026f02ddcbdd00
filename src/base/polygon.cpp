#include "base/polygon.h"

#include <algorithm>

namespace vitrina {

Box bounds_of(const Polygon& polygon) {
    Point low = polygon.front();
    Point high = low;
    for (const Point& corner : polygon) {
        low = {std::min(low.x, corner.x), std::min(low.y, corner.y)};
        high = {std::max(high.x, corner.x), std::max(high.y, corner.y)};
    }
    return {low.x, low.y, high.x - low.x, high.y - low.y};
}

bool covers(const Box& box, Point place) {
    return place.x >= box.x && place.x <= box.right() && place.y >= box.y && place.y <= box.bottom();
}

Polygon scaled(const Polygon& polygon, double by) {
    Polygon result;
    result.reserve(polygon.size());
    for (const Point& corner : polygon)
        result.push_back({corner.x * by, corner.y * by});
    return result;
}

}  // namespace vitrina
