#include "sim/walkways.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <queue>

#include "base/distance.h"

namespace vitrina::sim {
namespace {

constexpr double kCell = 0.25;          // m
constexpr double kBody = 0.25;          // m that people keep from walls and fixtures
constexpr double kBeforeFixture = 0.9;  // m: who looks at goods stands this near
constexpr double kAtFixtureShare = 0.8;

}  // namespace

Walkways::Walkways(const Plan& plan)
    : width_m_(plan.width_m),
      depth_m_(plan.depth_m),
      columns_(static_cast<std::size_t>(std::ceil(plan.width_m / kCell))),
      rows_(static_cast<std::size_t>(std::ceil(plan.depth_m / kCell))),
      free_(columns_ * rows_, 1) {
    for (std::size_t cell = 0; cell < free_.size(); ++cell) {
        const Point place = middle_of(cell);
        const bool in_door = std::any_of(plan.doors.begin(), plan.doors.end(), [&](const Door& door) {
            return distance_to_segment(place, door.from, door.to) < 2 * kBody;
        });
        double to_fixture = std::numeric_limits<double>::infinity();
        for (const Fixture& fixture : plan.fixtures)
            to_fixture = std::min(to_fixture, distance_to_polygon(place, fixture.polygon));
        const bool at_wall = std::any_of(plan.walls.begin(), plan.walls.end(), [&](const Wall& wall) {
            return distance_to_segment(place, wall.from, wall.to) < kBody;
        });
        free_[cell] = static_cast<char>(to_fixture >= kBody && (in_door || !at_wall));
        if (free_[cell] == 0) continue;
        anywhere_.push_back(cell);
        if (to_fixture < kBeforeFixture) at_fixtures_.push_back(cell);
    }
}

std::size_t Walkways::cell_of(Point place) const {
    const auto at = [](double value, std::size_t count) {
        const double cell = std::clamp(std::floor(value / kCell), 0.0, static_cast<double>(count - 1));
        return static_cast<std::size_t>(cell);
    };
    return at(place.y, rows_) * columns_ + at(place.x, columns_);
}

Point Walkways::middle_of(std::size_t cell) const {
    const std::size_t row = cell / columns_;
    return {(static_cast<double>(cell % columns_) + 0.5) * kCell, (static_cast<double>(row) + 0.5) * kCell};
}

bool Walkways::is_free(Point place) const {
    return place.x >= 0 && place.y >= 0 && place.x <= width_m_ && place.y <= depth_m_ &&
           free_[cell_of(place)] != 0;
}

Point Walkways::nearest_free(Point place) const {
    if (is_free(place) || anywhere_.empty()) return place;
    const auto nearer = [&](std::size_t a, std::size_t b) {
        return distance(middle_of(a), place) < distance(middle_of(b), place);
    };
    return middle_of(*std::min_element(anywhere_.begin(), anywhere_.end(), nearer));
}

Point Walkways::stop(Random& random) const {
    const bool before = !at_fixtures_.empty() && random.chance(kAtFixtureShare);
    const std::vector<std::size_t>& cells = before ? at_fixtures_ : anywhere_;
    return cells.empty() ? Point{width_m_ / 2, depth_m_ / 2} : middle_of(cells[random.below(cells.size())]);
}

bool Walkways::sees(Point from, Point to) const {
    const auto steps = static_cast<int>(std::ceil(distance(from, to) / (kCell / 2)));
    for (int i = 0; i <= steps; ++i) {
        const double share = steps == 0 ? 0 : static_cast<double>(i) / steps;
        if (!is_free({from.x + share * (to.x - from.x), from.y + share * (to.y - from.y)})) return false;
    }
    return true;
}

std::vector<std::size_t> Walkways::cells_between(std::size_t from, std::size_t to) const {
    constexpr auto kNone = std::numeric_limits<std::size_t>::max();
    std::vector<double> cost(free_.size(), std::numeric_limits<double>::infinity());
    std::vector<std::size_t> before(free_.size(), kNone);
    using Entry = std::pair<double, std::size_t>;
    std::priority_queue<Entry, std::vector<Entry>, std::greater<>> queue;
    cost[from] = 0;
    queue.emplace(0, from);
    while (!queue.empty()) {
        const std::size_t cell = queue.top().second;
        queue.pop();
        if (cell == to) break;
        const auto column = static_cast<std::ptrdiff_t>(cell % columns_);
        const auto row = static_cast<std::ptrdiff_t>(cell / columns_);
        for (std::ptrdiff_t by_y = -1; by_y <= 1; ++by_y) {
            for (std::ptrdiff_t by_x = -1; by_x <= 1; ++by_x) {
                const std::ptrdiff_t x = column + by_x;
                const std::ptrdiff_t y = row + by_y;
                if (x < 0 || y < 0 || x >= static_cast<std::ptrdiff_t>(columns_) ||
                    y >= static_cast<std::ptrdiff_t>(rows_))
                    continue;
                const auto next = static_cast<std::size_t>(y) * columns_ + static_cast<std::size_t>(x);
                const double along = cost[cell] + (by_x != 0 && by_y != 0 ? 1.4142 : 1);
                if (free_[next] == 0 || along >= cost[next]) continue;
                cost[next] = along;
                before[next] = cell;
                queue.emplace(along + distance(middle_of(next), middle_of(to)) / kCell, next);
            }
        }
    }
    std::vector<std::size_t> cells;
    for (std::size_t cell = to; cell != kNone; cell = before[cell])
        cells.push_back(cell);
    std::reverse(cells.begin(), cells.end());
    return cells;
}

std::vector<Point> Walkways::way(Point from, Point to) const {
    const std::vector<std::size_t> cells =
        cells_between(cell_of(nearest_free(from)), cell_of(nearest_free(to)));
    std::vector<Point> corners;
    Point here = from;
    for (std::size_t i = 0; i + 1 < cells.size(); ++i) {
        if (sees(here, middle_of(cells[i + 1]))) continue;
        here = middle_of(cells[i]);
        corners.push_back(here);
    }
    corners.push_back(to);
    return corners;
}

}  // namespace vitrina::sim
