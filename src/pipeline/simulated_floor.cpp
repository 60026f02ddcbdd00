#include "pipeline/simulated_floor.h"

#include <algorithm>
#include <chrono>
#include <iterator>
#include <utility>

#include "domain/event_json.h"
#include "pipeline/live_analysis.h"
#include "pipeline/shop_clock.h"

namespace vitrina::pipeline {
namespace {

constexpr Duration kSecond = std::chrono::seconds(1);
constexpr Duration kGone = std::chrono::seconds(30);  // unseen for so long: has left
constexpr double kTouchConfidence = 0.9;
constexpr double kLabelConfidence = 1;

}  // namespace

SimulatedFloor::SimulatedFloor(const Layout& layout, insight::EventIdentity identity, UtcTime begin,
                               EventSink& sink, QueueOutlook& outlook)
    : identity_(std::move(identity)),
      begin_(from_utc(begin)),
      outlook_(outlook),
      stream_(layout, identity_, {}, sink),
      heat_(layout.width, layout.height) {}

Result<void> SimulatedFloor::begin() {
    return stream_.begin({}, begin_);
}

Result<void> SimulatedFloor::take(const SimulatedLook& look) {
    std::vector<PathPoint> points;
    for (const Sighting& sighting : look.people) {
        if (sighting.labels.staff) {
            // Nobody's visit; but a till at which somebody stands is open, and who works is told of.
            TRY(stream_.observe_staff(sighting));
            continue;
        }
        heat_.observe(sighting);
        outlook_.observe(sighting);
        auto known = people_.find(sighting.person);
        if (known == people_.end())
            known = people_.emplace(sighting.person, Person{PathThinner(stream_.scale()), {}, {}}).first;
        Person& person = known->second;
        person.last = sighting.at;
        points.clear();
        person.thinner.see(sighting, points);
        TRY(pass_on(sighting.person, person, points));
    }
    return advance(look.at);
}

Result<void> SimulatedFloor::advance(SourceTime now) {
    if (now < next_) return {};
    next_ = now + kSecond;
    return second(now);
}

Result<void> SimulatedFloor::second(SourceTime now) {
    std::vector<PathPoint> points;
    for (auto entry = people_.begin(); entry != people_.end();) {
        auto& [id, person] = *entry;
        points.clear();
        person.thinner.advance(now, points);
        const bool has_gone = now - person.last >= kGone;
        if (has_gone) person.thinner.flush(points);
        TRY(pass_on(id, person, points));
        if (!has_gone) {
            ++entry;
            continue;
        }
        const UtcTime left = to_utc(now);
        TRY(stream_.person_left(id, from_utc(left)));
        heat_.person_left(id);
        keep(id, person, left);
        entry = people_.erase(entry);
    }
    TRY(stream_.advance(now));
    outlook_.advance(now, stream_.queues());
    return {};
}

Result<void> SimulatedFloor::pass_on(PersonId id, Person& person, const std::vector<PathPoint>& points) {
    for (const PathPoint& point : points) {
        TRY_ASSIGN(const bool counts, stream_.take(id, point));
        if (!counts) continue;
        if (person.points.size() >= kPiecePointsMax) keep(id, person, std::nullopt);
        person.points.push_back(point);
    }
    return {};
}

void SimulatedFloor::keep(PersonId id, Person& person, std::optional<UtcTime> left) {
    if (person.points.empty()) return;
    pieces_.push_back({identity_.camera, id, std::exchange(person.points, {}), left});
}

Event SimulatedFloor::event_of(Fact fact) const {
    const bool is_touch = std::holds_alternative<Touch>(fact);
    std::string id = event_id(identity_.shop, identity_.camera, fact);
    return {std::move(id),
            1,
            identity_.shop,
            identity_.camera,
            is_touch ? stream_.layout().version : std::string(),
            is_touch ? kTouchConfidence : kLabelConfidence,
            std::move(fact)};
}

Result<void> SimulatedFloor::change_layout(const Layout& layout, SourceTime now) {
    TRY(stream_.change_layout(layout, now));
    for (auto& [id, person] : people_)
        person.thinner.change_scale(stream_.scale());
    return {};
}

Result<void> SimulatedFloor::finish(SourceTime now) {
    std::vector<PathPoint> points;
    for (auto& [id, person] : people_) {
        points.clear();
        person.thinner.flush(points);
        TRY(pass_on(id, person, points));
        keep(id, person, to_utc(now));
    }
    people_.clear();
    return stream_.finish(now);
}

}  // namespace vitrina::pipeline
