// Facts at rest: an append-only log of events with revisions, the newest revision of each fact, and the
// visits that are still open. See database.h for threads and errors.
#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "base/result.h"
#include "base/time.h"
#include "domain/event.h"
#include "records/database.h"
#include "records/people_filter.h"

namespace vitrina::records {

/// What was wrong with the camera while a fact happened: "moved", "blurred" ..., see PictureTrouble; for
/// reading, each once, with a comma between. Of facts of such a time less is certain.
using Notes = std::string;

enum class Operation : std::uint8_t { kAdd, kAmend, kRetract };

/// An entry of the log. `sequence` counts from 1 without gaps, but for what retention has removed.
struct LoggedEvent {
    std::int64_t sequence = 0;
    Operation operation = Operation::kAdd;
    UtcTime recorded;
    LiveEvent event;
    Notes notes;
};

/// A visit that has begun and not ended, as it was known at `seen`.
struct OpenVisit {
    std::string id;  // that the visit will have
    std::string camera;
    std::string zone;
    std::string layout;
    PersonId person = 0;
    UtcTime begin;
    UtcTime seen;           // last inside
    double confidence = 0;  // so far
    Point place;            // where the feet were then, pixels of the layout's picture
    double body_height = 0;
};

/// Those of a camera that are open now.
struct CameraVisits {
    std::string camera;
    std::vector<OpenVisit> visits;
};

struct VisitFilter {
    UtcTime from;  // visits that begin at or after it
    UtcTime to;    // and before it
    std::optional<std::string> camera;
    std::optional<std::string> zone;
    std::optional<PersonId> person;
    std::int64_t dwell_ms_min = 0;
    People people = People::kAll;
    enum class Order : std::uint8_t { kBegin, kEnd, kDwell, kZone, kCamera, kPerson, kConfidence };
    Order order = Order::kBegin;
    bool descending = true;
    std::int64_t offset = 0;
    std::int64_t limit = 100;  // at most kVisitsAtOnceMax
};
inline constexpr std::int64_t kVisitsAtOnceMax = 1000;

struct VisitRow {
    std::string id;
    int revision = 1;
    std::string camera;
    std::string zone;
    std::string layout;
    PersonId person = 0;
    UtcTime begin;
    UtcTime end;
    double confidence = 0;
    std::string label;  // "staff", "customer"; empty: nobody knows
    double label_confidence = 0;
    std::string sex;  // "female", "male", "unknown"; empty: no look at the face counted
    double sex_confidence = 0;
    int age = 0;  // years, with bounds: Traits
    int age_low = 0;
    int age_high = 0;
    Notes notes;
};

struct VisitPage {
    std::vector<VisitRow> rows;
    std::int64_t total = 0;  // that match, whatever the limit
};

struct CrossingFilter {
    UtcTime from;  // crossings at or after it
    UtcTime to;    // and before it
    std::optional<std::string> camera;
    std::optional<std::string> line;
    std::optional<Direction> direction;
    People people = People::kAll;
    bool descending = true;  // the newest first
    std::int64_t offset = 0;
    std::int64_t limit = 100;  // at most kCrossingsAtOnceMax
};
inline constexpr std::int64_t kCrossingsAtOnceMax = 1000;

struct CrossingRow {
    std::string id;
    int revision = 1;
    std::string camera;
    std::string line;
    std::string layout;
    PersonId person = 0;
    Direction direction = Direction::kIn;
    UtcTime at;
    double confidence = 0;
    Notes notes;
};

struct CrossingPage {
    std::vector<CrossingRow> rows;
    std::int64_t total = 0;  // that match, whatever the limit
};

struct TouchFilter {
    UtcTime from;  // touches that begin at or after it
    UtcTime to;    // and before it
    std::optional<std::string> camera;
    std::optional<std::string> shelf;
    std::optional<PersonId> person;
    People people = People::kAll;
    bool descending = true;  // the newest first
    std::int64_t offset = 0;
    std::int64_t limit = 100;  // at most kTouchesAtOnceMax
};
inline constexpr std::int64_t kTouchesAtOnceMax = 1000;

/// Of a touch: more are counted, and not named.
inline constexpr std::int64_t kTouchedGoodsMax = 12;

struct TouchedGoods {
    std::string sku;
    std::string name;  // empty: the planogram doesn't say
};

struct TouchRow {
    std::string id;
    int revision = 1;
    std::string camera;
    std::string shelf;
    std::string section;  // empty: none
    std::string hand;     // "left", "right"
    std::string layout;
    PersonId person = 0;
    UtcTime begin;
    UtcTime end;
    double confidence = 0;
    Notes notes;
    /// What the hand may have been at, by the planogram of now: goods of that section of the shelf and those
    /// that lie anywhere on it; of the whole shelf where the touch has no section. kTouchedGoodsMax of them.
    std::vector<TouchedGoods> goods;
    std::int64_t goods_count = 0;  // all of them
};

struct TouchPage {
    std::vector<TouchRow> rows;
    std::int64_t total = 0;  // that match, whatever the limit
};

/// One zone in one span of time.
struct ZoneCount {
    std::string camera;
    std::string zone;
    std::int64_t visits = 0;  // that begin in the span
    std::int64_t people = 0;  // different ones
    std::int64_t dwell_ms_median = 0;
    std::int64_t dwell_ms_mean = 0;
};

/// One line in one span of time.
struct LineCount {
    std::string camera;
    std::string line;
    std::int64_t in = 0;
    std::int64_t out = 0;
};

struct SpanCounts {
    UtcTime from;
    UtcTime to;
    std::vector<ZoneCount> zones;
    std::vector<LineCount> lines;
};

/// A queue's length in a span of time; the mean is people_ms over known_ms.
struct QueueBin {
    std::int64_t people_ms = 0;
    std::int64_t known_ms = 0;  // of the span, how long it was known
    int longest = 0;
};

/// One queue in a span of time.
struct QueueCount {
    std::string camera;
    std::string queue;
    int length = 0;             // the last one in the span
    std::int64_t wait_ms = 0;   // that somebody who had joined then might expect
    std::optional<UtcTime> at;  // since when it is that long
    int longest = 0;
    std::int64_t served = 0;  // waits that ended in the span
    std::int64_t abandoned = 0;
    std::int64_t moved = 0;
    std::int64_t wait_ms_median = 0;  // of those who were served
    std::int64_t wait_ms_p90 = 0;
    std::int64_t wait_ms_longest = 0;
    std::optional<int> now;      // the length at the `now` of the question; none: nobody knows
    std::vector<QueueBin> bins;  // between each two edges
};

/// What facts about queues don't say of themselves.
struct QueuePlaces {
    /// Camera and zone of each queue that is drawn: they are told of without a fact too.
    std::set<std::pair<std::string, std::string>> drawn;
    /// Whose people are counted on the floor plan: while none of them gives pictures nothing is known there.
    std::vector<std::string> plan_cameras;
};

/// A fact that lasts: who, where, from when to when.
struct FactSpan {
    PersonId person = 0;
    std::string place;
    UtcTime begin;
    UtcTime end;
};

struct ForgetBefore {
    UtcTime facts;  // and receipts; and outages, which say why there are none
    UtcTime heat;
    UtcTime log;  // of events, and who did what
};

class FactStore {
  public:
    explicit FactStore(std::shared_ptr<Database> database);
    ~FactStore();

