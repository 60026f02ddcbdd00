// From detections to people, their paths and facts of one live camera: as analysis.h, but visits and
// crossings are known with the picture that settles them, what is of many people some seconds later
// (fact_stream.h), and nothing is taken back. A deterministic function of what it takes. One thread at a
// time; borrows its sink.
//
// Times are microseconds since 1970 on the shop's clock (shop_clock.h), so that facts and their ids mean the
// same after a restart.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "base/result.h"
#include "base/time.h"
#include "domain/detection.h"
#include "domain/event.h"
#include "domain/layout.h"
#include "insight/heatmap.h"
#include "insight/insight.h"
#include "insight/touch_watch.h"
#include "pipeline/fact_stream.h"
#include "pipeline/path_thinner.h"
#include "pipeline/queue_outlook.h"
#include "pipeline/shop.h"
#include "track/tracker.h"

namespace vitrina::pipeline {

/// People of a session are numbered from session << kPersonBits: a million tracks, some weeks of a busy
/// door, before the number runs into the next session's.
inline constexpr int kPersonBits = 20;

/// A visit that was open when the program stopped goes on when it is back within this time: a restart takes
/// seconds, and after half a minute nobody stands where he stood.
inline constexpr Duration kResumeWithin = std::chrono::seconds(30);

/// A path is stored in pieces: whoever looks for an hour of it reads little more, and a piece that grows is
/// written anew each time.
inline constexpr std::size_t kPiecePointsMax = 300;

/// What of a person's path is to be stored.
struct NewPath {
    PersonId person = 0;
    std::vector<PathPoint> points;
    std::optional<UtcTime> left;  // when it was known that no more will come
};

struct LiveAnalysisOptions {
    int width = 0;  // px of the pictures to come; others are scaled to it
    int height = 0;
    Layout layout;  // from layout_for()
    insight::EventIdentity identity;
    std::int64_t session = 0;  // never used before, see records::FactStore::new_session()
    track::Options tracking;
    insight::Options insight;         // lag and totals are set here
    QueueOutlook* outlook = nullptr;  // learns from it, and outlives it; may be null
};

class LiveAnalysis {
  public:
    /// `before`: visits that an earlier session left open, seen within kResumeWithin before `now`.
    LiveAnalysis(LiveAnalysisOptions options, const std::vector<insight::OpenVisit>& before, SourceTime now,
                 EventSink& sink);

    /// Says that every zone is empty until somebody is seen in it: what was known of it before the session
    /// may be wrong.
    [[nodiscard]] Result<void> begin(SourceTime now);

    /// What the network saw in the next picture, boxes in pixels of a picture of this size. `time` grows.
    /// Who is in the picture, for drawing: boxes in its pixels.
    [[nodiscard]] Result<std::vector<LivePerson>> take(std::int64_t frame, SourceTime time, int width,
                                                       int height, std::span<const Detection> detections);
    /// Looks at bodies in the picture that was taken last, of this size: hands in shelves. In the order of
    /// time.
    [[nodiscard]] Result<void> see_poses(std::span<const PoseSighting> poses, SourceTime now, int width,
                                         int height);
    /// Somebody works here, or does not, as is known from now on.
    void set_staff(PersonId person, WhoIs who) { stream_->set_staff(person, who); }
    /// Time goes on without a new picture worth a look.
    [[nodiscard]] Result<void> advance(SourceTime now);
    /// Time goes on without any picture: whoever was there leaves in the end, but that nobody waits is not
    /// known, and nothing is learnt of queues.
    [[nodiscard]] Result<void> advance_blind(SourceTime now);
    /// What comes next is another scene (a file that begins anew): everybody has left.
    [[nodiscard]] Result<void> cut(SourceTime now);
    /// From now on. Open visits go on in the zones that keep their names.
    [[nodiscard]] Result<void> change_layout(Layout layout, SourceTime now);
    /// The end: what is open ends now. Call once.
    [[nodiscard]] Result<void> finish(SourceTime now);

    [[nodiscard]] const Layout& layout() const { return stream_->layout(); }
    [[nodiscard]] std::vector<insight::OpenVisit> open_visits() const { return stream_->open_visits(); }
    /// Pieces of paths that have grown since it was last asked, each from its begin: all that the facts so
    /// far come from.
    [[nodiscard]] std::vector<NewPath> take_paths();
    /// Where feet were since it was last asked, on the grid of heatmap().
    [[nodiscard]] std::vector<insight::HeatMap::Cell> take_heat() { return heatmap_->take(); }
    [[nodiscard]] const insight::HeatMap& heatmap() const { return *heatmap_; }
    /// Whether somebody is in the last picture.
    [[nodiscard]] bool sees_somebody() const { return !in_picture_.empty(); }
    /// People who are there: in the last picture, or in a visit that goes on while they are hidden. So no
    /// zone ever holds more of them.
    [[nodiscard]] int people() const;

  private:
    /// Somebody of an earlier session who may be seen again.
    struct Missing {
        PersonId person = 0;
        Point place;
        double body_height = 0;
        SourceTime seen;
        bool was_there = false;  // when the earlier session ended; others it had lost from sight before
    };

    [[nodiscard]] Result<void> pass_on(PersonId person, const std::vector<PathPoint>& points);
    [[nodiscard]] Result<void> flush_all();
    [[nodiscard]] Result<void> see(const TrackBox& box);
    [[nodiscard]] Result<void> end(TrackId track, SourceTime now);
    [[nodiscard]] PersonId person_of(TrackId track, const Sighting& first);
    [[nodiscard]] Sighting sighting_of(const TrackBox& box, double visible) const;
    [[nodiscard]] std::vector<std::string> zones_at(Point place) const;

    LiveAnalysisOptions options_;
    EventSink& sink_;
    const SourceTime began_;
    track::Tracker tracker_;
    struct OpenPath {
        std::vector<PathPoint> points;
        std::optional<UtcTime> left;
        bool is_new = false;
    };

    std::unique_ptr<FactStream> stream_;
    std::unique_ptr<insight::TouchWatch> touches_;
    std::vector<insight::OpenVisit> before_;  // until begin()
    std::map<PersonId, PathThinner> thinners_;
    std::map<PersonId, OpenPath> open_paths_;
    std::vector<NewPath> full_paths_;  // not taken yet
    std::unique_ptr<insight::HeatMap> heatmap_;
    std::map<TrackId, std::vector<TrackBox>> paths_;  // the last seconds of each, to judge what is visible
    std::map<TrackId, PersonId> persons_;
    std::vector<Missing> missing_;
    std::vector<PersonId> in_picture_;  // the last one
    SourceTime looked_;                 // at it
};

}  // namespace vitrina::pipeline
