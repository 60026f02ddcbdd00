#include "pipeline/recent_people.h"

#include <algorithm>
#include <functional>
#include <iterator>
#include <limits>
#include <utility>

namespace vitrina::pipeline {
namespace {

// Between two pictures of a camera; longer, and nobody knows where he was.
constexpr double kStepMaxS = 2;
// Looks this far apart show something new.
constexpr double kApartS = 3;

double seconds_between(UtcTime from, UtcTime to) {
    return std::chrono::duration<double>(to - from).count();
}

}  // namespace

std::vector<teach::Look> RecentPerson::descriptions() const {
    std::vector<teach::Look> descriptions;
    descriptions.reserve(looks.size());
    for (const BodyLook& look : looks)
        descriptions.push_back(look.description);
    return descriptions;
}

void drop_least(std::vector<BodyLook>& looks) {
    double least = std::numeric_limits<double>::infinity();
    auto drop = looks.begin();
    for (auto look = looks.begin(); look != looks.end(); ++look) {
        double apart_s = kApartS;
        if (look != looks.begin())
            apart_s = std::min(apart_s, seconds_between(std::prev(look)->at, look->at));
        if (std::next(look) != looks.end())
            apart_s = std::min(apart_s, seconds_between(look->at, std::next(look)->at));
        const double value = look->quality * (0.2 + std::max(0.0, apart_s) / kApartS);
        if (value >= least) continue;
        least = value;
        drop = look;
    }
    if (drop != looks.end()) looks.erase(drop);
}

RecentPerson& RecentPeople::at(const std::string& camera, PersonId person, UtcTime now) {
    const auto [entry, is_new] = people_.try_emplace(person);
    RecentPerson& known = entry->second;
    if (is_new) {
        known.camera = camera;
        known.person = person;
        known.first = known.last = now;
    }
    return known;
}

void RecentPeople::see(const LiveTracks& tracks, const std::set<std::string>& staff_places) {
    for (const LivePerson& seen : tracks.people) {
        RecentPerson& person = at(tracks.camera, seen.person, tracks.at);
        const double step_s = std::clamp(seconds_between(person.last, tracks.at), 0.0, kStepMaxS);
        const bool in_staff_place = std::any_of(seen.zones.begin(), seen.zones.end(), [&](const auto& zone) {
            return staff_places.contains(zone);
        });
        if (in_staff_place) {
            person.staff_place_s += step_s;
            person.changed = true;
        }
        person.last = std::max(person.last, tracks.at);
    }
}

void RecentPeople::add(BodyLook look) {
    RecentPerson& person = at(look.camera, look.person, look.at);
    person.last = std::max(person.last, look.at);
    person.changed = true;
    person.looks.push_back(std::move(look));
    if (person.looks.size() > kLooksMax) drop_least(person.looks);
}

std::vector<RecentPerson> RecentPeople::forget_before(UtcTime instant) {
    if (people_.size() > kPeopleMax) {
        std::vector<UtcTime> lasts;
        lasts.reserve(people_.size());
        for (const auto& [number, person] : people_)
            lasts.push_back(person.last);
        const auto newest = lasts.begin() + static_cast<std::ptrdiff_t>(kPeopleMax);
        std::nth_element(lasts.begin(), newest, lasts.end(), std::greater<>());
        instant = std::max(instant, *newest + std::chrono::milliseconds(1));
    }
    std::vector<RecentPerson> gone;
    for (auto person = people_.begin(); person != people_.end();) {
        if (person->second.last >= instant) {
            ++person;
            continue;
        }
        gone.push_back(std::move(person->second));
        person = people_.erase(person);
    }
    return gone;
}

RecentPerson* RecentPeople::find(PersonId person) {
    const auto entry = people_.find(person);
    return entry == people_.end() ? nullptr : &entry->second;
}

}  // namespace vitrina::pipeline
