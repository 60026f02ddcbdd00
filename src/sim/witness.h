// What the shop sees of its simulated people: sightings at a steady rate, with errors; and, exactly, when
// each was in which zone. One thread; borrows everything.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "domain/plan.h"
#include "domain/sighting.h"
#include "sim/life.h"

namespace vitrina::sim {

struct ZoneStay {
    PersonId person = 0;
    std::size_t zone = 0;
    double begin_s = 0;
    double end_s = 0;
};

class Witness {
  public:
    struct Outputs {
        std::function<void(const Sighting&)> sighting;
        std::function<void(const ZoneStay&)> stay;
        /// Somebody is from now on seen under another number.
        std::function<void(PersonId person, PersonId seen_as, double at_s)> number;
    };
    Witness(const Plan& plan, const Behaviour& behaviour, std::uint64_t seed, Outputs outputs);

    /// Looks at everybody; moments grow.
    void look(const ShopLife& life, double at_s);
    /// Everybody has gone.
    void finish(double at_s);

  private:
    struct Memory {
        PersonId person = 0;  // whom it is about
        PersonId seen_as = 0;
        Point place;  // truly
        double last_s = 0;
        bool present = false;
        bool known_staff = true;
        Labels traits;
        Wander x, y;
        double hidden_until_s = 0;
        std::vector<char> inside;  // by zone
        std::vector<double> since_s;
    };

    void meet(const Agent& agent, Memory& memory, double at_s);
    void part(Memory& memory, double at_s);
    void move(const Agent& agent, const ShopLife& life, Memory& memory, double at_s);
    void watch_zones(Memory& memory, Point to, double at_s);
    void tell(const Agent& agent, Memory& memory, double at_s);
    [[nodiscard]] bool is_inside(std::size_t zone, Point place) const;

    const Plan& plan_;
    const Behaviour& behaviour_;
    Random random_;
    Outputs outputs_;
    std::vector<Box> bounds_;
    std::vector<Memory> memories_;  // by agent
    PersonId last_number_ = 0;
};

}  // namespace vitrina::sim
