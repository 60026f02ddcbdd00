#include "sim/life.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <utility>

#include "base/distance.h"

namespace vitrina::sim {
namespace {

constexpr double kNever = std::numeric_limits<double>::infinity();
constexpr double kShiftEveryS = 10;  // staff and queues look around
constexpr double kReachS = 1.6;      // a hand at a shelf
constexpr double kAside = 0.45;      // m between two who stay together
constexpr double kKeenLooks = 0.35;  // of the intent, on the time at a shelf
constexpr double kKeenAsks = 0.7;    // of the intent, on being approached
constexpr double kStopMax = 1200;    // s

}  // namespace

ShopLife::ShopLife(const Behaviour& behaviour, std::shared_ptr<Sites> sites,
                   std::shared_ptr<const Population> population, std::uint64_t seed)
    : behaviour_(&behaviour),
      sites_(std::move(sites)),
      population_(std::move(population)),
      random_(seed, 11),
      tills_(sites_->tills().size()),
      workers_(behaviour.staff.size()) {
    draw_next_arrival();
}

double ShopLife::hour() const {
    return std::fmod(now_s_, kDayS) / kHourS;
}

int ShopLife::day() const {
    return static_cast<int>(now_s_ / kDayS);
}

double ShopLife::log_normal(double median, double spread) {
    return median * std::exp(spread * random_.normal());
}

void ShopLife::reseed(std::uint64_t seed) {
    random_ = Random(seed, 13);
    draw_next_arrival();
}

double ShopLife::next_event_s() const {
    const double event = events_.empty() ? kNever : events_.top().at_s;
    return std::min({event, next_arrival_s_, next_shift_s_});
}

void ShopLife::run(double until_s, LifeWatcher* watcher) {
    watcher_ = watcher;
    while (true) {
        const double next = next_event_s();
        if (next > until_s) break;
        now_s_ = std::max(now_s_, next);
        if (!events_.empty() && events_.top().at_s <= next) {
            const Event event = events_.top();
            events_.pop();
            if (agents_[event.agent].token == event.token) handle(event);
        } else if (next_arrival_s_ <= next) {
            arrive();
            draw_next_arrival();
        } else {
            mind_staff();
            mind_tills();
            jockey();
            next_shift_s_ = now_s_ + kShiftEveryS;
        }
    }
    now_s_ = std::max(now_s_, until_s);
    watcher_ = nullptr;
}

void ShopLife::schedule(AgentIndex agent, What what, double at_s) {
    events_.push({std::max(at_s, now_s_), order_++, agent, agents_[agent].token, what});
}

void ShopLife::handle(const Event& event) {
    switch (event.what) {
        case What::kArrived:
            return arrived(event.agent);
        case What::kStopEnds:
            return end_stop(event.agent);
        case What::kTouch:
            return touch(event.agent);
        case What::kServiceEnds:
            return end_service(event.agent);
        case What::kPatience:
            return lose_patience(event.agent);
        case What::kRound:
            return agents_[event.agent].doing == Doing::kStopping ? look_for_customer(event.agent)
                                                                  : go_round(event.agent);
        case What::kTalkEnds:
            return end_talk(event.agent);
        case What::kShift:
            return;
    }
}

void ShopLife::draw_next_arrival() {
    const double most = population_->rate_max();
    next_arrival_s_ = kNever;
    if (most <= 0) return;
    double at = now_s_;
    // Thinning: whoever comes at the highest rate and is not wanted at this hour never came.
    while (at < behaviour_->days * kDayS) {
        at += random_.exponential(1 / most);
        if (random_.unit() * most >= population_->rate(at)) continue;
        next_arrival_s_ = at;
        return;
    }
}

AgentIndex ShopLife::new_agent() {
    AgentIndex index = agents_.size();
    if (free_.empty()) {
        agents_.emplace_back();
    } else {
        index = free_.back();
        free_.pop_back();
    }
    Agent& agent = agents_[index];
    const std::uint32_t token = agent.token + 1;
    agent = Agent();
    agent.token = token;
    agent.person = ++last_person_;
    agent.speed_m_s =
        std::clamp(log_normal(behaviour_->visiting.speed_m_s, behaviour_->visiting.speed_spread), 0.5, 2.0);
    return index;
}

Labels ShopLife::draw_labels(bool child) {
    const Arrivals& arrivals = behaviour_->arrivals;
    Labels labels;
    labels.sex = random_.chance(arrivals.female_share) ? Sex::kFemale : Sex::kMale;
    const double age = random_.unit();
    labels.age = child                                                ? AgeGroup::kChild
                 : age < arrivals.young_share                         ? AgeGroup::kYoung
                 : age < arrivals.young_share + arrivals.senior_share ? AgeGroup::kSenior
                                                                      : AgeGroup::kAdult;
    return labels;
}

void ShopLife::arrive() {
    const auto& entrances = sites_->entrances();
    if (entrances.empty()) return;
    const Arrival arrival = population_->draw(now_s_, random_);
    const AgentIndex index = new_agent();
    Agent& agent = agents_[index];
    agent.customer = arrival.customer;
    agent.campaign = arrival.campaign;
    agent.party = ++last_party_;
    agent.door = random_.below(entrances.size());
    agent.spot = entrances[agent.door];
    agent.place = sites_->place(agent.spot);
    agent.entered_s = now_s_;
    agent.present = true;
    agent.intent = behaviour_->visiting.intent_spread * random_.normal();
    agent.labels = draw_labels(false);
    ++present_;
    make_plan(agent);
    if (watcher_ != nullptr) watcher_->entered(agent, now_s_);
    const Arrivals& arrivals = behaviour_->arrivals;
    const double kind = random_.unit();
    if (kind < arrivals.pair_share) add_follower(index, false, 0);
    if (kind >= arrivals.pair_share && kind < arrivals.pair_share + arrivals.family_share) {
        add_follower(index, false, 0);
        add_follower(index, true, 1);
        if (random_.chance(0.5)) add_follower(index, true, 2);
    }
    go_on(index);
}

void ShopLife::add_follower(AgentIndex leader, bool child, std::size_t number) {
    const AgentIndex index = new_agent();
    Agent& agent = agents_[index];
    const Agent& first = agents_[leader];
    agent.party = first.party;
    agent.campaign = first.campaign;
    agent.leader = leader;
    agent.door = first.door;
    agent.place = first.place;
    agent.entered_s = now_s_;
    agent.present = true;
    agent.doing = Doing::kFollowing;
    agent.labels = draw_labels(child);
    const double angle = 2.1 * static_cast<double>(number) + random_.unit();
    agent.beside = {kAside * std::cos(angle), kAside * std::sin(angle)};
    agents_[leader].followers.push_back(index);
    ++present_;
    if (watcher_ != nullptr) watcher_->entered(agent, now_s_);
}

void ShopLife::make_plan(Agent& agent) {
    const auto& interests = behaviour_->interests;
    if (interests.empty()) return;
    // One stop at least, more by chance (Poisson).
    int stops = 1;
    double left = random_.exponential(1);
    while (left < behaviour_->visiting.stops - 1) {
        left += random_.exponential(1);
        ++stops;
    }
    double whole = 0;
    for (const Interest& interest : interests)
        whole += interest.weight;
    std::vector<std::size_t> wanted;
    for (int i = 0; i < stops && whole > 0; ++i) {
        double at = random_.unit() * whole;
        std::size_t chosen = 0;
        while (chosen + 1 < interests.size() && at >= interests[chosen].weight)
            at -= interests[chosen++].weight;
        if (std::find(wanted.begin(), wanted.end(), chosen) == wanted.end()) wanted.push_back(chosen);
    }
    // From one to the nearest next; the plan is kept with the next one last.
    Point here = agent.place;
    std::vector<std::size_t> order;
    while (!wanted.empty()) {
        const auto near = std::min_element(wanted.begin(), wanted.end(), [&](std::size_t a, std::size_t b) {
            const auto away = [&](std::size_t i) {
                return distance(here, sites_->place(sites_->at_interest(i).front()));
            };
            return away(a) < away(b);
        });
        here = sites_->place(sites_->at_interest(*near).front());
        order.push_back(*near);
        wanted.erase(near);
    }
    agent.plan.assign(order.rbegin(), order.rend());
}

Point ShopLife::where(const Agent& agent, double at_s) const {
    if (agent.leader != kNobody && agent.doing == Doing::kFollowing) {
        const Point first = where(agents_[agent.leader], at_s);
        const Point beside = {first.x + agent.beside.x, first.y + agent.beside.y};
        if (sites_->is_free(beside)) return beside;
        const Point other = {first.x - agent.beside.x, first.y - agent.beside.y};
        return sites_->is_free(other) ? other : first;
    }
    if (agent.way.size() < 2) return agent.place;
    double left = std::max(0.0, at_s - agent.leg_began_s) * agent.speed_m_s;
    for (std::size_t i = 1; i < agent.way.size(); ++i) {
        const Point a = agent.way[i - 1];
        const Point b = agent.way[i];
        const double length = distance(a, b);
        if (left < length) return {a.x + (b.x - a.x) * left / length, a.y + (b.y - a.y) * left / length};
        left -= length;
    }
    return agent.way.back();
}

/// Where he is, and the corners that are still before him.
std::vector<Point> ShopLife::rest_of_way(const Agent& agent) const {
    std::vector<Point> rest{where(agent, now_s_)};
    double gone_m = std::max(0.0, now_s_ - agent.leg_began_s) * agent.speed_m_s;
    for (std::size_t i = 1; i < agent.way.size(); ++i) {
        gone_m -= distance(agent.way[i - 1], agent.way[i]);
        if (gone_m < 0) rest.push_back(agent.way[i]);
    }
    return rest;
}

void ShopLife::walk(AgentIndex index, Spot to) {
    Agent& agent = agents_[index];
    ++agent.token;
    if (!agent.present) {  // comes out of the staff door
        agent.present = true;
        ++present_;
    }
    // Whoever is on a way ends it first: it leads round the shelves.
    std::vector<Point> corners = rest_of_way(agent);
    const std::vector<Point>& way = sites_->way(agent.spot, to);
    corners.insert(corners.end(), way.begin() + 1, way.end());
    double length = 0;
    for (std::size_t i = 1; i < corners.size(); ++i)
        length += distance(corners[i - 1], corners[i]);
    agent.way = std::move(corners);
    agent.leg_began_s = now_s_;
    agent.spot = to;
    agent.doing = Doing::kWalking;
    schedule(index, What::kArrived, now_s_ + length / agent.speed_m_s);
}

void ShopLife::arrived(AgentIndex index) {
    Agent& agent = agents_[index];
    agent.place = agent.way.empty() ? agent.place : agent.way.back();
    agent.way.clear();
    if (agent.staff != kNobody) return staff_arrived(index);
    if (agent.till != kNobody) return agent.joining ? join(index) : begin_service(index);
    if (agent.interest != kNobody) return begin_stop(index);
    gone(index);
}

void ShopLife::go_on(AgentIndex index) {
    Agent& agent = agents_[index];
    if (agent.plan.empty()) return agent.basket.empty() ? leave(index) : to_till(index);
    agent.interest = agent.plan.back();
    agent.plan.pop_back();
    const auto& spots = sites_->at_interest(agent.interest);
    walk(index, spots[random_.below(spots.size())]);
}

void ShopLife::begin_stop(AgentIndex index) {
    Agent& agent = agents_[index];
    const Interest& interest = behaviour_->interests[agent.interest];
    agent.doing = Doing::kStopping;
    agent.stop_began_s = now_s_;
    const double stays = std::min(
        kStopMax,
        log_normal(interest.stop_s_median * std::exp(kKeenLooks * agent.intent), interest.stop_s_spread));
    agent.stop_ends_s = now_s_ + stays;
    agent.touched = false;
    agent.consulted = false;
    agent.wants_help = random_.chance(
        std::min(1.0, behaviour_->consulting.approach_share * std::exp(kKeenAsks * agent.intent)));
    if (random_.chance(std::min(1.0, interest.touch * std::exp(kKeenLooks * agent.intent))) &&
        stays > kReachS)
        schedule(index, What::kTouch, now_s_ + random_.unit() * (stays - kReachS));
    schedule(index, What::kStopEnds, agent.stop_ends_s);
}

void ShopLife::touch(AgentIndex index) {
    Agent& agent = agents_[index];
    agent.touched = true;
    agent.reach_from_s = now_s_;
    agent.reach_until_s = now_s_ + kReachS;
    if (watcher_ != nullptr)
        watcher_->touched(agent, behaviour_->interests[agent.interest].fixture, "touch", now_s_,
                          agent.reach_until_s);
}

void ShopLife::end_stop(AgentIndex index) {
    Agent& agent = agents_[index];
    if (now_s_ < agent.stop_ends_s) return;  // it grew longer meanwhile, and has an event for that
    if (agent.taking) return end_taking(index);
    const Interest& interest = behaviour_->interests[agent.interest];
    const double chance = interest.buy * std::exp(kKeenLooks * agent.intent) *
                          (agent.consulted ? behaviour_->consulting.raises : 1);
    const bool buys = random_.chance(std::min(1.0, chance)) && !interest.goods.empty();
    if (watcher_ != nullptr) watcher_->stopped(agent, interest.fixture, agent.stop_began_s, now_s_, buys);
    const bool puts_back = !buys && agent.touched && random_.chance(interest.put_back);
    if (buys || puts_back) {
        agent.taking = true;
        agent.reach_from_s = now_s_;
        agent.reach_until_s = now_s_ + kReachS;
        if (watcher_ != nullptr)
            watcher_->touched(agent, interest.fixture, buys ? "take" : "put_back", now_s_,
                              agent.reach_until_s);
    }
    if (buys) {
        double whole = 0;
        for (const Goods& goods : interest.goods)
            whole += goods.weight;
        double at = random_.unit() * whole;
        std::size_t chosen = 0;
        while (chosen + 1 < interest.goods.size() && at >= interest.goods[chosen].weight)
            at -= interest.goods[chosen++].weight;
        agent.basket.push_back({agent.interest, chosen, random_.chance(0.2) ? 2 : 1});
    }
    agent.stop_ends_s = agent.taking ? agent.reach_until_s : now_s_;
    agent.taking ? schedule(index, What::kStopEnds, agent.stop_ends_s) : end_taking(index);
}

void ShopLife::end_taking(AgentIndex index) {
    Agent& agent = agents_[index];
    agent.taking = false;
    agent.interest = kNobody;
    agent.with = kNobody;
    go_on(index);
}

void ShopLife::leave(AgentIndex index) {
    Agent& agent = agents_[index];
    agent.interest = kNobody;
    agent.till = kNobody;
    walk(index, sites_->entrances()[agent.door]);
}

void ShopLife::gone(AgentIndex index) {
    std::vector<AgentIndex> all = agents_[index].followers;
    all.insert(all.begin(), index);
    for (const AgentIndex one : all) {
        Agent& agent = agents_[one];
        agent.bought = agents_[index].bought;
        if (watcher_ != nullptr) watcher_->left(agent, now_s_);
        agent.present = false;
        agent.doing = Doing::kGone;
        ++agent.token;
        free_.push_back(one);
        --present_;
    }
}

}  // namespace vitrina::sim
