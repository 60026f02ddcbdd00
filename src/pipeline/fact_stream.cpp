#include "pipeline/fact_stream.h"

#include <algorithm>
#include <utility>
#include <variant>

#include "domain/plan.h"
#include "pipeline/shop_clock.h"

namespace vitrina::pipeline {
namespace {

/// A moment is a span whose ends are the same.
struct Span {
    SourceTime begin;
    SourceTime end;
};

Span span_of(const Fact& fact) {
    return std::visit(
        [](const auto& it) {
            if constexpr (requires { it.begin; })
                return Span{it.begin, it.end};
            else
                return Span{it.at, it.at};
        },
        fact);
}

insight::Options fitted(insight::Options options, Duration lag, Ground ground) {
    options.lag = lag;
    options.border = ground == Ground::kPlan ? insight::kPlanBorder : insight::kPictureBorder;
    options.totals = insight::Totals::kNone;
    return options;
}

}  // namespace

LiveEvent live_event(Event event) {
    const Span span = span_of(event.fact);
    return {std::move(event), to_utc(span.begin), to_utc(span.end)};
}

Layout with_zone(Layout layout, Ground ground) {
    if (!layout.zones.empty()) return layout;
    layout.zones = whole_picture(layout.width, layout.height).zones;
    if (ground == Ground::kPlan) layout.zones.front().name = kWholeFloor;
    return layout;
}

FactStream::FactStream(Layout layout, insight::EventIdentity identity, const insight::Options& options,
                       EventSink& sink, Ground ground)
    : identity_(std::move(identity)),
      ground_(ground),
      options_(fitted(options, lag(), ground)),
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
    if (sightings_.front().at < clock_ - lag()) return false;
    last_[person] = point;
    clock_ = std::max(clock_, at);
    const bool is_staff = staff_.contains(person);
    for (Sighting& sighting : sightings_) {
        sighting.labels.staff = sighting.labels.staff || is_staff;
        TRY(insight_->observe(sighting));
    }
    return true;
}

void FactStream::set_staff(PersonId person, WhoIs who) {
    if (who == WhoIs::kStaff)
        staff_.insert(person);
    else
        staff_.erase(person);
}

Result<void> FactStream::person_left(PersonId person, SourceTime now) {
    last_.erase(person);
    staff_.erase(person);
    TRY(advance(now));
    return insight_->person_left(person);
}

Result<void> FactStream::advance(SourceTime now) {
    clock_ = std::max(clock_, now);
    return insight_->advance(now);
}

Result<void> FactStream::change_layout(Layout layout, SourceTime now) {
    clock_ = std::max(clock_, now);
    TRY(insight_->advance(now + lag()));
    TRY(insight_->end_staff());
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
