// Sightings and a layout in, facts out: visits to zones, crossings of lines, occupancy, queues. A
// deterministic function of the sightings: how those of different people were interleaved, and how often the
// clock was told, changes only the order in which facts are sent, so live and replayed are the same. What is
// of one person alone, his visits and crossings, is sent by the sighting that settles it; what is of many,
// when nothing before it can change any more. Rules: src/insight/README.md.
//
// One thread at a time. Borrows the sink, which outlives it.
#pragma once

#include <cstdint>
#include <map>
#include <queue>
#include <string>
#include <unordered_set>
#include <vector>

#include "base/result.h"
#include "base/time.h"
#include "domain/event.h"
#include "domain/layout.h"
#include "domain/sighting.h"
#include "insight/line_watch.h"
#include "insight/occupancy.h"
#include "insight/options.h"
#include "insight/queues.h"
#include "insight/staff_watch.h"
#include "insight/zone_watch.h"

namespace vitrina::insight {

/// Who speaks: stands in each event and in its id.
struct EventIdentity {
    std::string shop;
    std::string camera;
};

/// A visit that has begun and not ended.
struct OpenVisit {
    std::string id;  // that its event will have
    PersonId person = 0;
    std::string zone;
    SourceTime begin;
    SourceTime seen;        // last inside
    double confidence = 0;  // so far
    Point place;            // of the feet when the person was last seen, as in the layout
    double body_height = 0;
};

struct ZoneSummary {
    std::string zone;
    std::int64_t visits = 0;  // closed ones
    Duration dwell_total{};
    Duration dwell_median{};
    Duration dwell_mean{};
    int occupancy_peak = 0;
    double occupancy_mean = 0;  // people, over the time from zero to where occupancy is known
};

struct LineSummary {
    std::string line;
    std::int64_t in = 0;
    std::int64_t out = 0;
};

struct Summary {
    std::vector<ZoneSummary> zones;  // in the layout's order
    std::vector<LineSummary> lines;  // in the layout's order
    std::int64_t people = 0;  // different people seen for long enough that a visit could have been believed
    std::int64_t sightings = 0;
    std::int64_t sightings_late = 0;  // dropped: older than Options::lag allows, or twice at one moment
};

class Insight {
  public:
    /// `layout` is one that parse_layout() accepts, or whole_picture().
    Insight(Layout layout, EventIdentity identity, const Options& options, EventSink& sink);

    /// A sighting, of one person in time order. Sightings of different people may be out of step by up to
    /// Options::lag; what comes later than that is dropped and counted, as is what comes twice. Moves the
    /// clock to its time.
    /// Fails on a place, height, score, visible part or time that is not a number or below zero, after
    /// person_left() of this person, after finish(), and when the sink fails.
    [[nodiscard]] Result<void> observe(const Sighting& sighting);

    /// Somebody who is known to work here, where nobody asks for his visits: only tills, talks and work are
    /// told of. Moves no clock. Late ones are dropped and counted; fails as observe() does.
    [[nodiscard]] Result<void> observe_staff(const Sighting& sighting);

    /// What is told of staff ends now: who is seen again begins anew. Before another takes over.
    [[nodiscard]] Result<void> end_staff();

    /// The person's track ended: no more sightings of it will come. Facts that wait for a return are settled.
    /// An unknown person is fine.
    [[nodiscard]] Result<void> person_left(PersonId person);

    /// The clock: no sighting older than now - Options::lag will come. Settles what it can and sends it to
    /// the sink. An earlier `now` than before is ignored. Fails when the sink fails or after finish().
    [[nodiscard]] Result<void> advance(SourceTime now);

    /// Whether a fact of the sighting's person may hang on it: he is on an edge, over a line, or in a zone
    /// for not long enough. What thins sightings out hands such ones on at once.
    [[nodiscard]] bool would_decide(const Sighting& sighting) const;

