// From what all calibrated cameras see to people on the floor plan, their walks and their facts: what
// live_analysis.h is for one camera. A deterministic function of what it takes. One thread at a time; borrows
// its sink.
//
// What is stored is the way of each body (a walk) and beside it whose it is. Facts are told by what is known
// of that some seconds after it happened; when more is known later, correction() says from when on they are
// to be computed again from what was stored (replay.h), which gives them new revisions.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <vector>

#include "base/result.h"
#include "base/time.h"
#include "domain/detection.h"
#include "domain/event.h"
#include "domain/plan.h"
#include "insight/insight.h"
#include "pipeline/fact_stream.h"
#include "pipeline/followed_walks.h"
#include "pipeline/path_thinner.h"
#include "pipeline/queue_outlook.h"
#include "pipeline/same_people.h"
#include "pipeline/shop.h"
#include "records/path_store.h"
#include "scene/floor_tracker.h"

namespace vitrina::pipeline {

/// What one camera saw in one picture; boxes in pixels of a picture of this size.
struct SeenPicture {
    std::string camera;
    std::int64_t frame = 0;
    SourceTime at;
    int width = 0;
    int height = 0;
    std::vector<Detection> detections;
    /// Of the network that the options name: empty, or one for each detection, empty where nobody looked.
    std::vector<Appearance> looks{};
    /// The camera's own tracks in this picture, boxes in its pixels.
    std::vector<TrackInPicture> tracks{};
};

struct FloorAnalysisOptions {
    std::string shop;
    std::int64_t session = 0;             // never used before, see records::FactStore::new_session()
    scene::FloorTrackerOptions tracking;  // its appearance is of the network that looks come from
    insight::Options insight;             // lag and totals are set here
    QueueOutlook* outlook = nullptr;      // learns from it, and outlives it; may be null
};

class FloorAnalysis {
  public:
    /// `before`: visits that an earlier session left open, seen within kResumeWithin before `now`.
    FloorAnalysis(const Plan& plan, const FloorAnalysisOptions& options,
                  const std::vector<insight::OpenVisit>& before, SourceTime now, EventSink& sink);

    /// Says that every zone is empty until somebody is seen in it. Once, before the first picture.
    [[nodiscard]] Result<void> begin(SourceTime now);

    /// Cameras that the plan has not calibrated are passed over. Pictures of one camera come in order.
    void see(const SeenPicture& picture);
    /// No picture that is older than `known` will come. `queues`: of the plan's, how many are seen.
    [[nodiscard]] Result<void> advance(SourceTime known, QueuesSeen queues = QueuesSeen::kAll);
    /// From now on. Where only zones and lines are others, who is there stays known; otherwise whoever was
    /// in a zone is looked for where he was. Open visits go on in the zones that keep their names.
    [[nodiscard]] Result<void> change_plan(const Plan& plan, SourceTime now);
    /// The end: what is open ends now. Call once.
    [[nodiscard]] Result<void> finish(SourceTime now);

    /// With the whole floor as a zone while none is drawn.
    [[nodiscard]] const Layout& layout() const { return stream_->layout(); }
    [[nodiscard]] std::vector<insight::OpenVisit> open_visits() const { return stream_->open_visits(); }
    /// Whom cameras saw when it was last looked.
    [[nodiscard]] const std::vector<PlanPerson>& in_sight() const { return in_sight_; }
    /// Whom of the plan single cameras' tracks show.
    [[nodiscard]] std::vector<SamePerson> tracks() const;
    [[nodiscard]] SourceTime looked() const { return looked_; }
    /// Who is in sight, or in a visit that goes on while nobody sees him.
    [[nodiscard]] int people() const;
    /// How far clocks of cameras are apart, of those of which it is known.
    [[nodiscard]] std::vector<CameraClock> clocks() const;
    /// By camera, pictures that counted for nothing because of their moments, since it was last asked.
    [[nodiscard]] std::map<std::string, scene::PassedOver> take_passed_over();
    [[nodiscard]] bool is_calibrated(const std::string& camera) const { return indices_.contains(camera); }

    /// Walks and owners that are new since it was last asked: all that the facts so far come from.
    [[nodiscard]] records::PathNews take_paths();
    /// Facts that begin at or after it may be wrong: more became known of who is who. Asked for, it is
    /// forgotten.
    [[nodiscard]] std::optional<SourceTime> take_correction();

  private:
    /// Passes facts on, and sees whether they are of somebody of whom they can't be right.
    class Watcher final : public EventSink {
      public:
        Watcher(FloorAnalysis& floor, EventSink& sink) : floor_(floor), sink_(sink) {}
        [[nodiscard]] Result<void> accept(const Event& event) override;

      private:
        FloorAnalysis& floor_;
        EventSink& sink_;
    };
    /// Points that were counted as somebody's.
    struct Counted {
        std::int64_t first = 0;  // tick
        std::int64_t last = 0;
        PersonId person = 0;
    };
    struct Walk {
        explicit Walk(PathScale scale) : thinner(scale) {}
        PathThinner thinner;
        std::vector<PathPoint> piece;    // that grows
        std::vector<PathPoint> pending;  // not counted yet
        std::map<SourceTime, PersonId> owners;
        std::vector<Counted> counted;
        SourceTime last;  // point
        bool is_new = false;
        bool is_over = false;
    };
    /// Somebody of before, who may be seen again.
    struct Missing {
        PersonId person = 0;
        Point place;
        SourceTime seen;
    };

    void set_plan(const Plan& plan);
    void expect_again(const std::vector<insight::OpenVisit>& visits, SourceTime now);
    [[nodiscard]] Result<void> look(SourceTime until);
    void take(const scene::WalkPoint& point);
    void keep(scene::WalkId number, Walk& walk, const std::vector<PathPoint>& points);
    void own(const scene::WalkOwner& owner);
    [[nodiscard]] PersonId known_as(PersonId person, const Walk* walk);
    [[nodiscard]] Result<void> count(SourceTime known);
    /// What has become somebody's.
    [[nodiscard]] Result<void> count_pending();
    [[nodiscard]] Result<void> count(PersonId person, const PathPoint& point);
    [[nodiscard]] bool goes_on(scene::WalkId number, PersonId person) const;
    void forget_walks(SourceTime known);
    void see_people(const scene::FloorOutput& output);
    void tell_entries(const scene::FloorOutput& output, SourceTime now);
    void correct(PersonId person, SourceTime since);

    FloorAnalysisOptions options_;
    Watcher watcher_;
    Plan plan_;
    std::map<std::string, std::size_t> indices_;  // of calibrated cameras, in the plan
    bool has_entrance_ = false;                   // the plan
    std::unique_ptr<scene::FloorTracker> tracker_;
    std::unique_ptr<FactStream> stream_;
    std::vector<insight::OpenVisit> before_;  // until begin()
    std::vector<Missing> missing_;
    SourceTime missing_until_;
    std::map<PersonId, PersonId> names_;  // numbers of the tracker of those who were missing
    std::map<scene::WalkId, Walk> walks_;
    scene::WalkId newest_forgotten_ = 0;
    FollowedWalks followed_;
    SamePeople same_people_;
    std::map<PersonId, SourceTime> since_;  // of people who may come again: first counted
    std::set<PersonId> doubtful_;           // whose facts were told by what turned out wrong
    std::optional<SourceTime> correction_;
    SourceTime known_{};  // up to which all pictures have come, by clocks as they are known
    SourceTime horizon_ = SourceTime::max();  // nothing later is taken
    records::PathNews news_;
    std::vector<PlanPerson> in_sight_;
    SourceTime looked_;
};

}  // namespace vitrina::pipeline