    /// Adds events in one transaction that is on the disk when this returns, and takes the visits among them
    /// out of the open ones. An id that is known gets the new revision if it is higher (kAmend in the log);
    /// the same revision again is ignored, so a caller may repeat what it is not sure of. All or nothing: an
    /// event without id, with a revision below 1, an end before its begin or a confidence that is no number
    /// is an error. The newest sequence of the log.
    [[nodiscard]] Result<std::int64_t> append(std::span<const LiveEvent> events);
    /// Takes a fact back, as its next revision: gone from every query, still in the log. Unknown ids are an
    /// error. The sequence of the entry.
    [[nodiscard]] Result<std::int64_t> retract(const std::string& id);
    /// Facts that were computed again: those that changed, as append() takes them, and those that are taken
    /// back, some thousands in one transaction. An id that is unknown or taken back already is passed over.
    [[nodiscard]] Result<void> reissue(std::span<const LiveEvent> changed, std::span<const std::string> gone);

    /// Whether append() can take the event at all, whatever the disk says.
    [[nodiscard]] static Result<void> check(const LiveEvent& event);

    /// Hears of entries that can't be read, each once. Before others use the store.
    void set_log(std::function<void(const std::string&)> log) { log_ = std::move(log); }
    /// Entries after `sequence`, in order, `limit` at most. One that this program can't read is passed over:
    /// those behind it are read nevertheless.
    [[nodiscard]] Result<std::vector<LoggedEvent>> after(std::int64_t sequence, std::int64_t limit) const;
    /// The newest that was given out, even if retention has removed it. 0 when there is none.
    [[nodiscard]] Result<std::int64_t> last_sequence() const;
    /// The oldest entry that retention left; readers who ask for older have a gap. 0 when there is none.
    [[nodiscard]] Result<std::int64_t> first_sequence() const;

