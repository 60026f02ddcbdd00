#include "insight/staff_watch.h"

#include <algorithm>
#include <cmath>

#include "base/distance.h"
#include "base/polygon.h"

namespace vitrina::insight {
namespace {

constexpr double kSure = 1;  // nothing better is known of where somebody stood

}  // namespace

StaffWatch::StaffWatch(const Layout& layout, const StaffOptions& options) : options_(options) {
    areas_.reserve(layout.zones.size());
    for (const Zone& zone : layout.zones)
        areas_.push_back({zone, bounds_of(zone.polygon)});
}

StaffWatch::Spot StaffWatch::spot_at(Point place) const {
    for (const Area& area : areas_) {
        const bool is_till = area.zone.kind == ZoneKind::kCashier;
        if (!is_till && area.zone.kind != ZoneKind::kStaff) continue;
        if (!covers(area.bounds, place) || !contains(area.zone.polygon, place)) continue;
        return is_till ? Spot{Where::kTill, area.zone.till} : Spot{Where::kStock, area.zone.name};
    }
    return {};
}

Activity StaffWatch::activity_at(const Spot& spot) {
    switch (spot.where) {
        case Where::kTill:
            return Activity::kTill;
        case Where::kStock:
            return Activity::kStockRoom;
        case Where::kFloor:
            break;
    }
    return Activity::kFloor;
}

bool StaffWatch::is_till_side(Point place) const {
    return std::any_of(areas_.begin(), areas_.end(), [&](const Area& area) {
        return (area.zone.kind == ZoneKind::kQueue || area.zone.kind == ZoneKind::kService) &&
               covers(area.bounds, place) && contains(area.zone.polygon, place);
    });
}

/// The department, or else the first area.
std::string StaffWatch::zone_at(Point place) const {
    const Area* found = nullptr;
    for (const Area& area : areas_) {
        const bool is_department = area.zone.kind == ZoneKind::kDepartment;
        if (!is_department && (area.zone.kind != ZoneKind::kArea || found != nullptr)) continue;
        if (!covers(area.bounds, place) || !contains(area.zone.polygon, place)) continue;
        if (is_department) return area.zone.name;
        found = &area;
    }
    return found == nullptr ? "" : found->zone.name;
}

bool StaffWatch::stands(const Somebody& somebody, SourceTime at) const {
    return !somebody.standing.away && at - somebody.standing.since >= options_.settle;
}

std::optional<StaffWatch::Standing> StaffWatch::move(Somebody& somebody, const Sighting& sighting,
                                                     bool is_new) const {
    somebody.place = sighting.place;
    somebody.height = sighting.body_height;
    somebody.last = sighting.at;
    Standing& standing = somebody.standing;
    const double radius = options_.stand_radius * sighting.body_height;
    if (is_new) {
        standing = {sighting.place, sighting.at, sighting.at, std::nullopt, {}, {}};
        return std::nullopt;
    }
    if (distance(standing.anchor, sighting.place) <= radius) {
        standing.near = sighting.at;
        standing.away.reset();
        return std::nullopt;
    }
    if (!standing.away || distance(standing.next_anchor, sighting.place) > radius) {
        standing.next_anchor = sighting.place;
        standing.next_since = sighting.at;
    }
    if (!standing.away) standing.away = sighting.at;
    if (sighting.at - *standing.away < options_.leave_after) return std::nullopt;
    return std::exchange(standing,
                         {standing.next_anchor, standing.next_since, sighting.at, std::nullopt, {}, {}});
}

Result<void> StaffWatch::observe(const Sighting& sighting, const Tell& tell) {
    last_ = sighting.at;
    if (sighting.labels.staff && staff_.insert(sighting.person).second) {
        knows_staff_ = true;
        // He was never a customer.
        customers_.erase(sighting.person);
        std::erase_if(pairs_, [&](const auto& pair) { return pair.first.second == sighting.person; });
        for (auto& [id, member] : members_)
            if (member.talks_with == sighting.person) member.talks_with = 0;
    }
    return staff_.contains(sighting.person) ? observe_member(sighting, tell)
                                            : observe_customer(sighting, tell);
}

Result<void> StaffWatch::observe_customer(const Sighting& sighting, const Tell& tell) {
    const auto [entry, is_new] = customers_.try_emplace(sighting.person);
    Customer& customer = entry->second;
    const auto ended = move(customer, sighting, is_new);
    if (!knows_staff_) return {};
    if (ended) TRY(tell_stand(sighting.person, *ended, tell));
    if (members_.empty()) return {};
    bool knows_side = false;
    for (const auto& [id, member] : members_) {
        const double reach = options_.talk_distance * (sighting.body_height + member.height) / 2;
        if (distance(member.place, sighting.place) > reach + options_.stand_radius * sighting.body_height &&
            !pairs_.contains({id, sighting.person}))
            continue;
        if (!std::exchange(knows_side, true)) customer.at_till = is_till_side(sighting.place);
        meet(id, member, sighting.person, customer, sighting.at);
    }
    return {};
}

Result<void> StaffWatch::tell_stand(PersonId person, const Standing& standing, const Tell& tell) const {
    if (standing.near - standing.since < options_.stand_min || is_till_side(standing.anchor)) return {};
    return tell(Stand{person, zone_at(standing.anchor), standing.since, standing.near}, kSure);
}

// ---- talks ----

void StaffWatch::meet(PersonId staff, const Member& member, PersonId person, const Customer& customer,
                      SourceTime at) {
    if (at - member.last > options_.settle) return;  // who knows where he is
    const double height = (member.height + customer.height) / 2;
    const double apart = distance(member.place, customer.place) / height;
    const bool is_near = apart <= options_.talk_distance && stands(member, at) && stands(customer, at) &&
                         member.spot.where != Where::kTill && !customer.at_till;
    const auto known = pairs_.find({staff, person});
    if (known == pairs_.end() && !is_near) return;
    if (known == pairs_.end()) {
        const SourceTime came_staff = member.standing.since;
        const SourceTime came_customer = customer.standing.since;
        Pair pair;
        pair.begin = std::max(came_staff, came_customer);
        pair.zone = zone_at(customer.standing.anchor);
        if (came_staff - came_customer > options_.together)
            pair.approach = Approach::kStaff;
        else if (came_customer - came_staff > options_.together)
            pair.approach = Approach::kCustomer;
        if (pair.approach == Approach::kStaff) pair.wait = came_staff - came_customer;
        pair.last = at;
        pair.distance_sum = apart;
        pair.near = pair.looks = 1;
        pairs_.emplace(Key{staff, person}, std::move(pair));
        return;
    }
    Pair& pair = known->second;
    ++pair.looks;
    if (!is_near) return;
    ++pair.near;
    pair.last = at;
    pair.distance_sum += apart;
}

/// Who talks with nobody talks with the nearest of those who have been near for long enough.
void StaffWatch::begin_talks(SourceTime now) {
    for (auto& [id, member] : members_) {
        if (member.talks_with != 0) continue;
        const Pair* nearest = nullptr;
        for (auto pair = pairs_.lower_bound({id, 0}); pair != pairs_.end() && pair->first.first == id;
             ++pair) {
            const Pair& it = pair->second;
            if (it.last - it.begin < options_.talk_min || now - it.last > options_.talk_gap) continue;
            if (nearest != nullptr && it.distance_sum / it.near >= nearest->distance_sum / nearest->near)
                continue;
            nearest = &it;
            member.talks_with = pair->first.second;
        }
    }
}

Result<void> StaffWatch::end_talks(SourceTime now, const Tell& tell) {
    for (auto entry = pairs_.begin(); entry != pairs_.end();) {
        if (now - entry->second.last <= options_.talk_gap) {
            ++entry;
            continue;
        }
        const auto [key, pair] = *entry;
        entry = pairs_.erase(entry);
        TRY(end_talk(key, pair, tell));
    }
    return {};
}

Result<void> StaffWatch::end_talk(const Key& key, const Pair& pair, const Tell& tell) {
    const auto member = members_.find(key.first);
    if (member == members_.end() || member->second.talks_with != key.second) return {};
    member->second.talks_with = 0;
    // Those who stood by have only now him to themselves.
    for (auto other = pairs_.lower_bound({key.first, 0});
         other != pairs_.end() && other->first.first == key.first; ++other)
        other->second.begin = std::max(other->second.begin, pair.last);
    return tell(Talk{key.second, key.first, pair.zone, pair.approach, pair.wait,
                     pair.distance_sum / pair.near * options_.height_m, pair.begin, pair.last},
                pair.near / pair.looks);
}

// ---- work ----

Result<void> StaffWatch::observe_member(const Sighting& sighting, const Tell& tell) {
    const auto [entry, is_new] = members_.try_emplace(sighting.person);
    Member& member = entry->second;
    if (is_new) {
        member.spot = spot_at(sighting.place);
        member.began = sighting.at;
        member.activity = activity_at(member.spot);
    }
    const auto ended = move(member, sighting, is_new);
    TRY(change_spot(sighting.person, member, sighting, tell));
    TRY(watch_idling(sighting.person, member, sighting.at, ended, tell));
    if (sighting.at - member.began >= options_.piece_max)
        TRY(tell_work(sighting.person, member, sighting.at, tell));
    return {};
}

Result<void> StaffWatch::change_spot(PersonId person, Member& member, const Sighting& sighting,
                                     const Tell& tell) const {
    Spot spot = spot_at(sighting.place);
    if (spot == member.spot) {
        member.next.reset();
        return {};
    }
    if (!member.next || *member.next != spot) {
        member.next = std::move(spot);
        member.next_since = sighting.at;
    }
    if (sighting.at - member.next_since < options_.place_settle) return {};
    TRY(tell_work(person, member, member.next_since, tell));
    member.spot = *std::exchange(member.next, std::nullopt);
    member.activity = activity_at(member.spot);
    return {};
}

Result<void> StaffWatch::watch_idling(PersonId person, Member& member, SourceTime at,
                                      const std::optional<Standing>& ended, const Tell& tell) const {
    if (member.activity == Activity::kIdle && ended) {
        TRY(tell_work(person, member, std::max(ended->near, member.began), tell));
        member.activity = Activity::kFloor;
    }
    const bool idles = member.activity == Activity::kFloor && !member.standing.away &&
                       at - member.standing.since >= options_.idle_after;
    if (!idles) return {};
    TRY(tell_work(person, member, std::max(member.standing.since, member.began), tell));
    member.activity = Activity::kIdle;
    return {};
}

/// The activity so far; what comes begins there.
Result<void> StaffWatch::tell_work(PersonId person, Member& member, SourceTime until,
                                   const Tell& tell) const {
    const SourceTime begin = std::exchange(member.began, until);
    if (until <= begin) return {};
    return tell(Work{person, member.activity, member.spot.place, begin, until}, kSure);
}

// ---- the clock ----

Result<void> StaffWatch::forget_gone(SourceTime now, const Tell& tell) {
    for (auto entry = customers_.begin(); entry != customers_.end();) {
        if (now - entry->second.last <= options_.unseen_grace) {
            ++entry;
            continue;
        }
        if (knows_staff_) TRY(tell_stand(entry->first, entry->second.standing, tell));
        entry = customers_.erase(entry);
    }
    for (auto entry = members_.begin(); entry != members_.end();) {
        Member& member = entry->second;
        if (now - member.last <= options_.unseen_grace) {
            ++entry;
            continue;
        }
        TRY(tell_work(entry->first, member, member.last, tell));
        staff_.erase(entry->first);
        entry = members_.erase(entry);
    }
    return {};
}

Result<void> StaffWatch::advance(SourceTime now, const Tell& tell) {
    begin_talks(now);
    TRY(end_talks(now, tell));
    return forget_gone(now, tell);
}

Result<void> StaffWatch::finish(const Tell& tell) {
    begin_talks(last_);
    TRY(end_talks(SourceTime::max(), tell));
    return forget_gone(SourceTime::max(), tell);
}

}  // namespace vitrina::insight
