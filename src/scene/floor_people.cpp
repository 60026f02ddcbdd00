// Who is who: the part of FloorTracker that knows people.
#include <algorithm>
#include <cmath>
#include <numbers>
#include <utility>

#include "scene/floor_tracker_impl.h"

namespace vitrina::scene {
namespace {

constexpr Duration kOverlapMax = std::chrono::milliseconds(400);  // of two walkers that are one person
constexpr Duration kUnseenTogetherMax = std::chrono::seconds(3);
constexpr Duration kAskEvery = std::chrono::milliseconds(1000);
constexpr Duration kAskUntil = std::chrono::seconds(60);
constexpr double kSureScore = 3.0;    // nats over all else together: no need to wait
constexpr double kChangeScore = 3.0;  // nats by which another must be likelier than who it is now
// How often somebody comes: visitors at first, staff, those who are unseen inside, those who are out.
constexpr double kNewcomersBefore = 3;
constexpr double kNewcomersBeforeS = 60;
constexpr double kNewcomersMemoryS = 600;
constexpr double kStaffPerS = 0.01;
constexpr double kAgainPerS = 0.05;
constexpr double kBackPerS = 0.002;
constexpr double kUnexpected = 0.02;  // share of newcomers whom nobody saw where newcomers are seen first
constexpr double kAnywhere = 0.1;     // share of the unseen who turn up where nobody expected
constexpr double kSpeedMax = 2.2;     // m/s, of people in a shop
constexpr double kWanderM = 0.4;      // how far who is unseen strays at once
constexpr double kWanderMS = 0.5;     // and each second
constexpr double kWanderMax = 15;
constexpr double kAheadS = 1;  // so long he goes on as he went
constexpr double kDoorReachM = 1.6;
constexpr std::size_t kHistoryMax = 2000;  // tracklets of one person: a day at a shelf
// Two walkers that may be one.
constexpr double kNearM = 1.5;
constexpr Duration kNearSeen = std::chrono::milliseconds(600);
constexpr Duration kBesideFor = std::chrono::seconds(10);
constexpr Duration kTidyEvery = std::chrono::seconds(10);
constexpr double kTicksKept = 10;
constexpr double kTicksLeast = 4;
constexpr double kTicksOfMoment = 3;  // errors last so long
constexpr double kMomentsMax = 3;     // and a bias lasts for ever
constexpr double kMomentLeast = -6;   // nats
constexpr double kMergeScore = 4;
// A visitor counts once he was seen so often: at the entrance, and inside, where nobody should begin.
constexpr int kLooksToEnter = 12;
constexpr int kLooksInside = 25;

double squared(double value) {
    return value * value;
}

}  // namespace

double FloorTracker::Impl::alike(const Looks& a, const Looks& b) const {
    const auto compared = appearance.compare(a, b);
    return compared.similarity == 0 ? 0 : appearance.evidence(compared.similarity, compared.likeness);
}

double FloorTracker::Impl::newcomer_score(Point place) const {
    const double rate = (kNewcomersBefore + newcomers) /
                        (kNewcomersBeforeS + std::min(to_seconds(next_tick - begun), kNewcomersMemoryS));
    if (!floor.has_entrance()) return std::log(rate / floor.area_m2());
    double density_here = kUnexpected * rate / floor.area_m2();
    if (coverage.is_first_seen(DoorUse::kEntrance, place))
        density_here += rate / coverage.first_seen_m2(DoorUse::kEntrance);
    if (coverage.is_first_seen(DoorUse::kStaff, place))
        density_here += kStaffPerS / coverage.first_seen_m2(DoorUse::kStaff);
    return std::log(density_here);
}

std::optional<double> FloorTracker::Impl::trace_score(const Trace& trace, const Walker& walker) const {
    // Who vanishes just after another appeared, and was never seen beside him, is the same all the same.
    const Duration overlap = walker.beside.contains(trace.of) ? kOverlapMax : kUnseenTogetherMax;
    if (trace.last > walker.began + overlap) return std::nullopt;
    const Point place = walker.first.place();
    const double gap = std::max(0.0, to_seconds(walker.first.time() - trace.last));
    const double ahead = kAheadS * (1 - std::exp(-gap / kAheadS));
    const Point from = {trace.place.x + ahead * trace.velocity.x, trace.place.y + ahead * trace.velocity.y};
    const double way = floor.way_m(from, place);
    const Covariance spread = walker.first.covariance();
    const double unsure =
        trace.covariance.xx + trace.covariance.yy + spread.xx + spread.yy;  // of both axes together
    double density_here = 0;
    if (way <= kSpeedMax * gap + 1.5 + 2 * std::sqrt(unsure)) {
        const double variance = unsure / 2 + squared(std::min(kWanderMax, kWanderM + kWanderMS * gap));
        const double expected = std::exp(-way * way / (2 * variance)) / (2 * std::numbers::pi * variance);
        density_here = kAgainPerS * ((1 - kAnywhere) * expected + kAnywhere / floor.area_m2());
        if (has_left(trace.place, trace.velocity, walker.began - trace.last)) density_here *= kTurnsRound;
    }
    const bool at_door = coverage.is_first_seen(DoorUse::kEntrance, place);
    if (trace.presence == Presence::kOut && at_door)
        density_here += kBackPerS / coverage.first_seen_m2(DoorUse::kEntrance);
    if (density_here <= 0) return std::nullopt;
    Looks own = walker.looks;
    for (const auto& [camera, mean] : walker.recent)
        own[camera].add(mean);
    return std::log(density_here) + alike(own, trace.looks);
}

std::vector<FloorTracker::Impl::Guess> FloorTracker::Impl::guesses_of(const Walker& walker) const {
    std::vector<Guess> guesses;
    guesses.reserve(people.size() + 1);
    const bool is_newcomer = walker.person != 0 && !walker.before;
    guesses.push_back({is_newcomer ? walker.person : 0, newcomer_score(walker.first.place())});
    const auto add = [&](PersonId person, const Trace& trace) {
        if (const auto score = trace_score(trace, walker)) guesses.push_back({person, *score});
    };
    for (const auto& [id, person] : people) {
        if (id == walker.person) {
            if (walker.before) add(id, *walker.before);
        } else if (person.walker == 0) {
            add(id, person.trace);
        } else {
            // He who is still expected somewhere may be here.
            const Walker& other = walkers.at(person.walker);
            if (other.last > walker.began + kOverlapMax && next_tick - other.last < kNearSeen) continue;
            Trace trace{other.last,
                        other.filter.place(),
                        other.filter.velocity(),
                        other.filter.covariance(),
                        presence_at(other.filter),
                        other.id,
                        person.trace.looks};
            for (const auto& [camera, mean] : other.looks)
                trace.looks[camera].add(mean);
            add(id, trace);
        }
    }
    std::sort(guesses.begin(), guesses.end(), [](const Guess& a, const Guess& b) {
        return a.score != b.score ? a.score > b.score : a.person < b.person;
    });
    return guesses;
}

Presence FloorTracker::Impl::presence_at(const BodyFilter& body) const {
    const Point place = body.place();
    const Point velocity = body.velocity();
    const Point ahead = {place.x + kAheadS * velocity.x, place.y + kAheadS * velocity.y};
    const bool at_exit = coverage.is_first_seen(DoorUse::kEntrance, place) ||
                         floor.at_door(DoorUse::kEntrance, place, kDoorReachM) ||
                         floor.at_door(DoorUse::kEntrance, ahead, kDoorReachM);
    return at_exit ? Presence::kOut : Presence::kLost;
}

void FloorTracker::Impl::decide(SourceTime time, FloorOutput& out) {
    newcomers *= std::exp(-to_seconds(options.tick) / kNewcomersMemoryS);
    std::vector<WalkerId> asking;
    for (const auto& [id, walker] : walkers)
        if (walker.confirmed && time >= walker.next_ask) asking.push_back(id);
    for (const WalkerId id : asking) {
        const auto found = walkers.find(id);
        if (found == walkers.end()) continue;  // another took over who it was
        Walker& walker = found->second;
        if (walker.person != 0) count_entry(people.at(walker.person), walker, out);
        if (walker.person != 0 && time - walker.asked > kAskUntil) {
            walker.next_ask = people.at(walker.person).entered ? SourceTime::max() : time + kAskUntil;
            continue;
        }
        const std::vector<Guess> guesses = guesses_of(walker);
        const Guess& best = guesses.front();
        if (walker.person == 0) {
            double rest = 1e-12;
            for (std::size_t i = 1; i < guesses.size(); ++i)
                rest += std::exp(guesses[i].score - best.score);
            if (-std::log(rest) < kSureScore && time - walker.asked < options.undecided_max &&
                time - walker.last < options.expected_for)
                continue;  // more will be known
            give(walker, best.person, out);
        } else if (best.person != walker.person) {
            const auto now = std::find_if(guesses.begin(), guesses.end(),
                                          [&](const Guess& guess) { return guess.person == walker.person; });
            if (now == guesses.end() || best.score - now->score > kChangeScore) {
                take_away(walker, out);
                give(walker, best.person, out);
            }
        }
        walker.next_ask = time + kAskEvery;
    }
}

PersonId FloorTracker::Impl::bear(const Walker& walker) {
    Person person;
    person.id = next_person++;
    ++newcomers;
    Person& kept = people.emplace(person.id, std::move(person)).first->second;
    const Point place = walker.first.place();
    const bool at_entrance = !floor.has_entrance() || coverage.is_first_seen(DoorUse::kEntrance, place);
    kept.by_staff_door = !at_entrance && coverage.is_first_seen(DoorUse::kStaff, place);
    kept.looks_to_enter = at_entrance ? kLooksToEnter : kLooksInside;
    return kept.id;
}

void FloorTracker::Impl::count_entry(Person& person, const Walker& walker, FloorOutput& out) {
    // A glimpse of somebody may be of anybody who is here; whom nobody saw come in, came in all the same,
    // unless by the staff's door.
    if (person.entered || person.by_staff_door || person.seen + walker.hits < person.looks_to_enter) return;
    person.entered = true;
    out.entered.push_back(person.id);
}

void FloorTracker::Impl::own(Walker& walker, const Run& run, SourceTime since, FloorOutput& out) {
    Belonging belonging{run.tracklet, since, walker.person, 0};
    if (walker.person != 0) {
        belonging.revision = ++revisions[{run.tracklet, since}];
        out.belongings.push_back(belonging);
    }
    if (walker.history.size() < kHistoryMax) walker.history.push_back(belonging);
}

void FloorTracker::Impl::own_walks(Walker& walker, PersonId person, FloorOutput& out) {
    for (WalkOwner& walk : walker.walks) {
        walk.person = person;
        out.owners.push_back(walk);
    }
}

void FloorTracker::Impl::give(Walker& walker, PersonId to, FloorOutput& out) {
    const PersonId id = to != 0 ? to : bear(walker);
    Person& person = people.at(id);
    if (person.walker != 0) {
        // Where he was expected he isn't.
        Walker& other = walkers.at(person.walker);
        fold(other, other.last, other.filter);
        end_runs(other, SourceTime::max(), out);
        out.walks_ended.push_back(other.id);
        clocks.forget(other.id);
        walkers.erase(other.id);
    }
    walker.before = to != 0 ? std::optional(person.trace) : std::nullopt;
    walker.person = id;
    person.walker = walker.id;
    own_walks(walker, id, out);
    for (Belonging& belonging : walker.history) {
        belonging.person = id;
        belonging.revision = ++revisions[{belonging.tracklet, belonging.since}];
        out.belongings.push_back(belonging);
    }
}

void FloorTracker::Impl::take_away(Walker& walker, FloorOutput& out) {
    const auto found = people.find(walker.person);
    walker.person = 0;
    if (found == people.end()) return;
    Person& person = found->second;
    person.walker = 0;
    if (walker.before) {
        person.trace = *walker.before;
        walker.before.reset();
        return;
    }
    if (person.entered) out.not_entered.push_back(person.id);
    newcomers = std::max(0.0, newcomers - 1);
    out.forgotten.push_back(person.id);
    people.erase(found);
}

void FloorTracker::Impl::fold(Walker& walker, SourceTime last, const BodyFilter& body) {
    Person& person = people.at(walker.person);
    Trace& trace = person.trace;
    trace.last = last;
    trace.place = body.place();
    trace.velocity = body.velocity();
    trace.covariance = body.covariance();
    trace.presence = presence_at(body);
    trace.of = walker.id;
    person.seen += std::exchange(walker.hits, 0);
    for (const Looks* looks : {&walker.looks, &walker.recent})
        for (const auto& [camera, mean] : *looks)
            trace.looks[camera].add(mean);
    person.walker = 0;
    for (const Belonging& belonging : walker.history)
        if (person.history.size() < kHistoryMax) person.history.push_back(belonging);
    walker.person = 0;
    walker.before.reset();
    walker.history.clear();
    walker.walks.clear();
    walker.looks.clear();
    walker.recent.clear();
}

void FloorTracker::Impl::cut(Walker& walker, FloorOutput& out) {
    Looks doubted = std::exchange(walker.recent, {});
    // Whoever is in the boxes since then may be at the door by now.
    fold(walker, walker.sure_until, walker.sure);
    walker.looks = std::move(doubted);
    walker.doubt = 0;
    walker.began = walker.sure_until;
    walker.asked = walker.next_ask = walker.last;
    walker.first = walker.filter;
    walker.walks = {{walker.id, walker.began, 0}};
    own_walks(walker, 0, out);
    for (const auto& [camera, run] : walker.runs)
        own(walker, run, std::max(run.since, walker.began), out);
}

void FloorTracker::Impl::split(Walker& walker, int camera) {
    const Run run = walker.runs.at(camera);
    Walker other(next_walker++, walker.filter);
    other.born = other.began = run.since;
    other.last = other.asked = other.next_ask = other.sure_until = run.last;
    other.evidence = walker.evidence;
    other.confirmed = true;
    other.walks = {{other.id, run.last, 0}};
    other.score = walker.score;
    other.runs.emplace(camera, run);
    other.looks.emplace(camera, walker.looks.at(camera));
    other.beside[walker.id] = walker.beside[other.id] = run.last;
    // What this camera saw since its tracklet began is the other's; he is told as soon as it is known who he
    // is.
    std::erase_if(walker.history, [&](const Belonging& belonging) {
        if (belonging.tracklet != run.tracklet) return false;
        other.history.push_back(belonging);
        return true;
    });
    walker.runs.erase(camera);
    walker.looks.erase(camera);
    walker.recent.erase(camera);
    walker.earlier.clear();
    walker.later.clear();
    walkers.emplace(other.id, std::move(other));
}

void FloorTracker::Impl::forget_meetings(SourceTime time) {
    if (time < next_tidy) return;
    next_tidy = time + kTidyEvery;
    // Whom he met may be remembered, though nobody sees him any more; how near they were is of the moment.
    for (auto& [id, walker] : walkers) {
        std::erase_if(walker.beside,
                      [&](const auto& met) { return time - met.second > options.lost_memory; });
        std::erase_if(walker.near, [&](const auto& met) { return time - met.second.last > kNearSeen; });
    }
}

void FloorTracker::Impl::compare_neighbours(SourceTime time, FloorOutput& out) {
    std::vector<std::pair<Walker*, BodyFilter>> seen;
    seen.reserve(walkers.size());
    for (auto& [id, walker] : walkers) {
        if (!walker.confirmed || time - walker.last > kNearSeen) continue;
        BodyFilter body = walker.filter;
        body.advance(time);
        seen.emplace_back(&walker, body);
    }
    std::vector<std::pair<WalkerId, WalkerId>> merges;
    const double keep = std::exp(-1 / kTicksKept);
    for (std::size_t i = 0; i < seen.size(); ++i)
        for (std::size_t j = 0; j < i; ++j) {
            Walker& walker = *seen[i].first;
            const Walker& older = *seen[j].first;
            const Point apart = {seen[i].second.place().x - seen[j].second.place().x,
                                 seen[i].second.place().y - seen[j].second.place().y};
            if (std::hypot(apart.x, apart.y) > kNearM) continue;
            const auto together = walker.beside.find(older.id);
            if (together != walker.beside.end() && time - together->second < kBesideFor) {
                walker.near.erase(older.id);
                continue;
            }
            Covariance spread = seen[i].second.covariance();
            spread.xx += squared(options.body.bias_m);
            spread.yy += squared(options.body.bias_m);
            const Separation separated = separation(seen[i].second.place(), spread, seen[j].second.place(),
                                                    seen[j].second.covariance());
            Agreement& agreement = walker.near[older.id];
            if (time - agreement.last > kNearSeen) agreement = {};
            agreement.last = time;
            agreement.weight = agreement.weight * keep + 1;
            agreement.evidence =
                agreement.evidence * keep +
                std::max(kMomentLeast, -separated.squared / 2 - std::log(separated.area * density));
            if (agreement.weight < kTicksLeast) continue;
            const double moments = std::min(kMomentsMax, agreement.weight / kTicksOfMoment);
            const double place = moments * agreement.evidence / agreement.weight;
            if (place + alike(walker.looks, older.looks) > kMergeScore)
                merges.emplace_back(walker.id, older.id);
        }
    for (const auto& [from, into] : merges)
        if (walkers.contains(from) && walkers.contains(into)) merge(walkers.at(from), walkers.at(into), out);
}

void FloorTracker::Impl::merge(Walker& from, Walker& into, FloorOutput& out) {
    if (into.person == 0 && from.person != 0) return merge(into, from, out);
    take_away(from, out);
    if (into.person != 0) own_walks(from, into.person, out);
    for (const WalkOwner& walk : from.walks)
        if (into.walks.size() < kHistoryMax) into.walks.push_back(walk);
    for (Belonging belonging : from.history) {
        belonging.person = into.person;
        if (into.person != 0) {
            belonging.revision = ++revisions[{belonging.tracklet, belonging.since}];
            out.belongings.push_back(belonging);
        }
        if (into.history.size() < kHistoryMax) into.history.push_back(belonging);
    }
    for (const auto& [camera, run] : from.runs)
        if (!into.runs.emplace(camera, run).second) out.ended.push_back(run.tracklet);
    for (const Looks* looks : {&from.looks, &from.recent})
        for (const auto& [camera, mean] : *looks)
            into.looks[camera].add(mean);
    const auto size = [](const BodyFilter& body) { return body.covariance().xx + body.covariance().yy; };
    BodyFilter mine = into.filter;
    BodyFilter other = from.filter;
    mine.advance(other.time());
    other.advance(mine.time());
    into.filter = size(other) < size(mine) ? other : mine;
    into.hits += from.hits;
    into.last = std::max(into.last, from.last);
    for (const auto& [other_id, when] : from.beside)
        into.beside[other_id] = std::max(into.beside[other_id], when);
    out.walks_ended.push_back(from.id);
    clocks.forget(from.id);
    walkers.erase(from.id);
}

}  // namespace vitrina::scene
