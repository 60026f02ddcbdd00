#include "track/overlap.h"

#include <algorithm>

namespace vitrina::track {

Box grown(const Box& box, Point margin) {
    return {box.x - margin.x, box.y - margin.y, box.width + 2 * margin.x, box.height + 2 * margin.y};
}

double containment(const Box& a, const Box& b) {
    const double width = std::min(a.right(), b.right()) - std::max(a.x, b.x);
    const double height = std::min(a.bottom(), b.bottom()) - std::max(a.y, b.y);
    if (width <= 0 || height <= 0) return 0;
    return width * height / std::min(a.area(), b.area());
}

}  // namespace vitrina::track
