// The floor plan in small squares: which zones, which fixture near by, whether anybody can stand there; so
// that a place costs one look. Immutable; any thread.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "base/geometry.h"
#include "domain/plan.h"

namespace vitrina::insight {

class FloorRaster {
  public:
    static constexpr std::uint16_t kNoFixture = 0xffff;
    static constexpr double kCellM = 0.25;

    struct Square {
        std::uint64_t zones = 0;             // a bit for each of the plan's zones: there are at most 64
        std::uint16_t fixture = kNoFixture;  // the nearest within reach
        bool floor = true;                   // not inside a fixture
    };

    /// `reach_m`: how near to a fixture one is at it.
    FloorRaster(const Plan& plan, double reach_m);

    [[nodiscard]] const Square& at(Point place) const { return squares_[index(place)]; }
    [[nodiscard]] std::size_t index(Point place) const;
    [[nodiscard]] std::size_t columns() const { return columns_; }
    [[nodiscard]] std::size_t rows() const { return rows_; }
    [[nodiscard]] const std::vector<Square>& squares() const { return squares_; }
    [[nodiscard]] Point middle(std::size_t index) const;

  private:
    std::size_t columns_;
    std::size_t rows_;
    std::vector<Square> squares_;
};

}  // namespace vitrina::insight
