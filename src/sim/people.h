// The people of a simulated shop: who is where, from moment to moment. One thread; borrows the shop.
#pragma once

#include <cstdint>
#include <deque>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "base/geometry.h"
#include "sim/random.h"
#include "sim/shop.h"
#include "sim/walkways.h"

namespace vitrina::sim {

struct Body {
    std::int64_t person = 0;  // from 1; who comes back has the same
    Point place;              // m
    double height_m = 1.7;
    bool is_staff = false;
};

/// Somebody went through a door.
struct Passage {
    std::int64_t person = 0;
    std::string door;
    bool in = true;
    double at_s = 0;
    bool is_staff = false;
    bool again = false;  // was here before
};

class People {
  public:
    People(const Shop& shop, std::uint64_t seed);

    /// The next moment.
    void step(double seconds);
    /// Who is in the shop now.
    [[nodiscard]] std::vector<Body> bodies() const;
    /// What happened since it was last asked.
    [[nodiscard]] std::vector<Passage> take_passages() { return std::exchange(passages_, {}); }

  private:
    enum class Doing : std::uint8_t { kWalking, kStopping, kLeaving, kAway, kGone };

    struct Agent {
        std::int64_t person = 0;
        bool is_staff = false;
        double height_m = 1.7;
        double speed_m_s = 1.1;
        Doing doing = Doing::kWalking;
        Point place;
        std::deque<Point> way;
        double until_s = 0;  // stops, or is away
        int stops_left = 0;
        bool comes_back = false;
        std::size_t door = 0;
        std::optional<std::size_t> leader;  // by its place in agents_
        Point beside;                       // m, where from the leader
    };

    void arrive();
    void add_staff();
    [[nodiscard]] Agent newcomer(std::size_t door);
    void enter(Agent& agent, bool again);
    void leave(Agent& agent);
    void act(Agent& agent, double seconds);
    void follow(Agent& agent, double seconds);
    void decide(Agent& agent);
    void go_to(Agent& agent, Point place);
    void keep_apart();
    void pass(const Agent& agent, bool in, bool again);
    [[nodiscard]] Point door_place(std::size_t door) const;

    const Shop& shop_;
    Walkways walkways_;
    Random random_;
    std::vector<std::size_t> entrances_;
    std::vector<std::size_t> staff_doors_;
    std::vector<Agent> agents_;
    std::vector<Passage> passages_;
    double now_s_ = 0;
    double next_arrival_s_ = 0;
    std::int64_t last_person_ = 0;
};

}  // namespace vitrina::sim
