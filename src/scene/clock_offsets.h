// How far the clocks of cameras are from one another, from people whom two of them see at once: whoever walks
// is seen the further behind by a camera the later its stamps are. A deterministic function of what it takes;
// one thread.
//
// A camera's stamp is the true moment plus its offset o, so it sees at stamp t whoever moves at velocity v at
// x(t) - v o. Two cameras' places at one stamp differ by v (o_a - o_b), and by what their calibrations do to
// that part of the floor: the slope of the difference over the velocity, with an intercept, is the
// difference of offsets. People who walk in different directions tell the two apart; where all walk one way
// nothing is learnt. Offsets of all cameras are those that explain all pairs best (least squares), with a
// weak belief that each is near zero: only differences can be seen.
#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <map>
#include <utility>
#include <vector>

#include "base/geometry.h"
#include "base/time.h"

namespace vitrina::scene {

class ClockOffsets {
  public:
    /// Pairs that are known worse than this say nothing yet.
    static constexpr double kErrorMaxS = 0.05;
    /// What clocks that are looked after may be apart: more is not taken for an offset.
    static constexpr double kOffsetMaxS = 0.8;
    /// An offset is taken off by so much more or less each second: walks don't jump.
    static constexpr double kSlewSS = 0.02;
    /// Half of what was learnt is forgotten after so many looks of a pair: clocks drift.
    static constexpr double kMemoryLooks = 4000;

    struct Offset {
        std::size_t camera = 0;
        double offset_s = 0;  // its stamps are so much later than the mean of cameras'
        double error_s = 0;   // standard deviation; of the pair that knows it best
    };

    /// Where one camera alone sees a body's feet, at its own stamp. Those of one camera in the order of time.
    void see(std::size_t camera, std::int64_t body, SourceTime stamped, Point feet);
    void forget(std::int64_t body) { bodies_.erase(body); }
    /// Time goes on: offsets that are applied move towards what is known.
    void advance(SourceTime now);

    /// To be taken off the camera's stamps.
    [[nodiscard]] Duration offset(std::size_t camera) const;
    /// The largest that makes stamps earlier: pictures come so much later than their moments.
    [[nodiscard]] Duration lag() const;
    /// Of cameras of which something is known.
    [[nodiscard]] std::vector<Offset> known() const;

  private:
    struct Look {
        SourceTime at;
        Point feet;
    };
    /// Weighted sums over looks of a pair, fading.
    struct Pair {
        double weight = 0;
        Point velocity;
        Point apart;
        double velocity_squared = 0;
        double apart_squared = 0;
        double together = 0;  // of velocity and apart
        void add(Point v, Point d);
        /// o_a - o_b, and its standard deviation; infinite while nothing is known.
        [[nodiscard]] std::pair<double, double> difference() const;
    };

    void compare(std::size_t camera, const std::deque<Look>& own, std::size_t other,
                 const std::deque<Look>& others);
    void solve();

    std::map<std::int64_t, std::map<std::size_t, std::deque<Look>>> bodies_;
    std::map<std::pair<std::size_t, std::size_t>, Pair> pairs_;
    std::map<std::size_t, Offset> known_;
    std::map<std::size_t, double> applied_s_;
    SourceTime solved_{};
    SourceTime advanced_{};
};

}  // namespace vitrina::scene
