#include "report/staff_day.h"

#include <algorithm>
#include <iterator>
#include <set>
#include <unordered_set>
#include <utility>

namespace vitrina::report {
namespace {

constexpr std::chrono::milliseconds kSeam{2'500};  // between two pieces of one stretch

using Facts = std::span<const LiveEvent>;

/// Those that begin in [from, to).
Facts between(Facts facts, UtcTime from, UtcTime to) {
    const auto before = [](const LiveEvent& event, UtcTime at) { return event.begin < at; };
    const auto first = std::lower_bound(facts.begin(), facts.end(), from, before);
    const auto last = std::lower_bound(first, facts.end(), to, before);
    return facts.subspan(static_cast<std::size_t>(first - facts.begin()),
                         static_cast<std::size_t>(last - first));
}

Doing doing_of(Activity activity) {
    switch (activity) {
        case Activity::kTill:
            return Doing::kTill;
        case Activity::kStockRoom:
            return Doing::kStockRoom;
        case Activity::kFloor:
            return Doing::kFloor;
        case Activity::kIdle:
            break;
    }
    return Doing::kIdle;
}

Spread spread_of(std::vector<Duration>& values) {
    if (values.empty()) return {};
    std::sort(values.begin(), values.end());
    return {static_cast<std::int64_t>(values.size()), values[values.size() / 2],
            values[values.size() * 9 / 10]};
}

/// Adds talks up.
class Tally {
  public:
    void add(const Talk& talk, const StaffFacts& facts) {
        ++talks_.talks;
        if (talk.approach == Approach::kCustomer)
            ++talks_.by_customer;
        else
            ++talks_.by_staff;
        if (talk.approach == Approach::kStaff) waits_.push_back(talk.wait);
        lengths_.push_back(talk.end - talk.begin);
        if (!customers_.insert(talk.person).second) return;
        ++talks_.customers;
        talks_.buyers += facts.spent.contains(talk.person) ? 1 : 0;
    }
    [[nodiscard]] Talks result() {
        talks_.length = spread_of(lengths_);
        talks_.wait = spread_of(waits_);
        return talks_;
    }
    [[nodiscard]] bool has(PersonId customer) const { return customers_.contains(customer); }

  private:
    Talks talks_;
    std::vector<Duration> lengths_;
    std::vector<Duration> waits_;
    std::unordered_set<PersonId> customers_;
};

/// Of one member, or of one number that belongs to none.
struct Track {
    std::vector<Stretch> work;
    std::vector<Stretch> talks;
};

void sort(std::vector<Stretch>& stretches) {
    std::stable_sort(stretches.begin(), stretches.end(),
                     [](const Stretch& a, const Stretch& b) { return a.from < b.from; });
}

/// Without overlaps: what came first goes on.
void untangle(std::vector<Stretch>& stretches) {
    sort(stretches);
    UtcTime end = UtcTime::min();
    std::erase_if(stretches, [&](Stretch& stretch) {
        stretch.from = std::max(stretch.from, end);
        end = std::max(end, stretch.to);
        return stretch.to <= stretch.from;
    });
}

/// Work with the talks on top, one after another.
std::vector<Stretch> painted(Track& track) {
    untangle(track.work);
    untangle(track.talks);
    std::vector<Stretch> result = track.talks;
    auto talk = track.talks.begin();
    for (const Stretch& work : track.work) {
        while (talk != track.talks.end() && talk->to <= work.from)
            ++talk;
        UtcTime from = work.from;
        for (auto over = talk; over != track.talks.end() && over->from < work.to; ++over) {
            if (over->from > from) result.push_back({from, over->from, work.doing, work.place});
            from = std::max(from, over->to);
        }
        if (from < work.to) result.push_back({from, work.to, work.doing, work.place});
    }
    sort(result);
    std::vector<Stretch> joined;
    for (Stretch& stretch : result) {
        const bool goes_on = !joined.empty() && joined.back().doing == stretch.doing &&
                             joined.back().place == stretch.place && stretch.from - joined.back().to <= kSeam;
        if (goes_on)
            joined.back().to = stretch.to;
        else
            joined.push_back(std::move(stretch));
    }
    return joined;
}

void add_times(Spent& spent, const std::vector<Stretch>& stretches) {
    for (const Stretch& stretch : stretches)
        spent.at(static_cast<std::size_t>(stretch.doing)) += stretch.to - stretch.from;
}

/// Between stretches outside the zones for staff.
void find_breaks(MemberDay& day) {
    UtcTime worked;  // until then, elsewhere
    bool has_worked = false;
    UtcTime seen;
    for (const Stretch& stretch : day.stretches) {
        const bool is_new_shift = seen == UtcTime() || stretch.from - seen > kBreakMax;
        if (is_new_shift) {
            ++day.shifts;
            has_worked = false;
        } else if (stretch.from > seen) {
            day.away += stretch.from - seen;
        }
        seen = std::max(seen, stretch.to);
        if (stretch.doing == Doing::kStockRoom) continue;
        if (has_worked && stretch.from - worked >= kBreakMin) day.breaks.push_back({worked, stretch.from});
        worked = stretch.to;
        has_worked = true;
    }
}

std::int64_t member_of(const StaffFacts& facts, PersonId person) {
    const auto found = facts.members.find(person);
    return found == facts.members.end() ? -1 : found->second;
}

/// A member, or a number that belongs to none.
using Key = std::pair<std::int64_t, PersonId>;

Key key_of(std::int64_t member, PersonId person) {
    return {member, member == 0 ? person : 0};
}

void put(StaffDay& day, std::map<std::int64_t, MemberDay>& members, const Key& key, Track& track) {
    std::vector<Stretch> stretches = painted(track);
    if (stretches.empty()) return;
    add_times(day.spent, stretches);
    MemberDay& member = members[key.first];
    add_times(member.spent, stretches);
    const bool is_first = member.arrived == UtcTime();
    const UtcTime from = stretches.front().from;
    const UtcTime to =
        std::max_element(stretches.begin(), stretches.end(), [](const Stretch& a, const Stretch& b) {
            return a.to < b.to;
        })->to;
    member.arrived = is_first ? from : std::min(member.arrived, from);
    member.seen = std::max(member.seen, to);
    if (key.first == 0) return;
    member.stretches = std::move(stretches);
    find_breaks(member);
}

}  // namespace

std::string_view to_text(Doing doing) {
    switch (doing) {
        case Doing::kTill:
            return "till";
        case Doing::kStockRoom:
            return "stock_room";
        case Doing::kFloor:
            return "floor";
        case Doing::kIdle:
            return "idle";
        case Doing::kTalking:
            break;
    }
    return "talking";
}

StaffDay staff_day(const StaffFacts& facts, UtcTime from, UtcTime to) {
    StaffDay day{from, to, {}, {}, {}, 0, 0};
    std::map<Key, Track> tracks;
    std::map<std::int64_t, std::set<PersonId>> numbers;
    for (const LiveEvent& event : between(facts.work, from, to)) {
        const auto& work = std::get<Work>(event.event.fact);
        const std::int64_t member = member_of(facts, work.person);
        if (member < 0) continue;
        numbers[member].insert(work.person);
        tracks[key_of(member, work.person)].work.push_back(
            {event.begin, event.end, doing_of(work.activity), work.place});
    }
    Tally team;
    std::map<std::int64_t, Tally> tallies;
    for (const LiveEvent& event : between(facts.talks, from, to)) {
        const auto& talk = std::get<Talk>(event.event.fact);
        const std::int64_t member = member_of(facts, talk.staff);
        // Nor is it one when the customer turned out to work here, too.
        if (member < 0 || facts.members.contains(talk.person)) continue;
        tracks[key_of(member, talk.staff)].talks.push_back(
            {event.begin, event.end, Doing::kTalking, talk.zone});
        team.add(talk, facts);
        tallies[member].add(talk, facts);
    }
    std::map<std::int64_t, MemberDay> members;
    for (auto& [key, track] : tracks)
        put(day, members, key, track);
    day.members.reserve(members.size());
    for (auto& [number, member] : members) {
        member.member = number;
        member.numbers = static_cast<std::int64_t>(numbers[number].size());
        member.talks = tallies[number].result();
        day.members.push_back(std::move(member));
    }
    std::set<PersonId> stood;
    for (const LiveEvent& event : between(facts.stands, from, to))
        if (event.end - event.begin >= kServedAfter &&
            !facts.members.contains(std::get<Stand>(event.event.fact).person))
            stood.insert(std::get<Stand>(event.event.fact).person);
    day.customers = static_cast<std::int64_t>(stood.size());
    for (const PersonId customer : stood)
        day.served += team.has(customer) ? 1 : 0;
    day.talks = team.result();
    return day;
}

}  // namespace vitrina::report
