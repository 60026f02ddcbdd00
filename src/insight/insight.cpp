#include "insight/insight.h"

#include <algorithm>
#include <chrono>
#include <cmath>
#include <numeric>
#include <utility>

#include <fmt/format.h>

#include "domain/event_json.h"

namespace vitrina::insight {
namespace {

// People who are gone are looked for this often, in the time of the source. It is part of the order of facts,
// so it is not an option.
constexpr Duration kTick = std::chrono::milliseconds(100);

// Queues and talks wait for seconds whatever happens.
constexpr Duration kWatchesTick = std::chrono::milliseconds(500);
constexpr double kQueueConfidence = 1;  // nothing better is known of a length

bool usable(double value) {
    return std::isfinite(value) && value >= 0;
}

Result<void> check(const Sighting& sighting) {
    if (!usable(sighting.place.x) || !usable(sighting.place.y) || !usable(sighting.score) ||
        !usable(sighting.visible) || !std::isfinite(sighting.body_height) || sighting.body_height <= 0 ||
        sighting.at < SourceTime())
        return failed(fmt::format(
            "sighting of person {} at {:.3f} s: place ({}, {}), height {}, score {} or visible part {} is "
            "not usable",
            sighting.person, to_seconds(sighting.at), sighting.place.x, sighting.place.y,
            sighting.body_height, sighting.score, sighting.visible));
    return {};
}

bool is_shop(const Layout& layout) {
    return std::any_of(layout.zones.begin(), layout.zones.end(),
                       [](const Zone& zone) { return zone.kind != ZoneKind::kArea; });
}

Duration median_of(std::vector<Duration> values) {
    if (values.empty()) return Duration{};
    const auto middle = values.begin() + static_cast<std::ptrdiff_t>(values.size() / 2);
    std::nth_element(values.begin(), middle, values.end());
    if (values.size() % 2 == 1) return *middle;
    return (*middle + *std::max_element(values.begin(), middle)) / 2;
}

}  // namespace

Insight::Insight(Layout layout, EventIdentity identity, const Options& options, EventSink& sink)
    : layout_(std::move(layout)),
      identity_(std::move(identity)),
      options_(options),
      sink_(sink),
      is_shop_(is_shop(layout_)),
      occupancy_(layout_.zones.size()),
      queues_(layout_, options.queues),
      staff_(layout_, options.staff),
      dwells_(layout_.zones.size()) {
    for (const Zone& zone : layout_.zones)
        zone_shapes_.emplace_back(zone.polygon, layout_.width, layout_.height, options_.border);
    for (const Line& line : layout_.lines) {
        line_shapes_.emplace_back(line, layout_.width, layout_.height, options_.border);
        line_totals_.push_back({line.name, 0, 0});
    }
}

Result<void> Insight::observe(const Sighting& sighting) {
    if (finished_) return failed("a sighting after the end of the source");
    TRY(check(sighting));
    if (sighting.at < frontier_) {
        ++late_;
        return {};
    }
    TRY(advance(sighting.at));  // before he is there: a time in which nobody was is one step
    Person& person =
        people_.try_emplace(sighting.person, layout_.zones.size(), layout_.lines.size()).first->second;
    if (person.left) return failed(fmt::format("a sighting of person {}, who had left", sighting.person));
    if (person.seen && sighting.at <= person.last) {
        ++late_;
        return {};
    }
    ++sightings_;
    if (is_shop_) queue_.push(sighting);
    return watch(sighting, person);
}

Result<void> Insight::observe_staff(const Sighting& sighting) {
    if (finished_) return failed("a sighting after the end of the source");
    TRY(check(sighting));
    if (sighting.at < frontier_) {
        ++late_;
        return {};
    }
    if (!is_shop_) return {};
    queue_.push(sighting);
    return {};
}

Result<void> Insight::end_staff() {
    return staff_.finish([this](Fact fact, double sure) { return send(std::move(fact), sure); });
}

Result<void> Insight::person_left(PersonId id) {
    if (finished_) return failed("a person left after the end of the source");
    const auto found = people_.find(id);
    if (found == people_.end()) return {};
    found->second.left = true;
    return found->second.seen ? vanish(id, found->second) : Result<void>();
}

Result<void> Insight::advance(SourceTime now) {
    if (finished_) return failed("the clock goes on after the end of the source");
    if (now <= clock_) return {};
    clock_ = now;
    if (now - options_.lag <= frontier_) return {};
    frontier_ = now - options_.lag;
    return release();
}

Result<void> Insight::release() {
    while (!queue_.empty() && queue_.top().at < frontier_) {
        const Sighting sighting = queue_.top();
        queue_.pop();
        TRY(tick_until(sighting.at));
        TRY(queues_.observe(sighting, [this](Fact fact) { return send(std::move(fact), kQueueConfidence); }));
        TRY(staff_.observe(sighting, [this](Fact fact, double sure) { return send(std::move(fact), sure); }));
    }
    return tick_until(std::min(frontier_, clock_));
}

Result<void> Insight::watch(const Sighting& sighting, Person& person) {
    if (person.seen && sighting.at - person.last > options_.unseen_grace)
        TRY(vanish(sighting.person, person));
    if (!person.seen) person.first = sighting.at;
    person.seen = true;
    person.last = sighting.at;
    person.place = sighting.place;
    person.body_height = sighting.body_height;
    person.measured += sighting.score > 0 ? 1 : 0;
    const bool counts = options_.totals == Totals::kKept && !person.counted;
    if (counts && person.measured >= options_.visit_sightings_min &&
        person.last - person.first >= options_.visit_min) {
        person.counted = true;
        counted_.insert(sighting.person);
    }
    TRY(watch_zones(sighting, person));
    for (std::size_t i = 0; i < line_shapes_.size(); ++i)
        if (const auto crossing = person.lines[i].observe(line_shapes_[i], options_, sighting))
            TRY(line_crossed(sighting.person, i, *crossing));
    return {};
}

bool Insight::would_decide(const Sighting& sighting) const {
    const auto found = people_.find(sighting.person);
    if (found == people_.end()) return true;
    const Person& person = found->second;
    for (std::size_t i = 0; i < zone_shapes_.size(); ++i)
        if (person.zones[i].would_change(zone_shapes_[i], options_, sighting)) return true;
    for (std::size_t i = 0; i < line_shapes_.size(); ++i)
        if (person.lines[i].would_change(line_shapes_[i], sighting)) return true;
    return false;
}

Result<void> Insight::advance_watches(SourceTime now) {
    if (!is_shop_ || now < next_watches_) return {};
    next_watches_ = now + kWatchesTick;
    TRY(staff_.advance(now, [this](Fact fact, double sure) { return send(std::move(fact), sure); }));
    if (queues_.empty()) return {};
    return queues_.advance(now, [this](Fact fact) { return send(std::move(fact), kQueueConfidence); });
}

Result<void> Insight::watch_zones(const Sighting& sighting, Person& person) {
    // Hidden by the picture's edge is like unseen: for a while he is where he was, then he is gone, and the
    // occupancy of others waits for him no longer.
    if (sighting.at - person.last_placed > options_.unseen_grace) TRY(leave_zones(sighting.person, person));
    if (sighting.visible < options_.visible_min) return {};
    person.last_placed = sighting.at;
    for (std::size_t i = 0; i < zone_shapes_.size(); ++i)
        if (const auto change = person.zones[i].observe(zone_shapes_[i], options_, sighting))
            TRY(zone_changed(sighting.person, i, *change));
    find_undecided(person);
    return {};
}

Result<void> Insight::tick_until(SourceTime until) {
    while (next_tick_ < until) {
        TRY(tick(next_tick_));
        next_tick_ += kTick;
        // With nobody there, nothing happens until someone comes: an empty night is one step.
        const bool idle =
            !occupancy_.has_pending() && !queues_.busy() && !staff_.busy() &&
            std::none_of(people_.begin(), people_.end(), [](const auto& entry) { return entry.second.seen; });
        if (idle && next_tick_ < until)
            next_tick_ += (until - next_tick_ + kTick - Duration(1)) / kTick * kTick;
    }
    return {};
}

Result<void> Insight::tick(SourceTime now) {
    for (auto entry = people_.begin(); entry != people_.end();) {
        auto& [id, person] = *entry;
        if (person.seen && now - person.last > options_.unseen_grace) TRY(vanish(id, person));
        entry = person.seen || now <= person.last ? std::next(entry) : people_.erase(entry);
    }
    TRY(advance_watches(now));
    return emit_occupancy(undecided_since(now));
}

Result<void> Insight::leave_zones(PersonId id, Person& person) {
    for (std::size_t i = 0; i < person.zones.size(); ++i)
        if (const auto change = person.zones[i].vanish(options_)) TRY(zone_changed(id, i, *change));
    find_undecided(person);
    return {};
}

Result<void> Insight::vanish(PersonId id, Person& person) {
    TRY(leave_zones(id, person));
    for (std::size_t i = 0; i < person.lines.size(); ++i)
        if (const auto crossing = person.lines[i].vanish()) TRY(line_crossed(id, i, *crossing));
    person.seen = false;
    person.measured = 0;
    return {};
}

SourceTime Insight::undecided_since(SourceTime now) const {
    SourceTime since = now;
    for (const auto& [id, person] : people_)
        since = std::min(since, person.undecided);
    return since;
}

/// Kept with the person: it changes with his sightings, and is asked for ten times a second of all.
void Insight::find_undecided(Person& person) const {
    person.undecided = SourceTime::max();
    for (const ZoneWatch& zone : person.zones)
        if (const auto open = zone.undecided_since(options_))
            person.undecided = std::min(person.undecided, *open);
}

Result<void> Insight::emit_occupancy(SourceTime known) {
    for (const OccupancyStep& step : occupancy_.settle(known))
        TRY(send(Occupancy{layout_.zones[step.zone].name, step.people, step.at}, step.confidence));
    return {};
}

std::vector<OpenVisit> Insight::open_visits() const {
    std::vector<OpenVisit> visits;
    for (const auto& [id, person] : people_) {
        for (std::size_t i = 0; i < person.zones.size(); ++i) {
            const auto stay = person.zones[i].open();
            if (!stay) continue;
            const std::string& zone = layout_.zones[i].name;
            visits.push_back({event_id(identity_.shop, identity_.camera, Visit{id, zone, stay->begin, {}}),
                              id, zone, stay->begin, stay->seen, stay->confidence, person.place,
                              person.body_height});
        }
    }
    return visits;
}

void Insight::resume(const std::vector<OpenVisit>& visits, SourceTime now) {
    VITRINA_ASSERT(sightings_ == 0);
    // Nobody was watched before.
    next_tick_ = std::max(next_tick_, SourceTime(now.time_since_epoch() / kTick * kTick));
    for (const OpenVisit& visit : visits) {
        const auto zone = std::find_if(layout_.zones.begin(), layout_.zones.end(),
                                       [&](const Zone& known) { return known.name == visit.zone; });
        if (zone == layout_.zones.end()) continue;
        const auto index = static_cast<std::size_t>(zone - layout_.zones.begin());
        Person& person =
            people_.try_emplace(visit.person, layout_.zones.size(), layout_.lines.size()).first->second;
        person.seen = true;
        person.counted = true;
        person.first = visit.begin;
        person.last = now;
        person.last_placed = now;
        person.place = visit.place;
        person.body_height = visit.body_height;
        person.zones[index].resume({visit.begin, visit.seen, visit.confidence});
        find_undecided(person);
        // Not later, because the visit may turn out to have ended there.
        occupancy_.change(index, std::max(visit.seen, occupancy_.settled()), 1, visit.confidence);
    }
}

Result<void> Insight::say_empty_zones(SourceTime now) {
    for (std::size_t i = 0; i < layout_.zones.size(); ++i) {
        const bool empty = std::none_of(people_.begin(), people_.end(), [i](const auto& entry) {
            return entry.second.zones[i].open().has_value();
        });
        if (empty) TRY(send(Occupancy{layout_.zones[i].name, 0, now}, 1));
    }
    return {};
}

Result<void> Insight::zone_changed(PersonId person, std::size_t zone, const ZoneChange& change) {
    if (change.kind == ZoneChange::Kind::kBegan) {
        occupancy_.change(zone, std::max(change.begin, occupancy_.settled()), 1, change.confidence);
        return {};
    }
    occupancy_.change(zone, std::max(change.end, occupancy_.settled()), -1, change.confidence);
    if (options_.totals == Totals::kKept) dwells_[zone].push_back(change.end - change.begin);
    return send(Visit{person, layout_.zones[zone].name, change.begin, change.end}, change.confidence);
}

Result<void> Insight::line_crossed(PersonId person, std::size_t line, const LineCrossing& crossing) {
    LineSummary& totals = line_totals_[line];
    ++(crossing.direction == Direction::kIn ? totals.in : totals.out);
    return send(Crossing{person, totals.line, crossing.direction, crossing.at}, crossing.confidence);
}

Result<void> Insight::send(Fact fact, double confidence) {
    std::string id = event_id(identity_.shop, identity_.camera, fact);
    return sink_.accept(
        {std::move(id), 1, identity_.shop, identity_.camera, layout_.version, confidence, std::move(fact)});
}

Result<void> Insight::finish(SourceTime end) {
    TRY(advance(end));
    frontier_ = SourceTime::max();
    finished_ = true;
    TRY(release());
    for (auto& [id, person] : people_)
        if (person.seen) TRY(vanish(id, person));
    people_.clear();
    TRY(end_staff());
    if (!queues_.empty())
        TRY(queues_.finish(clock_, [this](Fact fact) { return send(std::move(fact), kQueueConfidence); }));
    return emit_occupancy(clock_ + Duration(1));
}

Summary Insight::summary() const {
    VITRINA_ASSERT(options_.totals == Totals::kKept);
    Summary result;
    for (std::size_t i = 0; i < layout_.zones.size(); ++i) {
        ZoneSummary zone;
        zone.zone = layout_.zones[i].name;
        zone.visits = static_cast<std::int64_t>(dwells_[i].size());
        zone.dwell_total = std::accumulate(dwells_[i].begin(), dwells_[i].end(), Duration{});
        zone.dwell_median = median_of(dwells_[i]);
        if (zone.visits > 0) zone.dwell_mean = zone.dwell_total / zone.visits;
        zone.occupancy_peak = occupancy_.peak(i);
        zone.occupancy_mean = occupancy_.mean(i);
        result.zones.push_back(std::move(zone));
    }
    result.lines = line_totals_;
    result.people = static_cast<std::int64_t>(counted_.size());
    result.sightings = sightings_;
    result.sightings_late = late_;
    return result;
}

}  // namespace vitrina::insight
