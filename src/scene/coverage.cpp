#include "scene/coverage.h"

#include <algorithm>
#include <cmath>
#include <deque>

#include "base/distance.h"

namespace vitrina::scene {
namespace {

constexpr double kCell = 0.5;         // m
constexpr double kCellsMax = 40'000;  // a larger shop has larger cells
constexpr double kUsualHeight = 1.7;  // m
constexpr double kVisible = 0.5;      // of a body: so much is found
constexpr double kHeightPxMin = 30;
constexpr double kDoorReach = 1.2;  // m
constexpr double kWalksOn = 1.5;    // m, before a track is sure

bool wall_between(const Plan& plan, Point from, Point to) {
    return std::any_of(plan.walls.begin(), plan.walls.end(), [&](const Wall& wall) {
        const auto share = crossing_of(from, to, wall.from, wall.to);
        if (!share) return false;
        const Point at = {from.x + *share * (to.x - from.x), from.y + *share * (to.y - from.y)};
        return std::none_of(plan.doors.begin(), plan.doors.end(), [&](const Door& door) {
            return distance_to_segment(at, door.from, door.to) < kCell;
        });
    });
}

}  // namespace

Coverage::Coverage(const Plan& plan, std::span<const BodyCamera* const> cameras) {
    const double width = std::max(1.0, plan.width_m);
    const double depth = std::max(1.0, plan.depth_m);
    cell_m_ = std::max(kCell, std::sqrt(width * depth / kCellsMax));
    columns_ = static_cast<std::size_t>(std::ceil(width / cell_m_));
    rows_ = static_cast<std::size_t>(std::ceil(depth / cell_m_));
    seen_.assign(columns_ * rows_, 0);
    free_.assign(columns_ * rows_, 1);
    for (std::size_t cell = 0; cell < seen_.size(); ++cell) {
        const Point place = middle_of(cell);
        if (std::any_of(plan.fixtures.begin(), plan.fixtures.end(),
                        [&](const Fixture& fixture) { return contains(fixture.polygon, place); })) {
            free_[cell] = 0;
            continue;
        }
        seen_[cell] = static_cast<std::uint8_t>(
            std::any_of(cameras.begin(), cameras.end(), [&](const BodyCamera* camera) {
                const auto view = camera->view(place, kUsualHeight);
                return view && view->visible >= kVisible && view->whole.height >= kHeightPxMin;
            }));
    }
    find_zone(plan, DoorUse::kEntrance, entrance_);
    find_zone(plan, DoorUse::kStaff, staff_);
}

void Coverage::find_zone(const Plan& plan, DoorUse use, Zone& zone) const {
    std::deque<std::size_t> open;
    std::vector<std::uint8_t> reached(seen_.size(), 0);
    std::vector<std::size_t> first;
    bool any = false;
    for (const Door& door : plan.doors) {
        if (door.use != use) continue;
        any = true;
        for (std::size_t cell = 0; cell < seen_.size(); ++cell)
            if (reached[cell] == 0 &&
                distance_to_segment(middle_of(cell), door.from, door.to) <= kDoorReach) {
                reached[cell] = 1;
                open.push_back(cell);
            }
    }
    if (!any) return;
    // On through what nobody sees, up to what somebody does.
    while (!open.empty()) {
        const std::size_t cell = open.front();
        open.pop_front();
        if (seen_[cell] != 0) {
            first.push_back(cell);
            continue;
        }
        for (const std::size_t next : beside(cell)) {
            if (reached[next] != 0 || free_[next] == 0 ||
                wall_between(plan, middle_of(cell), middle_of(next)))
                continue;
            reached[next] = 1;
            open.push_back(next);
        }
    }
    zone.cells.assign(seen_.size(), 0);
    for (const std::size_t from : first)
        for (std::size_t cell = 0; cell < seen_.size(); ++cell)
            if (zone.cells[cell] == 0 && free_[cell] != 0 &&
                distance(middle_of(from), middle_of(cell)) <= kWalksOn)
                zone.cells[cell] = 1;
    const auto count = std::count(zone.cells.begin(), zone.cells.end(), 1);
    zone.area_m2 = std::max(1.0, static_cast<double>(count) * cell_m_ * cell_m_);
}

std::vector<std::size_t> Coverage::beside(std::size_t cell) const {
    std::vector<std::size_t> cells;
    cells.reserve(4);
    const std::size_t column = cell % columns_;
    const std::size_t row = cell / columns_;
    if (column > 0) cells.push_back(cell - 1);
    if (column + 1 < columns_) cells.push_back(cell + 1);
    if (row > 0) cells.push_back(cell - columns_);
    if (row + 1 < rows_) cells.push_back(cell + columns_);
    return cells;
}

const Coverage::Zone& Coverage::zone_of(DoorUse use) const {
    if (use == DoorUse::kEntrance) return entrance_;
    return use == DoorUse::kStaff ? staff_ : none_;
}

bool Coverage::is_first_seen(DoorUse use, Point place) const {
    const Zone& zone = zone_of(use);
    return !zone.cells.empty() && zone.cells[cell_of(place)] != 0;
}

double Coverage::first_seen_m2(DoorUse use) const {
    return std::max(1.0, zone_of(use).area_m2);
}

std::size_t Coverage::cell_of(Point place) const {
    const auto at = [&](double value, std::size_t count) {
        return static_cast<std::size_t>(
            std::clamp(std::floor(value / cell_m_), 0.0, static_cast<double>(count - 1)));
    };
    return at(place.y, rows_) * columns_ + at(place.x, columns_);
}

Point Coverage::middle_of(std::size_t cell) const {
    const std::size_t row = cell / columns_;
    return {(static_cast<double>(cell % columns_) + 0.5) * cell_m_,
            (static_cast<double>(row) + 0.5) * cell_m_};
}

}  // namespace vitrina::scene
