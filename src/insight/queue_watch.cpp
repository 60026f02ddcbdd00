#include "insight/queue_watch.h"

#include <algorithm>
#include <cmath>
#include <utility>

#include "base/polygon.h"

namespace vitrina::insight {
namespace {

constexpr double kForgets = 0.97;     // the weight of a service after the next one
constexpr double kServiceMaxS = 900;  // longer from one to the next: the till was left

Box box_of(const std::optional<Polygon>& polygon) {
    return polygon && !polygon->empty() ? bounds_of(*polygon) : Box();
}

}  // namespace

QueueWatch::QueueWatch(std::optional<Polygon> queue, std::optional<Polygon> service,
                       const QueueOptions& options)
    : queue_(std::move(queue)),
      service_(std::move(service)),
      queue_bounds_(box_of(queue_)),
      service_bounds_(box_of(service_)),
      options_(options) {}

bool QueueWatch::inside(const std::optional<Polygon>& polygon, const Box& bounds, Point place) const {
    return polygon && covers(bounds, place) && contains(*polygon, place);
}

void QueueWatch::observe(const Sighting& sighting, std::vector<QueueChange>& changes) {
    const bool in_service = inside(service_, service_bounds_, sighting.place);
    const bool in_queue = !in_service && inside(queue_, queue_bounds_, sighting.place);
    auto found = guests_.find(sighting.person);
    if (found == guests_.end()) {
        if (!in_service && !in_queue) return;
        found = guests_.emplace(sighting.person, Guest()).first;
        Guest& guest = found->second;
        guest.entered = sighting.at;
        guest.anchor = sighting.place;
        guest.anchored = sighting.at;
        guest.anchor_in_service = in_service;
    }
    Guest& guest = found->second;
    guest.last = sighting.at;
    if (in_service || in_queue) guest.last_inside = sighting.at;
    if (!in_service && !in_queue) {
        if (sighting.at - guest.last_inside < options_.leave_after) return;
        end(sighting.person, guest, guest.last_inside, changes);
        guests_.erase(found);
        return;
    }
    const double away = std::hypot(sighting.place.x - guest.anchor.x, sighting.place.y - guest.anchor.y);
    if (away > options_.stand_radius * sighting.body_height || in_service != guest.anchor_in_service) {
        guest.anchor = sighting.place;
        guest.anchored = sighting.at;
        guest.anchor_in_service = in_service;
    }
    if (sighting.at - guest.anchored < options_.stand_time) return;
    if (in_queue && guest.state == State::kPassing) begin_wait(sighting.person, guest, changes);
    if (in_service && guest.state != State::kServed) begin_service(sighting.person, guest, changes);
}

void QueueWatch::begin_wait(PersonId person, Guest& guest, std::vector<QueueChange>& changes) {
    guest.state = State::kWaiting;
    guest.began = guest.anchored;
    guest.leads = parties_ == 0 || guest.began - last_join_ > options_.together;
    last_join_ = guest.began;
    ++people_;
    if (guest.leads) ++parties_;
    ++waiting_;
    change(guest.began, 1);
    changes.push_back({QueueChange::Kind::kJoined, person, guest.began, guest.began, 0, {}});
}

void QueueWatch::begin_service(PersonId person, Guest& guest, std::vector<QueueChange>& changes) {
    const SourceTime at = guest.anchored;
    const bool waited = guest.state == State::kWaiting;
    if (waited) {
        --waiting_;
        change(at, -1);
    } else {
        ++people_;
        if (!service_began_ || at - *service_began_ > options_.together) ++parties_;
    }
    changes.push_back(
        {QueueChange::Kind::kServiceBegan, person, waited ? guest.began : guest.entered, at, 0, {}});
    // Who goes straight to the till stands before it for a moment too.
    learn(at, waited && at - guest.began > 2 * options_.together);
    guest.state = State::kServed;
    guest.began = at;
    ++served_;
}

void QueueWatch::learn(SourceTime at, bool had_to_wait) {
    if (service_began_ && at - *service_began_ <= options_.together) return;  // of the same party
    if (service_began_ && had_to_wait) {
        const double took = to_seconds(at - *service_began_);
        if (took < kServiceMaxS) {
            service_s_ = kForgets * service_s_ + took;
            services_ = kForgets * services_ + 1;
        }
    }
    service_began_ = at;
}

Duration QueueWatch::service_time() const {
    // The guess counts as one service.
    return from_seconds((service_s_ + to_seconds(options_.service_guess)) / (services_ + 1));
}

double QueueWatch::party_size() const {
    return (people_ + 1) / (parties_ + 1);
}

int QueueWatch::parties_waiting() const {
    return static_cast<int>(std::count_if(guests_.begin(), guests_.end(), [](const auto& entry) {
        return entry.second.state == State::kWaiting && entry.second.leads;
    }));
}

Duration QueueWatch::expected_wait(SourceTime now) const {
    const double each = to_seconds(service_time());
    const int ahead = std::max(parties_waiting(), told_length_ > 0 ? 1 : 0);
    double wait = ahead * each;
    if (served_ > 0 && service_began_) wait += std::max(each / 4, each - to_seconds(now - *service_began_));
    return from_seconds(wait);
}

void QueueWatch::end(PersonId person, const Guest& guest, SourceTime at, std::vector<QueueChange>& changes) {
    if (guest.state == State::kWaiting) {
        --waiting_;
        change(at, -1);
        changes.push_back({QueueChange::Kind::kLeftQueue, person, guest.began, at, 0, {}});
    }
    if (guest.state == State::kServed) {
        --served_;
        changes.push_back({QueueChange::Kind::kServed, person, guest.began, at, 0, {}});
    }
}

void QueueWatch::change(SourceTime at, int by) {
    pending_[std::max(at, settled_)] += by;
}

void QueueWatch::forget(PersonId person, SourceTime now) {
    const auto found = guests_.find(person);
    if (found == guests_.end()) return;
    if (found->second.state == State::kWaiting) --waiting_, change(now, -1);
    if (found->second.state == State::kServed) --served_;
    guests_.erase(found);
}

void QueueWatch::advance(SourceTime now, std::vector<QueueChange>& changes) {
    for (auto entry = guests_.begin(); entry != guests_.end();) {
        if (now - entry->second.last <= options_.unseen_grace) {
            ++entry;
            continue;
        }
        end(entry->first, entry->second, entry->second.last_inside, changes);
        entry = guests_.erase(entry);
    }
    const SourceTime until = now - options_.settle;
    const auto tell = [&](SourceTime at) {
        changes.push_back({QueueChange::Kind::kLength, 0, at, at, told_length_,
                           told_length_ > 0 || served_ > 0 ? expected_wait(at) : Duration{}});
        told_ = at;
    };
    const auto repeat = [&](SourceTime before) {
        while (told_length_ > 0 && told_ + options_.repeat < before)
            tell(told_ + options_.repeat);
    };
    while (!pending_.empty() && pending_.begin()->first < until) {
        const auto [at, by] = *pending_.begin();
        pending_.erase(pending_.begin());
        if (by == 0) continue;
        repeat(at);
        told_length_ += by;
        tell(at);
    }
    repeat(until);
    settled_ = std::max(settled_, until);
}

}  // namespace vitrina::insight
