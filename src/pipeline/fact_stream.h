// From points of paths to facts: what is live, replayed and simulated goes through here, so the same points
// give the same facts. A deterministic function of the points of each person, of when the layout changed, and
// of nothing else: how those of different people were interleaved, by up to kFactLag, changes nothing. One
// thread at a time; borrows its sink.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <set>
#include <vector>

#include "base/result.h"
#include "base/time.h"
#include "domain/event.h"
#include "domain/layout.h"
#include "domain/path.h"
#include "insight/insight.h"

namespace vitrina::pipeline {

/// Points of different people may be out of step by this much: the second in which a point is settled, and
/// the one in which the tracker becomes sure of somebody. Occupancy and queues are known so much later;
/// visits and crossings by the point that settles them.
inline constexpr Duration kFactLag = std::chrono::milliseconds(2'500);
/// The same of people on the floor plan: late cameras are waited for, and it takes up to 2.5 s until it is
/// known who somebody is.
inline constexpr Duration kFloorFactLag = std::chrono::milliseconds(6'000);

/// What the points lie on: pixels of a camera's picture, or the floor plan's metres.
enum class Ground : std::uint8_t { kPicture, kPlan };

/// An event whose times are on the shop's clock, as the records take it.
[[nodiscard]] LiveEvent live_event(Event event);

/// A shop that has drawn only its door counts its people all the same: while there is no zone, the whole
/// picture, or the whole floor, is one.
[[nodiscard]] Layout with_zone(Layout layout, Ground ground = Ground::kPicture);

class FactStream {
  public:
    /// `options` but for what the ground decides: the lag and the border.
    FactStream(Layout layout, insight::EventIdentity identity, const insight::Options& options,
               EventSink& sink, Ground ground = Ground::kPicture);

    /// Visits that an earlier one left open go on, see insight::Insight::resume(); zones in which nobody is
    /// are said to be empty. Once, before the first point.
    [[nodiscard]] Result<void> begin(const std::vector<insight::OpenVisit>& open, SourceTime now);
    /// The next point of the person. One that comes later than lag() allows is passed over: false.
    [[nodiscard]] Result<bool> take(PersonId person, const PathPoint& point);
    /// Somebody works here, or does not, as is known from now on: of his sightings to come.
    void set_staff(PersonId person, WhoIs who);
    /// Somebody who works here and of whose visits nothing is to be told, see insight::Insight.
    [[nodiscard]] Result<void> observe_staff(const Sighting& sighting) {
        return insight_->observe_staff(sighting);
    }
    /// Whether a fact hangs on what is seen here: it should be a point at once.
    [[nodiscard]] bool would_decide(const Sighting& sighting) const {
        return insight_->would_decide(sighting);
    }
    /// No more points of the person will come, as is known since `now`.
    [[nodiscard]] Result<void> person_left(PersonId person, SourceTime now);
    [[nodiscard]] Result<void> advance(SourceTime now);
    /// All points before `now` have come: they count as the old layout says, later ones as the new.
    [[nodiscard]] Result<void> change_layout(Layout layout, SourceTime now);
    [[nodiscard]] Result<void> finish(SourceTime now);

    [[nodiscard]] const Layout& layout() const { return insight_->layout(); }
    [[nodiscard]] insight::Queues& queues() { return insight_->queues(); }
    [[nodiscard]] PathScale scale() const {
        return ground_ == Ground::kPlan ? PathScale::of_plan() : PathScale::of_picture(layout().width);
    }
    [[nodiscard]] Duration lag() const { return ground_ == Ground::kPlan ? kFloorFactLag : kFactLag; }
    [[nodiscard]] std::vector<insight::OpenVisit> open_visits() const { return insight_->open_visits(); }

  private:
    const insight::EventIdentity identity_;
    const Ground ground_;
    insight::Options options_;
    EventSink& sink_;
    std::unique_ptr<insight::Insight> insight_;
    std::map<PersonId, PathPoint> last_;
    std::set<PersonId> staff_;  // who is known to work here
    SourceTime clock_;
    SourceTime floor_;                 // since when the layout is valid: what is older is passed over
    std::vector<Sighting> sightings_;  // of one step; kept for its room
};

}  // namespace vitrina::pipeline