    /// What has begun and not ended, by person and then in the layout's order.
    [[nodiscard]] std::vector<OpenVisit> open_visits() const;
    /// Visits that had begun before this object was made go on, as if the person had last been seen at `now`:
    /// whoever is not seen again was there until `seen`. Those in zones that the layout doesn't have are
    /// ignored. Only before the first sighting.
    void resume(const std::vector<OpenVisit>& visits, SourceTime now);

    /// Says that the zones in which nobody is are empty at `now`: what was known of them before this object
    /// was made may be wrong.
    [[nodiscard]] Result<void> say_empty_zones(SourceTime now);

    [[nodiscard]] const Queues& queues() const { return queues_; }
    [[nodiscard]] Queues& queues() { return queues_; }

    /// The end of the source: settles everything. Later calls of the other methods are errors.
    [[nodiscard]] Result<void> finish(SourceTime end);

    [[nodiscard]] const Layout& layout() const { return layout_; }
    /// Of what has been settled so far. Only with Totals::kKept.
    [[nodiscard]] Summary summary() const;

  private:
    struct Person {
        Person(std::size_t zone_count, std::size_t line_count) : zones(zone_count), lines(line_count) {}
        std::vector<ZoneWatch> zones;  // in the layout's order
        std::vector<LineWatch> lines;
        SourceTime undecided = SourceTime::max();  // nothing of him before it can change any more
        SourceTime first;                          // of his sightings
        SourceTime last;
        SourceTime last_placed;  // of those with enough of the body in the picture
        Point place;             // of the last one
        double body_height = 0;  // of the last one
        int measured = 0;
        bool seen = false;  // since he last vanished
        bool left = false;
        bool counted = false;
    };

    struct Later {
        bool operator()(const Sighting& a, const Sighting& b) const {
            return a.at != b.at ? a.at > b.at : a.person > b.person;
        }
    };

    [[nodiscard]] Result<void> release();
    [[nodiscard]] Result<void> watch(const Sighting& sighting, Person& person);
    [[nodiscard]] Result<void> tick_until(SourceTime until);
    [[nodiscard]] Result<void> tick(SourceTime now);
    [[nodiscard]] Result<void> watch_zones(const Sighting& sighting, Person& person);
    [[nodiscard]] Result<void> leave_zones(PersonId id, Person& person);
    [[nodiscard]] Result<void> vanish(PersonId id, Person& person);
    [[nodiscard]] Result<void> advance_watches(SourceTime now);
    [[nodiscard]] Result<void> emit_occupancy(SourceTime known);
    [[nodiscard]] Result<void> zone_changed(PersonId person, std::size_t zone, const ZoneChange& change);
    [[nodiscard]] Result<void> line_crossed(PersonId person, std::size_t line, const LineCrossing& crossing);
    [[nodiscard]] Result<void> send(Fact fact, double confidence);
    [[nodiscard]] SourceTime undecided_since(SourceTime now) const;
    void find_undecided(Person& person) const;

    Layout layout_;
    EventIdentity identity_;
    Options options_;
    EventSink& sink_;
    std::vector<ZoneShape> zone_shapes_;
    std::vector<LineShape> line_shapes_;
    const bool is_shop_;  // with zones that say what they are for: people are watched together
    std::priority_queue<Sighting, std::vector<Sighting>, Later> queue_;  // where it is
    std::map<PersonId, Person> people_;  // ordered: ties are broken by the person's number
    std::unordered_set<PersonId> counted_;
    OccupancyCounter occupancy_;
    Queues queues_;
    StaffWatch staff_;
    SourceTime next_watches_{};                  // that queues and staff are told the clock
    std::vector<std::vector<Duration>> dwells_;  // of closed visits, per zone
    std::vector<LineSummary> line_totals_;
    std::int64_t sightings_ = 0;
    std::int64_t late_ = 0;
    SourceTime clock_{};
    SourceTime frontier_{};   // no sighting before it will come
    SourceTime next_tick_{};  // a multiple of kTick
    bool finished_ = false;
};

}  // namespace vitrina::insight
