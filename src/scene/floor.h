// The plan as fusion asks it: how far it is from one place to another when walls are in the way, and which
// door is near. Immutable; any thread.
#pragma once

#include <optional>
#include <vector>

#include "domain/plan.h"

namespace vitrina::scene {

class Floor {
  public:
    explicit Floor(const Plan& plan);

    /// Metres on foot: straight where no wall is between, else through the nearest gaps; fixtures are walked
    /// round and not counted.
    [[nodiscard]] double way_m(Point from, Point to) const;
    [[nodiscard]] bool wall_between(Point from, Point to) const;
    /// Whether a door of this use is within `reach_m`.
    [[nodiscard]] bool at_door(DoorUse use, Point place, double reach_m) const;
    /// Whether who walks from the one to the other leaves through an entrance in the plan's edge, or is about
    /// to. Of entrances inside the plan nobody knows which side is out.
    [[nodiscard]] bool goes_out(Point from, Point to) const;
    [[nodiscard]] bool has_entrance() const { return has_entrance_; }
    [[nodiscard]] bool is_on_plan(Point place, double margin_m) const;
    [[nodiscard]] double area_m2() const { return area_m2_; }

  private:
    std::vector<Wall> walls_;  // without the gaps of doors
    std::vector<Door> doors_;
    std::vector<Point> gaps_;                      // middles of inner doors
    std::vector<std::vector<double>> gap_to_gap_;  // m
    bool has_entrance_ = false;
    double width_m_ = 0;
    double depth_m_ = 0;
    double area_m2_ = 1;
};

}  // namespace vitrina::scene
