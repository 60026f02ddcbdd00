#include "report/staff_effect.h"

#include <algorithm>
#include <map>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

#include "base/local_clock.h"

namespace vitrina::report {
namespace {

constexpr std::int64_t kZonesMax = 100'000;
constexpr std::int64_t kHoursOfDay = 24;
// A talk begins when the later of the two stands; where exactly a stand begins is known to some seconds.
constexpr std::chrono::seconds kSlack{2};

/// Somebody's first talk.
struct First {
    UtcTime begin;
    Approach approach = Approach::kStaff;
    std::int64_t member = 0;
};

std::unordered_map<PersonId, First> first_talks(const StaffFacts& facts) {
    std::unordered_map<PersonId, First> firsts;
    for (const LiveEvent& event : facts.talks) {
        const auto& talk = std::get<Talk>(event.event.fact);
        if (!facts.members.contains(talk.staff) || facts.members.contains(talk.person)) continue;
        firsts.try_emplace(talk.person, First{event.begin, talk.approach, facts.members.at(talk.staff)});
    }
    return firsts;
}

std::int64_t stratum_of(std::int64_t day, int hour, std::int64_t zone) {
    return (day * kHoursOfDay + hour) * kZonesMax + zone;
}

double seconds(Duration duration) {
    return std::chrono::duration<double>(duration).count();
}

/// With 1 for the outcome of who bought.
std::vector<Occasion> occasions_of(const StaffFacts& facts, const HourOf& hour_of,
                                   std::optional<std::int64_t> member) {
    const auto firsts = first_talks(facts);
    std::map<std::string, std::int64_t> zones;
    std::vector<Occasion> occasions;
    occasions.reserve(facts.stands.size());
    for (const LiveEvent& event : facts.stands) {
        const auto& stand = std::get<Stand>(event.event.fact);
        if (facts.members.contains(stand.person)) continue;
        const auto first = firsts.find(stand.person);
        const bool talks = first != firsts.end();
        if (talks && first->second.begin + kSlack < event.begin) continue;
        const std::int64_t zone = zones.try_emplace(stand.zone, zones.size()).first->second;
        Occasion& one = occasions.emplace_back();
        const ShopHour hour = hour_of(event.begin);
        one.stratum = stratum_of(hour.day, hour.hour, zone);
        one.wider = -1 - stratum_of(LocalClock::weekday_of(hour.day), hour.hour, zone);
        one.whose = stand.person;
        const bool is_now = talks && first->second.begin < event.end + kSlack;
        // Who asks by himself is compared until then: to leave him out would be to know it before.
        one.treated = is_now && first->second.approach != Approach::kCustomer &&
                      (!member || first->second.member == *member);
        one.treated_later = talks && !one.treated;
        const UtcTime until = is_now ? std::max(first->second.begin, event.begin) : event.end;
        one.until = seconds(until - event.begin);
        one.outcome = facts.spent.contains(stand.person) ? 1 : 0;
    }
    return occasions;
}

}  // namespace

StaffEffect staff_effect(const StaffFacts& facts, const HourOf& hour_of) {
    std::vector<Occasion> occasions = occasions_of(facts, hour_of, std::nullopt);
    StaffEffect effect;
    effect.bought = effect_of(occasions);
    for (Occasion& one : occasions) {
        const auto paid = facts.spent.find(one.whose);
        one.outcome =
            paid != facts.spent.end() ? static_cast<double>(std::max<std::int64_t>(0, paid->second)) : 0;
    }
    effect.spent = effect_of(occasions);
    return effect;
}

Effect bought_effect(const StaffFacts& facts, const HourOf& hour_of, std::int64_t member) {
    return effect_of(occasions_of(facts, hour_of, member));
}

}  // namespace vitrina::report
