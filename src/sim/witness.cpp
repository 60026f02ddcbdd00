#include "sim/witness.h"

#include <algorithm>
#include <cmath>
#include <utility>

#include "base/polygon.h"

namespace vitrina::sim {
namespace {

constexpr double kFollowersRun = 2.0;  // m/s, to catch up
constexpr double kMinute = 60;
constexpr double kHour = 3600;
constexpr int kHalvings = 12;  // of a step, to find when an edge was crossed
constexpr double kBodyHeight = 1.7;

double rounded(double value, double unit) {
    return std::round(value / unit) * unit;
}

}  // namespace

Witness::Witness(const Plan& plan, const Behaviour& behaviour, std::uint64_t seed, Outputs outputs)
    : plan_(plan), behaviour_(behaviour), random_(seed, 17), outputs_(std::move(outputs)) {
    bounds_.reserve(plan.zones.size());
    for (const Zone& zone : plan.zones)
        bounds_.push_back(bounds_of(zone.polygon));
}

bool Witness::is_inside(std::size_t zone, Point place) const {
    return covers(bounds_[zone], place) && contains(plan_.zones[zone].polygon, place);
}

void Witness::look(const ShopLife& life, double at_s) {
    const auto agents = life.agents();
    if (memories_.size() < agents.size()) memories_.resize(agents.size());
    for (std::size_t i = 0; i < agents.size(); ++i) {
        const Agent& agent = agents[i];
        Memory& memory = memories_[i];
        if (memory.present && (!agent.present || memory.person != agent.person)) part(memory, at_s);
        if (!agent.present) continue;
        if (!memory.present) meet(agent, memory, at_s);
        move(agent, life, memory, at_s);
        tell(agent, memory, at_s);
    }
}

void Witness::meet(const Agent& agent, Memory& memory, double at_s) {
    const Seeing& seeing = behaviour_.seeing;
    memory = Memory();
    memory.person = agent.person;
    memory.seen_as = ++last_number_;
    memory.place = agent.place;
    memory.last_s = at_s;
    memory.present = true;
    memory.known_staff = !random_.chance(seeing.staff_unknown);
    memory.traits = agent.labels;
    if (random_.chance(seeing.traits_wrong))
        memory.traits.sex = agent.labels.sex == Sex::kMale ? Sex::kFemale : Sex::kMale;
    if (random_.chance(seeing.traits_wrong)) memory.traits.age = AgeGroup::kAdult;
    memory.inside.assign(plan_.zones.size(), 0);
    memory.since_s.assign(plan_.zones.size(), 0);
    for (std::size_t i = 0; i < plan_.zones.size(); ++i) {
        memory.inside[i] = static_cast<char>(is_inside(i, memory.place));
        memory.since_s[i] = at_s;
    }
    outputs_.number(memory.person, memory.seen_as, at_s);
}

void Witness::part(Memory& memory, double at_s) {
    for (std::size_t i = 0; i < plan_.zones.size(); ++i)
        if (memory.inside[i] != 0)
            outputs_.stay({memory.person, i, memory.since_s[i], std::min(at_s, memory.last_s)});
    memory.present = false;
}

void Witness::move(const Agent& agent, const ShopLife& life, Memory& memory, double at_s) {
    Point to = life.where(agent, at_s);
    if (agent.doing == Doing::kFollowing) {
        const double most = kFollowersRun * (at_s - memory.last_s);
        const double away = std::hypot(to.x - memory.place.x, to.y - memory.place.y);
        if (away > most && away > 0)
            to = {memory.place.x + (to.x - memory.place.x) * most / away,
                  memory.place.y + (to.y - memory.place.y) * most / away};
    }
    watch_zones(memory, to, at_s);
    memory.place = to;
}

void Witness::watch_zones(Memory& memory, Point to, double at_s) {
    for (std::size_t i = 0; i < bounds_.size(); ++i) {
        const bool now = is_inside(i, to);
        if (now == (memory.inside[i] != 0)) continue;
        // When, between the two moments.
        double before = 0;
        double after = 1;
        for (int k = 0; k < kHalvings; ++k) {
            const double half = (before + after) / 2;
            const Point place{memory.place.x + half * (to.x - memory.place.x),
                              memory.place.y + half * (to.y - memory.place.y)};
            (is_inside(i, place) == now ? after : before) = half;
        }
        const double crossed_s = memory.last_s + after * (at_s - memory.last_s);
        if (now)
            memory.since_s[i] = crossed_s;
        else
            outputs_.stay({memory.person, i, memory.since_s[i], crossed_s});
        memory.inside[i] = static_cast<char>(now);
    }
}

void Witness::tell(const Agent& agent, Memory& memory, double at_s) {
    const Seeing& seeing = behaviour_.seeing;
    const double step = at_s - memory.last_s;
    memory.last_s = at_s;
    const double dx = seeing.place_m * memory.x.step(random_, step, seeing.place_memory_s);
    const double dy = seeing.place_m * memory.y.step(random_, step, seeing.place_memory_s);
    if (at_s >= memory.hidden_until_s && random_.chance(seeing.gaps_per_minute * step / kMinute))
        memory.hidden_until_s = at_s + random_.exponential(seeing.gap_s);
    if (seeing.breaks_per_hour > 0 && random_.chance(seeing.breaks_per_hour * step / kHour)) {
        memory.seen_as = ++last_number_;
        outputs_.number(memory.person, memory.seen_as, at_s);
    }
    if (at_s < memory.hidden_until_s || random_.chance(seeing.miss)) return;
    Sighting sighting;
    sighting.person = memory.seen_as;
    sighting.at = instant_at(rounded(at_s, 0.001));
    sighting.place = {std::clamp(rounded(memory.place.x + dx, 0.01), 0.0, plan_.width_m),
                      std::clamp(rounded(memory.place.y + dy, 0.01), 0.0, plan_.depth_m)};
    sighting.body_height = kBodyHeight;
    sighting.score = rounded(std::clamp(0.8 + 0.08 * dx / std::max(0.01, seeing.place_m), 0.3, 1.0), 0.01);
    sighting.labels = memory.traits;
    sighting.labels.staff = agent.labels.staff && memory.known_staff;
    sighting.labels.reaching =
        at_s >= agent.reach_from_s && at_s < agent.reach_until_s && random_.chance(seeing.reach_seen);
    outputs_.sighting(sighting);
}

void Witness::finish(double at_s) {
    for (Memory& memory : memories_)
        if (memory.present) part(memory, at_s);
}

}  // namespace vitrina::sim
