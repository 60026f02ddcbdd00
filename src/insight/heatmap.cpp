#include "insight/heatmap.h"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <numeric>

namespace vitrina::insight {
namespace {

/// 2 MB of cells; a picture has to be more than 28 times as high as wide to need more of them. One of a
/// single pixel's width would have millions.
constexpr double kCellsMax = 512.0 * 512.0;

/// Fewer than wanted where square cells would be too many.
int columns_within(double width, double height, int wanted) {
    const double most = std::floor(std::sqrt(kCellsMax * width / height));
    return most < wanted ? std::max(1, static_cast<int>(most)) : wanted;
}

}  // namespace

HeatMap::HeatMap(double width, double height, const HeatMapOptions& options)
    : width_(width),
      height_(height),
      columns_(columns_within(width, height, options.columns)),
      gap_max_(options.gap_max) {
    VITRINA_ASSERT(width > 0 && height > 0 && options.columns > 0);
    cell_ = width / columns_;
    rows_ = std::max(1, static_cast<int>(std::ceil(height / cell_ - 1e-9)));
    microseconds_.resize(static_cast<std::size_t>(columns_) * static_cast<std::size_t>(rows_));
}

void HeatMap::observe(const Sighting& sighting) {
    const auto [entry, is_first] = last_.try_emplace(sighting.person, Last{sighting.at, sighting.place});
    if (is_first) return;
    const Last before = entry->second;
    const Duration gap = sighting.at - before.at;
    if (gap <= Duration{}) return;
    entry->second = {sighting.at, sighting.place};
    if (gap > gap_max_) {
        add(before.place, gap_max_ / 2);
        add(sighting.place, gap_max_ - gap_max_ / 2);
        return;
    }
    // Evenly along the way, so that a walk leaves the same trace at any frame rate.
    const Point way{sighting.place.x - before.place.x, sighting.place.y - before.place.y};
    const double cells = std::min(std::hypot(way.x, way.y) / cell_, static_cast<double>(columns_ + rows_));
    const auto steps = static_cast<std::int64_t>(std::ceil(2 * cells)) + 1;
    for (std::int64_t i = 0; i < steps; ++i) {
        const double share = (static_cast<double>(i) + 0.5) / static_cast<double>(steps);
        const Duration part = gap * (i + 1) / steps - gap * i / steps;
        add({before.place.x + share * way.x, before.place.y + share * way.y}, part);
    }
}

void HeatMap::add(Point place, Duration time) {
    const auto index = [this](double at, int count) {
        return static_cast<std::size_t>(std::clamp(std::floor(at / cell_), 0.0, count - 1.0));
    };
    microseconds_[index(place.y, rows_) * static_cast<std::size_t>(columns_) + index(place.x, columns_)] +=
        time.count();
}

Duration HeatMap::time_in(int column, int row) const {
    VITRINA_ASSERT(column >= 0 && column < columns_ && row >= 0 && row < rows_);
    return Duration(microseconds_[static_cast<std::size_t>(row) * static_cast<std::size_t>(columns_) +
                                  static_cast<std::size_t>(column)]);
}

Duration HeatMap::total() const {
    return Duration(std::accumulate(microseconds_.begin(), microseconds_.end(), std::int64_t{0}));
}

std::vector<double> HeatMap::seconds() const {
    std::vector<double> result;
    result.reserve(microseconds_.size());
    for (const std::int64_t time : microseconds_)
        result.push_back(static_cast<double>(time) * 1e-6);
    return result;
}

std::vector<HeatMap::Cell> HeatMap::take() {
    std::vector<Cell> cells;
    for (int row = 0; row < rows_; ++row)
        for (int column = 0; column < columns_; ++column)
            if (const Duration time = time_in(column, row); time > Duration{})
                cells.push_back({column, row, time});
    std::fill(microseconds_.begin(), microseconds_.end(), 0);
    return cells;
}

}  // namespace vitrina::insight
