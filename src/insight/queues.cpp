#include "insight/queues.h"

#include <algorithm>
#include <utility>

namespace vitrina::insight {
namespace {

constexpr Duration kCashierAway = std::chrono::seconds(60);    // and the till is still open
constexpr Duration kNobodyServed = std::chrono::seconds(300);  // the same where no cashier's place is drawn
constexpr Duration kWithin = std::chrono::seconds(10);  // companions stand beside the till, or before it
constexpr std::size_t kJoinedMax = 4096;  // more than come to all tills while somebody who asks looks away

}  // namespace

Queues::Queues(const Layout& layout, const QueueOptions& options) : options_(options) {
    struct Places {
        std::string queue_name;
        std::optional<Polygon> queue, service;
        std::vector<Polygon> cashier;
    };
    std::vector<std::pair<std::string, Places>> places;
    for (const Zone& zone : layout.zones) {
        if (zone.till.empty()) continue;
        auto found =
            std::find_if(places.begin(), places.end(), [&](const auto& it) { return it.first == zone.till; });
        if (found == places.end()) found = places.insert(places.end(), {zone.till, {}});
        Places& at = found->second;
        if (zone.kind == ZoneKind::kQueue && !at.queue) at.queue = zone.polygon, at.queue_name = zone.name;
        if (zone.kind == ZoneKind::kService && !at.service) at.service = zone.polygon;
        if (zone.kind == ZoneKind::kCashier) at.cashier.push_back(zone.polygon);
    }
    for (auto& [till, at] : places) {
        if (!at.queue && !at.service) continue;
        tills_.push_back({till,
                          at.queue_name.empty() ? till : at.queue_name,
                          QueueWatch(at.queue, at.service, options),
                          at.cashier,
                          {},
                          false});
    }
}

bool Queues::busy() const {
    return !leavers_.empty() ||
           std::any_of(tills_.begin(), tills_.end(), [](const Till& till) { return till.watch.busy(); });
}

Result<void> Queues::observe(const Sighting& sighting, const Tell& tell) {
    if (sighting.labels.staff) {
        if (staff_.insert(sighting.person).second)
            for (Till& till : tills_)
                till.watch.forget(sighting.person, sighting.at);
    }
    const bool is_staff = sighting.labels.staff || staff_.contains(sighting.person);
    for (std::size_t i = 0; i < tills_.size(); ++i) {
        Till& till = tills_[i];
        for (const Polygon& place : till.cashier) {
            if (!contains(place, sighting.place)) continue;
            till.cashier_seen = sighting.at;
            till.has_been_staffed = true;
        }
        if (is_staff) continue;
        till.watch.observe(sighting, changes_);
        if (!changes_.empty()) TRY(take(i, tell));
    }
    return {};
}

Result<void> Queues::advance(SourceTime now, const Tell& tell) {
    for (std::size_t i = 0; i < tills_.size(); ++i) {
        tills_[i].watch.advance(now, changes_);
        if (!changes_.empty()) TRY(take(i, tell));
    }
    return settle_leavers(now - options_.move_time, tell);
}

Result<void> Queues::take(std::size_t index, const Tell& tell) {
    const Till& till = tills_[index];
    const std::vector<QueueChange> changes = std::exchange(changes_, {});
    for (const QueueChange& change : changes) {
        switch (change.kind) {
            case QueueChange::Kind::kJoined:
            case QueueChange::Kind::kServiceBegan:
                if (joined_.size() < kJoinedMax) joined_.push_back({change.person, change.end});
                if (const auto left = leavers_.find(change.person); left != leavers_.end()) {
                    const Leaver& from = left->second;
                    // Back in the same queue he never left it for long; that is a wait of its own all the
                    // same.
                    TRY(tell(Wait{change.person, tills_[from.till].queue, from.begin, from.end,
                                  from.till == index ? WaitEnd::kAbandoned : WaitEnd::kMoved}));
                    leavers_.erase(left);
                }
                if (change.kind == QueueChange::Kind::kServiceBegan) {
                    TRY(tell(Wait{change.person, till.queue, change.begin, change.end, WaitEnd::kServed}));
                    TRY(settle_companions({index, change.begin, change.end}, tell));
                }
                break;
            case QueueChange::Kind::kLeftQueue:
                TRY(leave(change.person, {index, change.begin, change.end}, tell));
                break;
            case QueueChange::Kind::kServed:
                TRY(tell(Service{change.person, till.till, change.begin, change.end}));
                break;
            case QueueChange::Kind::kLength:
                TRY(tell(Queue{till.queue, change.length, change.wait, change.end}));
                break;
        }
    }
    return {};
}

bool Queues::came_together(const Leaver& leaver, const Began& began) const {
    const auto apart = [](SourceTime a, SourceTime b) { return a > b ? a - b : b - a; };
    return leaver.till == began.till && apart(leaver.begin, began.wait) <= options_.together &&
           apart(leaver.end, began.service) <= kWithin;
}

Result<void> Queues::settle_companions(const Began& began, const Tell& tell) {
    for (auto entry = leavers_.begin(); entry != leavers_.end();) {
        const Leaver& leaver = entry->second;
        if (!came_together(leaver, began)) {
            ++entry;
            continue;
        }
        TRY(tell(
            Wait{entry->first, tills_[leaver.till].queue, leaver.begin, began.service, WaitEnd::kServed}));
        entry = leavers_.erase(entry);
    }
    began_.push_back(began);
    while (began.service - began_.front().service > options_.move_time)
        began_.pop_front();
    return {};
}

Result<void> Queues::leave(PersonId person, const Leaver& leaver, const Tell& tell) {
    const auto with = std::find_if(began_.begin(), began_.end(),
                                   [&](const Began& began) { return came_together(leaver, began); });
    if (with == began_.end()) {
        leavers_[person] = leaver;
        return {};
    }
    return tell(Wait{person, tills_[leaver.till].queue, leaver.begin, with->service, WaitEnd::kServed});
}

Result<void> Queues::settle_leavers(SourceTime before, const Tell& tell) {
    for (auto entry = leavers_.begin(); entry != leavers_.end();) {
        const Leaver& leaver = entry->second;
        if (leaver.end >= before) {
            ++entry;
            continue;
        }
        TRY(tell(
            Wait{entry->first, tills_[leaver.till].queue, leaver.begin, leaver.end, WaitEnd::kAbandoned}));
        entry = leavers_.erase(entry);
    }
    return {};
}

Result<void> Queues::finish(SourceTime end, const Tell& tell) {
    TRY(advance(end + options_.unseen_grace + options_.settle + Duration(2), tell));
    TRY(advance(end + options_.unseen_grace + 2 * options_.settle + Duration(4), tell));
    return settle_leavers(SourceTime::max(), tell);
}

bool Queues::is_open(std::size_t index, SourceTime now) const {
    const Till& till = tills_[index];
    if (!till.cashier.empty()) return till.has_been_staffed && now - till.cashier_seen < kCashierAway;
    const auto served = till.watch.service_began();
    return till.watch.serves() || (served && now - *served < kNobodyServed);
}

}  // namespace vitrina::insight
