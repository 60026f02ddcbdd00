// Shifts, breaks, rounds and consultations of a simulated shop's staff.

#include <algorithm>
#include <utility>

#include "base/distance.h"
#include "sim/life.h"

namespace vitrina::sim {
namespace {

constexpr double kLooksEveryS = 4;   // who stands about, for customers
constexpr double kHelpsWithin = 14;  // m
constexpr double kTalksAt = 0.75;    // m from the customer
constexpr double kAfterTalkS = 6;    // the customer stays at least that long, to decide
constexpr double kMinute = 60;

}  // namespace

bool ShopLife::should_work(std::size_t worker) const {
    const StaffMember& member = behaviour_->staff[worker];
    const auto weekday = static_cast<std::size_t>((behaviour_->weekday + day()) % kWeekdays);
    if (member.works.at(weekday) == 0 || hour() < member.from_h || hour() >= member.to_h) return false;
    const Worker& it = workers_[worker];
    return now_s_ >= it.break_until_s &&
           (it.had_break || member.break_minutes <= 0 || hour() < member.break_h);
}

/// Somebody behind the staff door or on the way to it, whose shift it is.
AgentIndex ShopLife::free_cashier() const {
    for (std::size_t i = 0; i < workers_.size(); ++i) {
        const Worker& worker = workers_[i];
        if (behaviour_->staff[i].role != Role::kCashier || !worker.on_shift || !should_work(i)) continue;
        if (agents_[worker.agent].till == kNobody) return worker.agent;
    }
    return kNobody;
}

void ShopLife::mind_staff() {
    for (std::size_t i = 0; i < workers_.size(); ++i) {
        const StaffMember& member = behaviour_->staff[i];
        Worker& worker = workers_[i];
        const auto weekday = static_cast<std::size_t>((behaviour_->weekday + day()) % kWeekdays);
        const bool shift = member.works.at(weekday) != 0 && hour() >= member.from_h && hour() < member.to_h;
        if (shift && !worker.on_shift) begin_shift(i);
        if (!worker.on_shift) continue;
        const bool at_till = agents_[worker.agent].till != kNobody;
        if (!shift && !at_till) {
            end_shift(i);
            continue;
        }
        if (!worker.had_break && member.break_minutes > 0 && hour() >= member.break_h && !at_till)
            go_to_break(i);
        Agent& agent = agents_[worker.agent];
        const bool idle = agent.doing == Doing::kAway || agent.doing == Doing::kStopping;
        if (member.role == Role::kConsultant && agent.doing == Doing::kAway && should_work(i))
            go_round(worker.agent);
        if (member.role == Role::kCashier && !at_till && idle && agent.doing == Doing::kStopping)
            walk(worker.agent, sites_->staff_doors().front());
    }
}

void ShopLife::begin_shift(std::size_t index) {
    Worker& worker = workers_[index];
    const AgentIndex one = new_agent();
    Agent& agent = agents_[one];
    agent.staff = index;
    agent.labels = draw_labels(false);
    agent.labels.staff = true;
    agent.spot = sites_->staff_doors().front();
    agent.place = sites_->place(agent.spot);
    agent.entered_s = now_s_;
    agent.doing = Doing::kAway;
    worker.agent = one;
    worker.on_shift = true;
    worker.had_break = false;
    worker.break_until_s = 0;
    if (watcher_ != nullptr) watcher_->worked(agent, "shift_began", now_s_);
}

void ShopLife::end_shift(std::size_t index) {
    Worker& worker = workers_[index];
    Agent& agent = agents_[worker.agent];
    if (agent.doing == Doing::kTalking) return;
    if (agent.doing != Doing::kAway) {
        if (agent.spot != sites_->staff_doors().front() || agent.doing == Doing::kStopping)
            walk(worker.agent, sites_->staff_doors().front());
        return;
    }
    worker.on_shift = false;
    if (watcher_ != nullptr) watcher_->worked(agent, "shift_ended", now_s_);
    agent.doing = Doing::kGone;
    ++agent.token;
    free_.push_back(worker.agent);
}

void ShopLife::go_to_break(std::size_t index) {
    Worker& worker = workers_[index];
    Agent& agent = agents_[worker.agent];
    if (agent.doing == Doing::kTalking || agent.with != kNobody) return;
    worker.had_break = true;
    worker.break_until_s = now_s_ + behaviour_->staff[index].break_minutes * kMinute;
    if (watcher_ != nullptr) watcher_->worked(agent, "break_began", now_s_);
    if (agent.doing != Doing::kAway) walk(worker.agent, sites_->staff_doors().front());
}

void ShopLife::go_round(AgentIndex index) {
    const auto& interests = behaviour_->interests;
    if (interests.empty()) return;
    const auto& spots = sites_->at_interest(random_.below(interests.size()));
    walk(index, spots[random_.below(spots.size())]);
}

void ShopLife::staff_arrived(AgentIndex index) {
    Agent& agent = agents_[index];
    const auto& doors = sites_->staff_doors();
    if (agent.till != kNobody) {
        agent.doing = Doing::kCashing;
        Till& till = tills_[agent.till];
        till.staffed = true;
        if (watcher_ != nullptr) watcher_->worked(agent, "till_taken", now_s_);
        tell_queue(agent.till);
        return next_customer(agent.till);
    }
    if (agent.with != kNobody) return begin_talk(index);
    if (agent.spot == doors.front()) {
        agent.doing = Doing::kAway;
        if (agent.present) --present_;
        agent.present = false;
        return;
    }
    agent.doing = Doing::kStopping;
    agent.stop_ends_s = now_s_ + random_.exponential(behaviour_->consulting.round_stop_s);
    schedule(index, What::kRound, now_s_ + 1);
}

/// Who has stood at a shelf for long without anybody near.
void ShopLife::look_for_customer(AgentIndex index) {
    Agent& agent = agents_[index];
    if (!should_work(agent.staff)) return;
    AgentIndex best = kNobody;
    for (AgentIndex i = 0; i < agents_.size(); ++i) {
        const Agent& other = agents_[i];
        if (!other.present || other.staff != kNobody || other.doing != Doing::kStopping || other.taking)
            continue;
        if (!other.wants_help || other.with != kNobody || other.consulted) continue;
        if (now_s_ - other.stop_began_s < behaviour_->consulting.approach_after_s) continue;
        if (distance(other.place, agent.place) > kHelpsWithin) continue;
        if (best == kNobody || other.stop_began_s < agents_[best].stop_began_s) best = i;
    }
    if (best == kNobody) {
        if (now_s_ < agent.stop_ends_s) return schedule(index, What::kRound, now_s_ + kLooksEveryS);
        return go_round(index);
    }
    Agent& customer = agents_[best];
    customer.with = index;
    agent.with = best;
    agent.interest = static_cast<std::size_t>(customer.person);  // to know him again
    walk(index, customer.spot);
    // Stops beside him, not in him.
    Agent& staff = agents_[index];
    const Point from = staff.way.size() > 1 ? staff.way[staff.way.size() - 2] : staff.place;
    const double length = std::max(0.01, distance(from, customer.place));
    const double share = std::max(0.0, 1 - kTalksAt / length);
    staff.way.back() = {from.x + (customer.place.x - from.x) * share,
                        from.y + (customer.place.y - from.y) * share};
}

void ShopLife::begin_talk(AgentIndex index) {
    Agent& agent = agents_[index];
    Agent& customer = agents_[agent.with];
    const bool there = customer.present && customer.doing == Doing::kStopping && !customer.taking &&
                       static_cast<std::size_t>(customer.person) == agent.interest && customer.with == index;
    if (!there) {
        if (customer.with == index) customer.with = kNobody;
        agent.with = kNobody;
        return go_round(index);
    }
    agent.doing = Doing::kTalking;
    agent.stop_began_s = now_s_;
    const double takes = std::min(
        600.0, log_normal(behaviour_->consulting.talk_s_median, behaviour_->consulting.talk_s_spread));
    customer.consulted = true;
    const double stays = now_s_ + takes + kAfterTalkS;
    if (customer.stop_ends_s < stays) {
        customer.stop_ends_s = stays;
        schedule(agent.with, What::kStopEnds, stays);
    }
    schedule(index, What::kTalkEnds, now_s_ + takes);
}

void ShopLife::end_talk(AgentIndex index) {
    Agent& agent = agents_[index];
    Agent& customer = agents_[agent.with];
    if (watcher_ != nullptr && customer.interest != kNobody)
        watcher_->consulted(agent, customer, behaviour_->interests[customer.interest].fixture,
                            customer.stop_began_s, agent.stop_began_s, now_s_);
    customer.with = kNobody;
    agent.with = kNobody;
    go_round(index);
}

}  // namespace vitrina::sim
