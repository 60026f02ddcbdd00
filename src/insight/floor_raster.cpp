#include "insight/floor_raster.h"

#include <algorithm>
#include <cmath>

#include "base/distance.h"

namespace vitrina::insight {
FloorRaster::FloorRaster(const Plan& plan, double reach_m)
    : columns_(static_cast<std::size_t>(std::ceil(plan.width_m / kCellM))),
      rows_(static_cast<std::size_t>(std::ceil(plan.depth_m / kCellM))),
      squares_(columns_ * rows_) {
    for (std::size_t i = 0; i < squares_.size(); ++i) {
        Square& square = squares_[i];
        const Point place = middle(i);
        for (std::size_t zone = 0; zone < plan.zones.size(); ++zone)
            if (contains(plan.zones[zone].polygon, place)) square.zones |= std::uint64_t{1} << zone;
        double nearest = reach_m;
        for (std::size_t k = 0; k < plan.fixtures.size(); ++k) {
            const double away = distance_to_polygon(place, plan.fixtures[k].polygon);
            if (away <= 0) square.floor = false;
            if (away >= nearest) continue;
            nearest = away;
            square.fixture = static_cast<std::uint16_t>(k);
        }
    }
}

std::size_t FloorRaster::index(Point place) const {
    const auto cell = [](double value, std::size_t count) {
        return static_cast<std::size_t>(std::clamp(value / kCellM, 0.0, static_cast<double>(count - 1)));
    };
    return cell(place.y, rows_) * columns_ + cell(place.x, columns_);
}

Point FloorRaster::middle(std::size_t index) const {
    const std::size_t row = index / columns_;
    return {(static_cast<double>(index % columns_) + 0.5) * kCellM,
            (static_cast<double>(row) + 0.5) * kCellM};
}

}  // namespace vitrina::insight
