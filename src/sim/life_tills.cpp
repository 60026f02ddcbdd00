// Tills and queues of a simulated shop.

#include <algorithm>
#include <utility>

#include "base/distance.h"
#include "sim/life.h"

namespace vitrina::sim {
namespace {

constexpr double kFarther = 0.06;     // of a party's wait, for each metre to walk to a till
constexpr double kStepsUpS = 0.5;     // one after the other, as a queue moves
constexpr double kServiceMax = 1800;  // s

}  // namespace

int ShopLife::people(AgentIndex index) const {
    return 1 + static_cast<int>(agents_[index].followers.size());
}

int ShopLife::waiting(std::size_t till) const {
    int count = 0;
    for (const AgentIndex one : tills_[till].queue)
        count += people(one);
    return count;
}

int ShopLife::open_tills() const {
    return static_cast<int>(std::count_if(tills_.begin(), tills_.end(),
                                          [](const Till& till) { return till.staffed && !till.closing; }));
}

bool ShopLife::accepts(std::size_t till) const {
    return tills_[till].cashier != kNobody && !tills_[till].closing;
}

int ShopLife::load(std::size_t till) const {
    return static_cast<int>(tills_[till].queue.size()) + (tills_[till].serving != kNobody ? 1 : 0);
}

void ShopLife::tell_queue(std::size_t till) {
    if (watcher_ != nullptr)
        watcher_->queue_changed(sites_->tills()[till].till, now_s_, waiting(till),
                                tills_[till].staffed && !tills_[till].closing);
}

std::size_t ShopLife::best_till(const Agent& agent) const {
    std::size_t best = kNobody;
    double least = 0;
    for (std::size_t i = 0; i < tills_.size(); ++i) {
        if (!accepts(i)) continue;
        const double cost =
            load(i) + kFarther * distance(agent.place, sites_->place(sites_->tills()[i].service));
        if (best == kNobody || cost < least) best = i, least = cost;
    }
    return best;
}

void ShopLife::to_till(AgentIndex index) {
    Agent& agent = agents_[index];
    agent.place = where(agent, now_s_);
    if (tills_.empty()) return leave(index);
    std::size_t till = best_till(agent);
    if (till == kNobody) till = 0;  // somebody has to come
    const Checkout& checkout = behaviour_->checkout;
    if (load(till) >= checkout.balk_length && random_.chance(checkout.balk_share)) {
        if (watcher_ != nullptr)
            watcher_->waited(agent, sites_->tills()[till].till, now_s_, now_s_, Leaving::kBalked);
        agent.basket.clear();
        return leave(index);
    }
    agent.till = till;
    agent.joining = true;
    const auto& slots = sites_->tills()[till].slots;
    walk(index, slots[std::min(tills_[till].queue.size(), slots.size() - 1)]);
}

void ShopLife::join(AgentIndex index) {
    Agent& agent = agents_[index];
    const std::size_t till = agent.till;
    if (!accepts(till)) {
        const std::size_t other = best_till(agent);
        if (other != kNobody && other != till) return to_till(index);
    }
    agent.joining = false;
    agent.doing = Doing::kWaiting;
    agent.joined_s = now_s_;
    agent.patience_until_s = now_s_ + random_.exponential(behaviour_->checkout.patience_s);
    tills_[till].queue.push_back(index);
    tell_queue(till);
    schedule(index, What::kPatience, agent.patience_until_s);
    if (tills_[till].serving == kNobody)
        next_customer(till);
    else
        move_up(till);
}

/// Everybody to his place, the nearer ones first.
void ShopLife::move_up(std::size_t till) {
    const auto& slots = sites_->tills()[till].slots;
    for (std::size_t i = 0; i < tills_[till].queue.size(); ++i) {
        const AgentIndex index = tills_[till].queue[i];
        Agent& agent = agents_[index];
        const Spot slot = slots[std::min(i, slots.size() - 1)];
        if (agent.spot == slot) continue;
        const Point here = where(agent, now_s_);
        agent.way = {here, sites_->place(slot)};
        agent.place = sites_->place(slot);
        agent.leg_began_s = now_s_ + kStepsUpS * static_cast<double>(i);
        agent.spot = slot;
    }
}

void ShopLife::take_from_queue(AgentIndex index, Leaving how) {
    Agent& agent = agents_[index];
    const std::size_t till = agent.till;
    std::erase(tills_[till].queue, index);
    agent.place = where(agent, now_s_);
    agent.way.clear();
    ++agent.token;
    const std::string& name = sites_->tills()[till].till;
    if (watcher_ != nullptr && how != Leaving::kServed) {
        watcher_->waited(agent, name, agent.joined_s, now_s_, how);
        for (const AgentIndex one : agent.followers)
            watcher_->waited(agents_[one], name, agent.joined_s, now_s_, how);
    }
    tell_queue(till);
    move_up(till);
}

void ShopLife::next_customer(std::size_t till) {
    Till& it = tills_[till];
    if (!it.staffed || it.serving != kNobody || it.queue.empty()) return;
    const AgentIndex index = it.queue.front();
    it.serving = index;
    take_from_queue(index, Leaving::kServed);
    Agent& agent = agents_[index];
    agent.joining = false;
    walk(index, sites_->tills()[till].service);
}

void ShopLife::begin_service(AgentIndex index) {
    Agent& agent = agents_[index];
    const Checkout& checkout = behaviour_->checkout;
    const std::string& name = sites_->tills()[agent.till].till;
    agent.doing = Doing::kServed;
    if (watcher_ != nullptr) {
        watcher_->waited(agent, name, agent.joined_s, now_s_, Leaving::kServed);
        for (const AgentIndex one : agent.followers)
            watcher_->waited(agents_[one], name, agent.joined_s, now_s_, Leaving::kServed);
    }
    double things = 0;
    for (const Taken& taken : agent.basket)
        things += taken.quantity;
    const double takes = std::min(
        kServiceMax,
        log_normal(checkout.service_base_s + checkout.service_item_s * things, checkout.service_spread));
    agent.stop_began_s = now_s_;
    schedule(index, What::kServiceEnds, now_s_ + takes);
}

void ShopLife::end_service(AgentIndex index) {
    Agent& agent = agents_[index];
    const std::size_t till = agent.till;
    const std::string& name = sites_->tills()[till].till;
    Receipt receipt;
    receipt.number = ++last_receipt_;
    receipt.person = agent.person;
    receipt.till = name;
    receipt.at_s = now_s_;
    const TillHours& clock = behaviour_->checkout.tills[till];
    receipt.stamped_s = now_s_ + behaviour_->checkout.clock_offset_s + clock.clock_offset_s +
                        clock.clock_drift_s_per_day * now_s_ / kDayS;
    if (agent.customer >= 0 && random_.chance(behaviour_->loyalty.shows_card))
        receipt.customer = agent.customer;
    for (const Taken& taken : agent.basket)
        receipt.items.push_back({&behaviour_->interests[taken.interest].goods[taken.goods], taken.quantity});
    agent.bought = true;
    if (watcher_ != nullptr) {
        watcher_->served(agent, name, agent.stop_began_s, now_s_);
        for (const AgentIndex one : agent.followers)
            watcher_->served(agents_[one], name, agent.stop_began_s, now_s_);
        watcher_->paid(receipt);
    }
    agent.basket.clear();
    tills_[till].serving = kNobody;
    leave(index);
    if (tills_[till].closing)
        release_cashier(till);
    else
        next_customer(till);
}

void ShopLife::lose_patience(AgentIndex index) {
    Agent& agent = agents_[index];
    if (agent.doing != Doing::kWaiting) return;
    take_from_queue(index, Leaving::kAbandoned);
    agents_[index].basket.clear();
    leave(index);
}

/// Those who stand behind look whether another queue is shorter.
void ShopLife::jockey() {
    for (std::size_t till = 0; till < tills_.size(); ++till) {
        const bool closed = !accepts(till);
        const std::vector<AgentIndex> queue = tills_[till].queue;
        for (std::size_t i = queue.size(); i-- > 0;) {
            const std::size_t other = best_till(agents_[queue[i]]);
            if (other == kNobody || other == till) continue;
            const int gain = static_cast<int>(i) + (tills_[till].serving != kNobody ? 1 : 0) - load(other);
            const bool moves = closed || (gain >= behaviour_->checkout.jockey_gain &&
                                          random_.chance(behaviour_->checkout.jockey_share));
            if (!moves) continue;
            take_from_queue(queue[i], Leaving::kMoved);
            to_till(queue[i]);
        }
    }
}

bool ShopLife::wanted(std::size_t till) const {
    const TillHours& hours = behaviour_->checkout.tills[till];
    const bool scheduled = hour() >= hours.opens_h && hour() < hours.closes_h;
    if (scheduled) return true;
    // After closing time the first till stays until the last customer has gone.
    const bool customers = std::any_of(agents_.begin(), agents_.end(), [](const Agent& agent) {
        return agent.present && agent.staff == kNobody;
    });
    return till == 0 && customers;
}

void ShopLife::mind_tills() {
    for (std::size_t till = 0; till < tills_.size(); ++till) {
        Till& it = tills_[till];
        const bool has = it.cashier != kNobody && !it.closing;
        if (wanted(till) && it.cashier == kNobody) {
            const AgentIndex cashier = free_cashier();
            if (cashier == kNobody) continue;
            it.cashier = cashier;
            it.staffed = false;
            agents_[cashier].till = till;
            walk(cashier, sites_->tills()[till].cashier);
            continue;
        }
        // The first till waits for a relief while there are customers; the others close.
        const bool stays =
            has && wanted(till) &&
            (should_work(agents_[it.cashier].staff) || (till == 0 && free_cashier() == kNobody));
        if (!has || stays) continue;
        it.closing = true;
        tell_queue(till);
        if (it.serving == kNobody) release_cashier(till);
    }
}

void ShopLife::release_cashier(std::size_t till) {
    Till& it = tills_[till];
    const AgentIndex cashier = it.cashier;
    it.cashier = kNobody;
    it.staffed = false;
    it.closing = false;
    tell_queue(till);
    if (cashier == kNobody) return;
    agents_[cashier].till = kNobody;
    if (watcher_ != nullptr) watcher_->worked(agents_[cashier], "till_left", now_s_);
    walk(cashier, sites_->staff_doors().front());
}

}  // namespace vitrina::sim