    /// Replaces the open visits of a camera. One whose fact is known already has closed meanwhile, and is
    /// left out.
    [[nodiscard]] Result<void> checkpoint(const std::string& camera, std::span<const OpenVisit> visits);
    /// The same for several cameras, in one transaction.
    [[nodiscard]] Result<void> checkpoint(std::span<const CameraVisits> cameras);
    [[nodiscard]] Result<std::vector<OpenVisit>> open_visits() const;

    /// A number that was never given out before, also by earlier processes: people of a session are numbered
    /// from session << 20.
    [[nodiscard]] Result<std::int64_t> new_session(const std::string& camera, UtcTime began);

    [[nodiscard]] Result<VisitPage> visits(const VisitFilter& filter) const;
    /// The rows of such a page alone, at the cost of these rows: for who reads all of them piece by piece.
    [[nodiscard]] Result<std::vector<VisitRow>> visit_rows(const VisitFilter& filter) const;
    /// What the counts of lines are made of.
    [[nodiscard]] Result<CrossingPage> crossings(const CrossingFilter& filter) const;
    /// The rows of such a page alone, as visit_rows().
    [[nodiscard]] Result<std::vector<CrossingRow>> crossing_rows(const CrossingFilter& filter) const;
    /// Hands in shelves.
    [[nodiscard]] Result<TouchPage> touches(const TouchFilter& filter) const;
    /// The rows of such a page alone, as visit_rows().
    [[nodiscard]] Result<std::vector<TouchRow>> touch_rows(const TouchFilter& filter) const;
    /// Counts between each two neighbouring instants of `edges` (ascending, at least two, or it is an error):
    /// the caller knows where the hours and days of the shop's time zone begin. `camera` empty: all.
    [[nodiscard]] Result<std::vector<SpanCounts>> counts(std::span<const UtcTime> edges,
                                                         const std::optional<std::string>& camera,
                                                         People people = People::kAll) const;

    /// Each queue between the first and the last of `edges`, and between each two (as counts() has them). No
    /// length is known later than `now`, nor while the camera gave no pictures or the program did not run; at
    /// the first edge a queue is as long as it was told to be before. Lengths are of everybody, `people` says
    /// whose waits count. Costs as much as there are facts in the span.
    [[nodiscard]] Result<std::vector<QueueCount>> queues(std::span<const UtcTime> edges, UtcTime now,
                                                         const std::optional<std::string>& camera,
                                                         People people = People::kAll,
                                                         const QueuePlaces& places = {}) const;

    /// Facts of one kind that begin in [from, to), by their begins; of one camera, or of all.
    [[nodiscard]] Result<std::vector<LiveEvent>> facts_of(const std::string& kind,
                                                          const std::optional<std::string>& camera,
                                                          UtcTime from, UtcTime to,
                                                          People people = People::kAll) const;
    /// Who of those whose work begins in [from, to) is still known to work here, and which member of the
    /// staff he is, see Label; 0: nobody said.
    [[nodiscard]] Result<std::map<PersonId, std::int64_t>> members_at_work(UtcTime from, UtcTime to) const;
    /// How many faces each camera first saw well in [from, to), most first: whoever passes several is one of
    /// each.
    struct FacesOfCamera {
        std::string camera;
        std::int64_t faces = 0;
    };
    [[nodiscard]] Result<std::vector<FacesOfCamera>> faces_by_camera(UtcTime from, UtcTime to,
                                                                     const People& people) const;
    /// Sex and age of those whose face was first seen well in [from, to).
    [[nodiscard]] Result<std::vector<Traits>> traits(UtcTime from, UtcTime to,
                                                     const std::optional<std::string>& camera,
                                                     const People& people) const;
    /// Whom of these the filter leaves out.
    [[nodiscard]] Result<std::set<PersonId>> left_out(std::span<const PersonId> people,
                                                      const People& filter) const;
    /// Of the fact with this id, taken back or not; 0 when there is none.
    [[nodiscard]] Result<int> revision_of(const std::string& id) const;

    /// Touches ("touch") or services ("service") of a camera that end in [from, to), by their ends.
    [[nodiscard]] Result<std::vector<FactSpan>> spans(const std::string& kind, const std::string& camera,
                                                      UtcTime from, UtcTime to) const;

    /// Since when there are facts: the begin of the one that ended first. None when there is none.
    [[nodiscard]] Result<std::optional<UtcTime>> first_begin() const;

    /// Removes what ended before these instants, some thousands at a time so that writers don't wait. How
    /// many were removed; 0 when done.
    [[nodiscard]] Result<std::int64_t> forget_before(const ForgetBefore& instants);

  private:
    void complain_of(std::int64_t sequence, const Error& error) const;

    std::shared_ptr<Database> database_;
    std::function<void(const std::string&)> log_;
    mutable std::atomic<std::int64_t> complained_ = 0;  // of entries up to this sequence
};

}  // namespace vitrina::records
