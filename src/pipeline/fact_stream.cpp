#include "pipeline/fact_stream.h"

#include <algorithm>
#include <utility>

#include "pipeline/shop_clock.h"

namespace vitrina::pipeline {
namespace {

UtcTime begin_of(const Fact& fact) {
    if (const auto* visit = std::get_if<Visit>(&fact)) return to_utc(visit->begin);
    if (const auto* crossing = std::get_if<Crossing>(&fact)) return to_utc(crossing->at);
    return to_utc(std::get<Occupancy>(fact).at);
}

UtcTime end_of(const Fact& fact) {
    const auto* visit = std::get_if<Visit>(&fact);
    return visit == nullptr ? begin_of(fact) : to_utc(visit->end);
}

insight::Options lagging(insight::Options options) {
    options.lag = kFactLag;
    options.late_max = {};
    options.totals = insight::Totals::kNone;
    return options;
}

}  // namespace

LiveEvent live_event(Event event) {
    const UtcTime begin = begin_of(event.fact);
    const UtcTime end = end_of(event.fact);
    return {std::move(event), begin, end};
}

Layout with_zone(Layout layout) {
    if (layout.zones.empty()) layout.zones = whole_picture(layout.width, layout.height).zones;
    return layout;
}

FactStream::FactStream(Layout layout, insight::EventIdentity identity, const insight::Options& options,
                       EventSink& sink)
    : identity_(std::move(identity)),
      options_(lagging(options)),
      sink_(sink),
      insight_(std::make_unique<insight::Insight>(std::move(layout), identity_, options_, sink_)) {}

Result<void> FactStream::begin(const std::vector<insight::OpenVisit>& open, SourceTime now) {
    floor_ = now;
    insight_->resume(open, now);
    TRY(advance(now));
    return insight_->say_empty_zones(now);
}

Result<bool> FactStream::take(PersonId person, const PathPoint& point) {
    const SourceTime at{Duration(kPathTick) * point.tick};
    const auto known = last_.find(person);
    if (at < floor_) return false;
    sightings_.clear();
    if (known != last_.end() && known->second.tick >= point.tick) return false;
    if (known == last_.end())
        sightings_.push_back(sighting_of(person, point, scale()));
    else
        sightings_between(person, known->second, point, scale(), sightings_);
    std::erase_if(sightings_, [&](const Sighting& sighting) { return sighting.at < floor_; });
    // What is passed over here was settled without it, live; so it must be when it is computed again, and is
    // not stored.
    if (sightings_.front().at < clock_ - kFactLag) return false;
    last_[person] = point;
    clock_ = std::max(clock_, at);
    for (const Sighting& sighting : sightings_)
        TRY(insight_->observe(sighting));
    return true;
}

Result<void> FactStream::person_left(PersonId person, SourceTime now) {
    last_.erase(person);
    TRY(advance(now));
    return insight_->person_left(person);
}

Result<void> FactStream::advance(SourceTime now) {
    clock_ = std::max(clock_, now);
    return insight_->advance(now);
}

Result<void> FactStream::change_layout(Layout layout, SourceTime now) {
    clock_ = std::max(clock_, now);
    TRY(insight_->advance(now + kFactLag));
    const std::vector<insight::OpenVisit> open = insight_->open_visits();
    for (const insight::OpenVisit& visit : open) {
        const bool stays = std::any_of(layout.zones.begin(), layout.zones.end(),
                                       [&](const Zone& zone) { return zone.name == visit.zone; });
        if (stays) continue;
        TRY(sink_.accept({visit.id, 1, identity_.shop, identity_.camera, insight_->layout().version,
                          visit.confidence, Visit{visit.person, visit.zone, visit.begin, visit.seen}}));
    }
    insight_ = std::make_unique<insight::Insight>(std::move(layout), identity_, options_, sink_);
    return begin(open, now);
}

Result<void> FactStream::finish(SourceTime now) {
    last_.clear();
    return insight_->finish(now);
}

}  // namespace vitrina::pipeline
