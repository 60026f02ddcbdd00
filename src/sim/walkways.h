// Where people can walk in a shop, and how they get from one place to another. Immutable once made.
#pragma once

#include <cstddef>
#include <vector>

#include "base/geometry.h"
#include "domain/plan.h"
#include "sim/random.h"

namespace vitrina::sim {

class Walkways {
  public:
    explicit Walkways(const Plan& plan);

    [[nodiscard]] bool is_free(Point place) const;
    /// Corners of a way, the end last; straight when there is none.
    [[nodiscard]] std::vector<Point> way(Point from, Point to) const;
    /// A place to stop at: mostly before a fixture.
    [[nodiscard]] Point stop(Random& random) const;
    /// The free place nearest to this one.
    [[nodiscard]] Point nearest_free(Point place) const;

  private:
    [[nodiscard]] std::size_t cell_of(Point place) const;
    [[nodiscard]] Point middle_of(std::size_t cell) const;
    [[nodiscard]] bool sees(Point from, Point to) const;
    [[nodiscard]] std::vector<std::size_t> cells_between(std::size_t from, std::size_t to) const;

    double width_m_;
    double depth_m_;
    std::size_t columns_;
    std::size_t rows_;
    std::vector<char> free_;  // by cell
    std::vector<std::size_t> anywhere_;
    std::vector<std::size_t> at_fixtures_;
};

}  // namespace vitrina::sim
