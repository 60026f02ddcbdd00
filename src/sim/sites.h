// The places of a simulated shop between which people go, and the ways between them, found once and kept.
// One thread; copies of a Life share it.
#pragma once

#include <cstddef>
#include <map>
#include <string>
#include <unordered_map>
#include <vector>

#include "base/geometry.h"
#include "base/result.h"
#include "domain/plan.h"
#include "sim/behaviour.h"
#include "sim/walkways.h"

namespace vitrina::sim {

using Spot = std::size_t;  // a place where people stand

struct TillSite {
    std::string till;
    std::vector<Spot> slots;  // of the queue, from its head
    Spot service = 0;
    Spot cashier = 0;
};

class Sites {
  public:
    /// Fails when the behaviour names what the plan doesn't have, or a till has no queue or service zone.
    [[nodiscard]] static Result<Sites> create(const Plan& plan, const Behaviour& behaviour);

    [[nodiscard]] Point place(Spot spot) const { return places_[spot]; }
    [[nodiscard]] bool is_free(Point place) const { return walkways_.is_free(place); }
    [[nodiscard]] Point nearest_free(Point place) const { return walkways_.nearest_free(place); }
    /// Corners from one spot to another, the first and the last included.
    [[nodiscard]] const std::vector<Point>& way(Spot from, Spot to);

    /// Before a fixture, by the number of its interest.
    [[nodiscard]] const std::vector<Spot>& at_interest(std::size_t interest) const {
        return interests_[interest];
    }
    [[nodiscard]] std::size_t interests() const { return interests_.size(); }
    [[nodiscard]] const std::vector<TillSite>& tills() const { return tills_; }
    [[nodiscard]] const std::vector<Spot>& entrances() const { return entrances_; }
    [[nodiscard]] const std::vector<Spot>& staff_doors() const { return staff_doors_; }
    [[nodiscard]] const std::vector<std::string>& entrance_names() const { return entrance_names_; }

  private:
    explicit Sites(const Plan& plan) : walkways_(plan) {}
    Spot add(Point place);
    void add_doors(const Plan& plan);
    [[nodiscard]] Result<void> add_interests(const Plan& plan, const Behaviour& behaviour);
    [[nodiscard]] Result<void> add_till(const Plan& plan, const std::string& till);
    [[nodiscard]] std::vector<Spot> slots_in(const Polygon& queue, Point service);

    Walkways walkways_;
    std::vector<Point> places_;
    std::vector<std::vector<Spot>> interests_;
    std::vector<TillSite> tills_;
    std::vector<Spot> entrances_;
    std::vector<std::string> entrance_names_;
    std::vector<Spot> staff_doors_;
    std::unordered_map<std::size_t, std::vector<Point>> ways_;
};

}  // namespace vitrina::sim
