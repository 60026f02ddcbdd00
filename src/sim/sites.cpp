#include "sim/sites.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <utility>

#include "base/distance.h"

namespace vitrina::sim {
namespace {

constexpr double kGrid = 0.3;          // m between places that are tried
constexpr double kNear = 0.8;          // m: who looks at goods stands this near
constexpr double kSpotsApart = 0.6;    // m between two who stand before a fixture
constexpr double kSlotsApart = 0.7;    // m between two who wait
constexpr std::size_t kSlotsMax = 40;  // more who wait stand closer
constexpr std::size_t kSpotsMax = 14;  // before one fixture

Box bounds(const Polygon& polygon, double wider) {
    Box box{polygon[0].x, polygon[0].y, 0, 0};
    double right = box.x;
    double bottom = box.y;
    for (const Point& corner : polygon) {
        box.x = std::min(box.x, corner.x);
        box.y = std::min(box.y, corner.y);
        right = std::max(right, corner.x);
        bottom = std::max(bottom, corner.y);
    }
    return {box.x - wider, box.y - wider, right - box.x + 2 * wider, bottom - box.y + 2 * wider};
}

Point middle(const Polygon& polygon) {
    return bounds(polygon, 0).center();
}

std::vector<Point> grid_over(const Box& box) {
    const auto steps = [](double length) { return static_cast<int>(std::ceil(length / kGrid - 0.5)); };
    std::vector<Point> points;
    for (int row = 0; row < steps(box.height); ++row)
        for (int column = 0; column < steps(box.width); ++column)
            points.push_back({box.x + (column + 0.5) * kGrid, box.y + (row + 0.5) * kGrid});
    return points;
}

/// Keeps places that are this far from those that were kept before; of more than `most`, some from all over.
std::vector<Point> spread_out(const std::vector<Point>& points, double apart, std::size_t most) {
    std::vector<Point> kept;
    for (const Point& point : points) {
        const bool near = std::any_of(kept.begin(), kept.end(),
                                      [&](const Point& other) { return distance(other, point) < apart; });
        if (!near) kept.push_back(point);
    }
    if (kept.size() <= most) return kept;
    std::vector<Point> some;
    some.reserve(most);
    for (std::size_t i = 0; i < most; ++i)
        some.push_back(kept[i * kept.size() / most]);
    return some;
}

const Zone* zone_of(const Plan& plan, ZoneKind kind, const std::string& till) {
    const auto found = std::find_if(plan.zones.begin(), plan.zones.end(),
                                    [&](const Zone& zone) { return zone.kind == kind && zone.till == till; });
    return found == plan.zones.end() ? nullptr : &*found;
}

}  // namespace

Spot Sites::add(Point place) {
    places_.push_back(place);
    return places_.size() - 1;
}

void Sites::add_doors(const Plan& plan) {
    for (const Door& door : plan.doors) {
        const Spot spot = add({(door.from.x + door.to.x) / 2, (door.from.y + door.to.y) / 2});
        if (door.use == DoorUse::kEntrance) {
            entrances_.push_back(spot);
            entrance_names_.push_back(door.name);
        }
        if (door.use == DoorUse::kStaff) staff_doors_.push_back(spot);
    }
    if (staff_doors_.empty()) staff_doors_ = entrances_;
}

Result<void> Sites::add_interests(const Plan& plan, const Behaviour& behaviour) {
    for (std::size_t i = 0; i < behaviour.interests.size(); ++i) {
        const std::string& name = behaviour.interests[i].fixture;
        const auto fixture = std::find_if(plan.fixtures.begin(), plan.fixtures.end(),
                                          [&](const Fixture& known) { return known.name == name; });
        const std::string where = "behaviour.interests[" + std::to_string(i) + "].fixture";
        if (fixture == plan.fixtures.end())
            return misconfigured(where + ": the plan has no fixture \"" + name + "\"");
        std::vector<Point> places;
        for (const Point& point : grid_over(bounds(fixture->polygon, kNear)))
            if (walkways_.is_free(point) && distance_to_edge(point, fixture->polygon) < kNear)
                places.push_back(point);
        places = spread_out(places, kSpotsApart, kSpotsMax);
        if (places.empty()) return misconfigured(where + ": nobody can stand before \"" + name + "\"");
        std::vector<Spot>& spots = interests_.emplace_back();
        spots.reserve(places.size());
        for (const Point& place : places)
            spots.push_back(add(place));
    }
    return {};
}

std::vector<Spot> Sites::slots_in(const Polygon& queue, Point service) {
    std::vector<Point> places;
    for (const Point& point : grid_over(bounds(queue, 0)))
        if (contains(queue, point) && walkways_.is_free(point) && distance_to_edge(point, queue) > 0.2)
            places.push_back(point);
    if (places.empty()) places.push_back(walkways_.nearest_free(middle(queue)));
    // A line away from the till: of the places at one distance, the one nearest to the last.
    std::vector<Point> line;
    Point last = service;
    while (line.size() < kSlotsMax) {
        const Point* best = nullptr;
        double least = std::numeric_limits<double>::infinity();
        for (const Point& place : places) {
            const bool taken = std::any_of(line.begin(), line.end(), [&](const Point& other) {
                return distance(other, place) < kSlotsApart - 0.05;
            });
            const double cost = distance(place, last) + 0.3 * distance(place, service);
            if (!taken && distance(place, service) > kSlotsApart && cost < least) best = &place, least = cost;
        }
        if (best == nullptr) break;
        line.push_back(*best);
        last = *best;
    }
    if (line.empty()) line.push_back(places.front());
    std::vector<Spot> slots;
    slots.reserve(line.size());
    for (const Point& place : line)
        slots.push_back(add(place));
    return slots;
}

Result<void> Sites::add_till(const Plan& plan, const std::string& till) {
    const Zone* queue = zone_of(plan, ZoneKind::kQueue, till);
    const Zone* service = zone_of(plan, ZoneKind::kService, till);
    const Zone* cashier = zone_of(plan, ZoneKind::kCashier, till);
    const auto lacks = [&](const char* kind) {
        return misconfigured("behaviour.checkout.tills: the plan has no zone of kind " + std::string(kind) +
                             " for the till \"" + till + "\"");
    };
    if (queue == nullptr) return lacks("queue");
    if (service == nullptr) return lacks("service");
    if (cashier == nullptr) return lacks("cashier");
    TillSite site;
    site.till = till;
    const Point served = walkways_.nearest_free(middle(service->polygon));
    site.service = add(served);
    site.cashier = add(walkways_.nearest_free(middle(cashier->polygon)));
    site.slots = slots_in(queue->polygon, served);
    tills_.push_back(std::move(site));
    return {};
}

Result<Sites> Sites::create(const Plan& plan, const Behaviour& behaviour) {
    Sites sites(plan);
    sites.add_doors(plan);
    TRY(sites.add_interests(plan, behaviour));
    for (const TillHours& till : behaviour.checkout.tills)
        TRY(sites.add_till(plan, till.till));
    return sites;
}

const std::vector<Point>& Sites::way(Spot from, Spot to) {
    const std::size_t key = from * places_.size() + to;
    const auto known = ways_.find(key);
    if (known != ways_.end()) return known->second;
    std::vector<Point> way = walkways_.way(places_[from], places_[to]);
    way.insert(way.begin(), places_[from]);
    return ways_.emplace(key, std::move(way)).first->second;
}

}  // namespace vitrina::sim
