#include "sim/people.h"

#include <algorithm>
#include <cmath>

#include "base/distance.h"

namespace vitrina::sim {
namespace {

constexpr double kApart = 0.45;        // m that people keep from one another
constexpr double kReached = 0.1;       // m
constexpr double kFollowFaster = 1.3;  // than the leader, to catch up
constexpr double kStaffStaysS = 90;

}  // namespace

People::People(const Shop& shop, std::uint64_t seed) : shop_(shop), walkways_(shop.plan), random_(seed, 1) {
    for (std::size_t i = 0; i < shop.plan.doors.size(); ++i) {
        if (shop.plan.doors[i].use == DoorUse::kEntrance) entrances_.push_back(i);
        if (shop.plan.doors[i].use == DoorUse::kStaff) staff_doors_.push_back(i);
    }
    next_arrival_s_ = random_.exponential(60 / std::max(1e-6, shop.life.arrivals_per_minute));
    add_staff();
}

Point People::door_place(std::size_t door) const {
    const Door& it = shop_.plan.doors[door];
    return {(it.from.x + it.to.x) / 2, (it.from.y + it.to.y) / 2};
}

People::Agent People::newcomer(std::size_t door) {
    const Life& life = shop_.life;
    Agent agent;
    agent.person = ++last_person_;
    agent.height_m = std::clamp(random_.of(life.height_m), 1.0, 2.1);
    agent.speed_m_s = std::clamp(random_.of(life.speed_m_s), 0.4, 2.5);
    agent.stops_left = std::max(1, static_cast<int>(std::lround(random_.of(life.stops))));
    agent.comes_back = random_.chance(life.back_share);
    agent.door = door;
    return agent;
}

void People::add_staff() {
    if (staff_doors_.empty()) return;
    for (int i = 0; i < shop_.life.staff; ++i) {
        Agent agent = newcomer(staff_doors_[random_.below(staff_doors_.size())]);
        agent.is_staff = true;
        agent.comes_back = true;
        agent.doing = Doing::kAway;
        agent.until_s = random_.exponential(10);
        agents_.push_back(agent);
    }
}

void People::pass(const Agent& agent, bool in, bool again) {
    passages_.push_back({agent.person, shop_.plan.doors[agent.door].name, in, now_s_, agent.is_staff, again});
}

void People::enter(Agent& agent, bool again) {
    const Door& door = shop_.plan.doors[agent.door];
    const double share = 0.25 + 0.5 * random_.unit();
    agent.place = {door.from.x + share * (door.to.x - door.from.x),
                   door.from.y + share * (door.to.y - door.from.y)};
    agent.doing = Doing::kWalking;
    pass(agent, true, again);
    decide(agent);
}

void People::arrive() {
    const auto here = std::count_if(agents_.begin(), agents_.end(), [](const Agent& agent) {
        return agent.doing != Doing::kGone && agent.doing != Doing::kAway;
    });
    if (entrances_.empty() || here >= shop_.life.people_max) return;
    const std::size_t door = entrances_[random_.below(entrances_.size())];
    const int size = random_.chance(shop_.life.group_share) ? 2 + static_cast<int>(random_.below(2)) : 1;
    std::size_t leader = 0;
    for (int i = 0; i < size; ++i) {
        Agent agent = newcomer(door);
        if (i > 0) {
            agent.leader = leader;
            agent.comes_back = agents_[leader].comes_back;
            agent.speed_m_s = agents_[leader].speed_m_s * kFollowFaster;
            const double angle = 6.283185307 * random_.unit();
            const double away = 0.55 + 0.35 * random_.unit();
            agent.beside = {away * std::cos(angle), away * std::sin(angle)};
        }
        enter(agent, false);
        if (i == 0) leader = agents_.size();
        agents_.push_back(agent);
    }
}

void People::leave(Agent& agent) {
    pass(agent, false, false);
    agent.doing = agent.comes_back ? Doing::kAway : Doing::kGone;
    const double mean = agent.is_staff ? kStaffStaysS * shop_.life.staff_away_share /
                                             std::max(0.05, 1 - shop_.life.staff_away_share)
                                       : shop_.life.back_after_s;
    agent.until_s = now_s_ + 5 + random_.exponential(mean);
    if (!agent.is_staff) agent.comes_back = false;
    agent.stops_left = std::max(1, static_cast<int>(std::lround(random_.of(shop_.life.stops) / 2)));
    agent.leader.reset();
}

void People::go_to(Agent& agent, Point place) {
    const std::vector<Point> way = walkways_.way(agent.place, place);
    agent.way.assign(way.begin(), way.end());
}

void People::decide(Agent& agent) {
    if (agent.stops_left-- > 0) {
        agent.doing = Doing::kWalking;
        go_to(agent, walkways_.stop(random_));
        return;
    }
    agent.doing = Doing::kLeaving;
    if (!agent.is_staff) agent.door = entrances_[random_.below(entrances_.size())];
    go_to(agent, door_place(agent.door));
}

void People::act(Agent& agent, double seconds) {
    if (agent.doing == Doing::kAway) {
        if (now_s_ >= agent.until_s) enter(agent, true);
        return;
    }
    if (agent.doing == Doing::kStopping) {
        if (now_s_ >= agent.until_s) decide(agent);
        return;
    }
    double reach = agent.speed_m_s * seconds;
    while (!agent.way.empty() && reach > 0) {
        const Point to = agent.way.front();
        const double away = distance(agent.place, to);
        if (away <= std::max(reach, kReached)) {
            agent.place = to;
            agent.way.pop_front();
            reach -= away;
            continue;
        }
        agent.place = {agent.place.x + (to.x - agent.place.x) * reach / away,
                       agent.place.y + (to.y - agent.place.y) * reach / away};
        reach = 0;
    }
    if (!agent.way.empty()) return;
    if (agent.doing == Doing::kLeaving) return leave(agent);
    agent.doing = Doing::kStopping;
    agent.until_s = now_s_ + shop_.life.stop_s_median * std::exp(shop_.life.stop_s_spread * random_.normal());
}

void People::follow(Agent& agent, double seconds) {
    const Agent& leader = agents_[*agent.leader];
    if (leader.doing == Doing::kGone || leader.doing == Doing::kAway) {
        // Out, by the same door, as soon as it is reached.
        agent.leader.reset();
        agent.door = leader.door;
        agent.doing = Doing::kLeaving;
        go_to(agent, door_place(agent.door));
        return;
    }
    const Point wanted = {leader.place.x + agent.beside.x, leader.place.y + agent.beside.y};
    const Point to = walkways_.is_free(wanted) ? wanted : leader.place;
    const double away = distance(agent.place, to);
    if (away < kReached + 0.2) return;
    const double reach = std::min(away, agent.speed_m_s * seconds);
    const Point next = {agent.place.x + (to.x - agent.place.x) * reach / away,
                        agent.place.y + (to.y - agent.place.y) * reach / away};
    // Round a corner, behind the leader.
    agent.place = walkways_.is_free(next) ? next : walkways_.nearest_free(next);
}

void People::keep_apart() {
    for (std::size_t i = 0; i < agents_.size(); ++i) {
        Agent& a = agents_[i];
        if (a.doing == Doing::kGone || a.doing == Doing::kAway) continue;
        for (std::size_t j = 0; j < i; ++j) {
            Agent& b = agents_[j];
            if (b.doing == Doing::kGone || b.doing == Doing::kAway) continue;
            const double away = distance(a.place, b.place);
            if (away >= kApart || away < 1e-6) continue;
            const double by = (kApart - away) / 4 / away;
            const Point push = {(a.place.x - b.place.x) * by, (a.place.y - b.place.y) * by};
            const Point to_a = {a.place.x + push.x, a.place.y + push.y};
            const Point to_b = {b.place.x - push.x, b.place.y - push.y};
            if (walkways_.is_free(to_a)) a.place = to_a;
            if (walkways_.is_free(to_b)) b.place = to_b;
        }
    }
}

void People::step(double seconds) {
    now_s_ += seconds;
    while (now_s_ >= next_arrival_s_ && shop_.life.arrivals_per_minute > 0) {
        arrive();
        next_arrival_s_ += random_.exponential(60 / shop_.life.arrivals_per_minute);
    }
    for (Agent& agent : agents_) {
        if (agent.doing == Doing::kGone) continue;
        if (agent.leader)
            follow(agent, seconds);
        else
            act(agent, seconds);
    }
    keep_apart();
}

std::vector<Body> People::bodies() const {
    std::vector<Body> bodies;
    bodies.reserve(agents_.size());
    for (const Agent& agent : agents_)
        if (agent.doing != Doing::kGone && agent.doing != Doing::kAway)
            bodies.push_back({agent.person, agent.place, agent.height_m, agent.is_staff});
    return bodies;
}

}  // namespace vitrina::sim
