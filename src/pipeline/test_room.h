// A room with two cameras that both see all of it, and people who walk through it by a timetable: what the
// cameras' networks would see. For tests.
#pragma once

#include <cstddef>
#include <random>
#include <vector>

#include "domain/detection.h"
#include "domain/plan.h"
#include "scene/body_view.h"

namespace vitrina::pipeline {

/// 8 x 6 m; an entrance in the lower wall with the line "door" before it (in is upwards), and the zone "till"
/// in the upper right corner. Its cameras are "left" and "right".
[[nodiscard]] Plan test_room();

struct Step {
    double at_s = 0;
    Point place;  // m
};

/// Somebody who is where the straight line between two steps is, and nowhere before the first and after the
/// last.
using Way = std::vector<Step>;

/// In by the door at `at_s`, 4 s at the till, out again at `at_s` + 16.
[[nodiscard]] Way to_the_till(double at_s);

class TestRoom {
  public:
    explicit TestRoom(std::vector<Way> ways, unsigned seed = 1);

    /// Boxes in pixels of the calibration's picture, with edges that tremble.
    [[nodiscard]] std::vector<Detection> seen(std::size_t camera, double at_s);
    [[nodiscard]] const Plan& plan() const { return plan_; }

  private:
    Plan plan_ = test_room();
    std::vector<scene::BodyCamera> cameras_;
    std::vector<Way> ways_;
    std::mt19937 random_;
};

}  // namespace vitrina::pipeline
