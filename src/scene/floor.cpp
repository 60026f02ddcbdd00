#include "scene/floor.h"

#include <algorithm>

#include "base/distance.h"

namespace vitrina::scene {
namespace {

constexpr double kWayMax = 1e4;  // m: there is none
constexpr double kStep = 0.4;    // m: who is so near a door and walks towards it goes out
constexpr double kJamb = 0.3;    // m: places beside a door may be in it

bool in_door(const Door& door, Point place) {
    return distance_to_segment(place, door.from, door.to) < 0.3;
}

}  // namespace

Floor::Floor(const Plan& plan)
    : walls_(plan.walls),
      doors_(plan.doors),
      width_m_(plan.width_m),
      depth_m_(plan.depth_m),
      area_m2_(std::max(1.0, plan.width_m * plan.depth_m)) {
    for (const Door& door : doors_) {
        if (door.use == DoorUse::kEntrance) has_entrance_ = true;
        if (door.use == DoorUse::kInner)
            gaps_.push_back({(door.from.x + door.to.x) / 2, (door.from.y + door.to.y) / 2});
    }
    const std::size_t count = gaps_.size();
    gap_to_gap_.assign(count, std::vector<double>(count, kWayMax));
    for (std::size_t i = 0; i < count; ++i)
        for (std::size_t j = 0; j < count; ++j)
            if (!wall_between(gaps_[i], gaps_[j])) gap_to_gap_[i][j] = distance(gaps_[i], gaps_[j]);
    for (std::size_t by = 0; by < count; ++by)
        for (std::size_t i = 0; i < count; ++i)
            for (std::size_t j = 0; j < count; ++j)
                gap_to_gap_[i][j] = std::min(gap_to_gap_[i][j], gap_to_gap_[i][by] + gap_to_gap_[by][j]);
}

bool Floor::wall_between(Point from, Point to) const {
    return std::any_of(walls_.begin(), walls_.end(), [&](const Wall& wall) {
        const auto share = crossing_of(from, to, wall.from, wall.to);
        if (!share || *share < 1e-3 || *share > 1 - 1e-3) return false;
        const Point at = {from.x + *share * (to.x - from.x), from.y + *share * (to.y - from.y)};
        return std::none_of(doors_.begin(), doors_.end(),
                            [&](const Door& door) { return in_door(door, at); });
    });
}

double Floor::way_m(Point from, Point to) const {
    if (!wall_between(from, to)) return distance(from, to);
    double best = kWayMax;
    for (std::size_t i = 0; i < gaps_.size(); ++i) {
        if (wall_between(from, gaps_[i])) continue;
        for (std::size_t j = 0; j < gaps_.size(); ++j)
            if (!wall_between(gaps_[j], to))
                best = std::min(best, distance(from, gaps_[i]) + gap_to_gap_[i][j] + distance(gaps_[j], to));
    }
    // A plan with walls and no gap in them is drawn incompletely: people get there all the same.
    return best < kWayMax ? best : 2 * distance(from, to);
}

bool Floor::is_on_plan(Point place, double margin_m) const {
    return place.x >= -margin_m && place.y >= -margin_m && place.x <= width_m_ + margin_m &&
           place.y <= depth_m_ + margin_m;
}

bool Floor::goes_out(Point from, Point to) const {
    const double way = distance(from, to);
    if (way < 1e-3) return false;
    const auto beyond = [](Point a, Point b, double length, double by) {
        return Point{b.x + (b.x - a.x) / length * by, b.y + (b.y - a.y) / length * by};
    };
    const Point end = beyond(from, to, way, kStep);
    if (is_on_plan(end, 0)) return false;
    if (at_door(DoorUse::kEntrance, from, kStep)) return true;
    return std::any_of(doors_.begin(), doors_.end(), [&](const Door& door) {
        const double width = distance(door.from, door.to);
        if (door.use != DoorUse::kEntrance || width < 1e-3) return false;
        return crossing_of(from, end, beyond(door.to, door.from, width, kJamb),
                           beyond(door.from, door.to, width, kJamb))
            .has_value();
    });
}

bool Floor::at_door(DoorUse use, Point place, double reach_m) const {
    return std::any_of(doors_.begin(), doors_.end(), [&](const Door& door) {
        return door.use == use && distance_to_segment(place, door.from, door.to) <= reach_m;
    });
}

}  // namespace vitrina::scene
