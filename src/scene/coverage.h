// What the cameras of a plan see of its floor, and where somebody who comes through a door is seen first: at
// the door, or where he comes out of what no camera sees. Immutable; any thread.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "domain/plan.h"
#include "scene/body_view.h"

namespace vitrina::scene {

class Coverage {
  public:
    Coverage(const Plan& plan, std::span<const BodyCamera* const> cameras);

    /// Whether somebody who came through a door of this use may be seen here first.
    [[nodiscard]] bool is_first_seen(DoorUse use, Point place) const;
    /// How much floor that is, m^2.
    [[nodiscard]] double first_seen_m2(DoorUse use) const;
    [[nodiscard]] bool has(DoorUse use) const { return !zone_of(use).cells.empty(); }

  private:
    struct Zone {
        std::vector<std::uint8_t> cells;  // by cell; empty: no such door
        double area_m2 = 0;
    };
    [[nodiscard]] const Zone& zone_of(DoorUse use) const;
    [[nodiscard]] std::size_t cell_of(Point place) const;
    [[nodiscard]] Point middle_of(std::size_t cell) const;
    [[nodiscard]] std::vector<std::size_t> beside(std::size_t cell) const;
    void find_zone(const Plan& plan, DoorUse use, Zone& zone) const;

    double cell_m_ = 0.5;
    std::size_t columns_ = 1;
    std::size_t rows_ = 1;
    std::vector<std::uint8_t> seen_;  // by cell
    std::vector<std::uint8_t> free_;  // nothing stands there
    Zone entrance_;
    Zone staff_;
    Zone none_;
};

}  // namespace vitrina::scene
