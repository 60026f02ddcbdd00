// Detections of many calibrated cameras -> people on the floor: one track for each body on the floor, whoever
// sees it, and who of today's people it is. A deterministic function of what it takes. One thread at a time.
// What it is based on: README.md.
//
// A tracklet is what one camera saw of one body without a longer gap. Tracklets never change; who they belong
// to is told as it becomes known and told again when later evidence says otherwise. A walk is the way of one
// body over the floor, joined from all cameras that see it; whose it is, is told in the same manner.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <span>
#include <vector>

#include "base/geometry.h"
#include "base/time.h"
#include "domain/detection.h"
#include "domain/plan.h"
#include "domain/plan_sighting.h"
#include "domain/sighting.h"
#include "scene/appearance.h"
#include "scene/body_view.h"
#include "scene/clock_offsets.h"

namespace vitrina::scene {

/// Tracklets of different cameras are told apart by what is above these bits.
inline constexpr int kTrackletBits = 40;

struct FloorTrackerOptions {
    /// How late a camera's pictures may be; what is later counts for nothing. Everything is known this much
    /// later.
    Duration watermark = std::chrono::milliseconds(500);
    /// People are looked after this often. Leave alone.
    Duration tick = std::chrono::milliseconds(200);
    /// So long somebody whom nobody sees is expected where he would have gone.
    Duration expected_for = std::chrono::milliseconds(3000);
    /// Where more than one person may be meant, for at most so long.
    Duration undecided_max = std::chrono::milliseconds(2500);
    /// Somebody who went out and comes back within this time goes on with his visit.
    Duration back_within = std::chrono::minutes(5);
    /// Somebody who vanished inside is remembered for so long.
    Duration lost_memory = std::chrono::minutes(15);
    /// The most people that are remembered: whoever was seen last longest ago goes first.
    std::size_t remembered_max = 2000;
    /// Standard deviation of a camera's clock against the shop's.
    Duration time_error = std::chrono::milliseconds(40);
    /// Whether clocks are learnt from people whom two cameras see.
    enum class Clocks : std::uint8_t { kLearnt, kTrusted };
    Clocks clocks = Clocks::kLearnt;
    /// Detections below this score are not looked at, 0..1.
    double score_min = 0.1;
    BodyOptions body;
    AppearanceOptions appearance;
};

/// Numbered by each tracker in the order in which they begin.
using WalkId = std::int64_t;

/// Where a body was, by all that was seen of it until then; one each tick in which it is seen.
struct WalkPoint {
    WalkId walk = 0;
    SourceTime at;
    Point place;  // m
    double height_m = 0;
    double score = 0;  // of the newest sighting; 0 when there was none since the point before
};

/// Whose a walk is from `since` on, as is known now: what was said of later moments before is void.
struct WalkOwner {
    WalkId walk = 0;
    SourceTime since;
    PersonId person = 0;  // 0: nobody knows yet
};

/// Who a tracklet belongs to, from `since` on (a tracklet may be cut where it went over to somebody else).
struct Belonging {
    TrackletId tracklet = 0;
    SourceTime since;
    PersonId person = 0;
    int revision = 1;  // grows with each change
};

/// A box of one picture. Whose it is, its tracklet says; one that never belongs to anybody is a false alarm.
/// One whose sighting has score 0 was missed by the detector and is where he must be.
struct FloorBox {
    std::int64_t frame = 0;
    Box box;  // px; down to the feet where only people hide them
    PlanSighting sighting;
};

/// How tall somebody is, by all looks until he was last seen walking: who sits or bends seems shorter.
struct BodyHeight {
    double height_m = 0;
    double spread_m = 0;  // standard deviation of what looks say; the calibration's own error comes on top
};

struct PersonNow {
    PersonId person = 0;
    SourceTime at;
    Point place;     // m
    Point velocity;  // m/s
    Covariance covariance;
    double score = 0;                    // of the sighting that counted most
    std::optional<BodyHeight> height{};  // empty: not known any better than of anybody
};

struct FloorOutput {
    std::vector<FloorBox> boxes;         // in the order of time
    std::vector<TrackletId> ended;       // no more boxes of these will come
    std::vector<Belonging> belongings;   // new and changed ones
    std::vector<PersonNow> people;       // by tick, then by person; only who is seen
    std::vector<WalkPoint> walk_points;  // of each walk in the order of time
    std::vector<WalkOwner> owners;       // new and changed ones, in the order in which they became known
    std::vector<WalkId> walks_ended;     // no more points of these will come
    std::vector<PersonId> forgotten;     // no more will come of these
    std::vector<PersonId> entered;       // identifiers given to visitors who came in
    std::vector<PersonId> not_entered;   // of these, those that turned out to be somebody who was there
};

/// Pictures of one camera that count for nothing because of their moments.
struct PassedOver {
    std::int64_t late = 0;   // older than what is told already
    std::int64_t ahead = 0;  // later than any should be by now
    /// How far from now they were, on the mean; below zero: before it. Of a clock that is far from the
    /// others' that is about how far.
    double apart_s = 0;
};

class FloorTracker {
  public:
    FloorTracker(const Plan& plan, const FloorTrackerOptions& options, PersonId first_person = 1,
                 WalkId first_walk = 1);
    ~FloorTracker();
    FloorTracker(const FloorTracker&) = delete;
    FloorTracker& operator=(const FloorTracker&) = delete;

    /// What one camera saw in one picture, boxes in pixels of its calibration's picture. `camera`: its place
    /// in the plan; one that is not calibrated is ignored. `looks` is empty, or one for each detection (an
    /// empty vector: not known).
    void see(std::size_t camera, std::int64_t frame, SourceTime at, std::span<const Detection> detections,
             std::span<const Appearance> looks);
    /// Nothing older than `now` - watermark will come.
    [[nodiscard]] FloorOutput advance(SourceTime now);

    /// How far clocks of cameras are apart, as far as is known. Taken off the moments of what comes.
    [[nodiscard]] std::vector<ClockOffsets::Offset> clocks() const;
    /// By this much pictures come later than their moments because of it, at most.
    [[nodiscard]] Duration clock_lag() const;

    /// By camera, since it was last asked.
    [[nodiscard]] std::map<std::size_t, PassedOver> take_passed_over();

    [[nodiscard]] std::size_t remembered() const;
    /// What is kept of who was near whom, of those who are there: of `lost_memory`, however long they stay.
    [[nodiscard]] std::size_t meetings() const;
    /// Numbers that were not given out yet, for a tracker that takes over.
    [[nodiscard]] PersonId next_person() const;
    [[nodiscard]] WalkId next_walk() const;

  private:
    struct Impl;
    std::unique_ptr<Impl> impl_;
};

}  // namespace vitrina::scene
