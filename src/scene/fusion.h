// Sightings of many cameras -> people on the floor: who of one camera is who of another, and who comes again.
// A deterministic function of what it takes. One thread at a time. What it is based on: README.md.
//
// Tracklets never change; who they belong to is told as it becomes known and told again when later evidence
// says otherwise.
#pragma once

#include <cstdint>
#include <deque>
#include <map>
#include <memory>
#include <optional>
#include <span>
#include <vector>

#include "base/time.h"
#include "domain/plan.h"
#include "domain/plan_sighting.h"
#include "domain/sighting.h"
#include "scene/appearance.h"
#include "scene/floor.h"
#include "scene/walk_filter.h"

namespace vitrina::scene {

struct FusionOptions {
    /// How late a camera's sightings may be; what is later counts when it comes. Everything is known this
    /// much later.
    Duration watermark = std::chrono::milliseconds(500);
    /// People are joined this often. Leave alone.
    Duration tick = std::chrono::milliseconds(200);
    /// A tracklet this old gets an identity; younger ones wait for what tells more.
    Duration young = std::chrono::milliseconds(600);
    /// Where more than one person may be meant, for at most so long.
    Duration undecided_max = std::chrono::milliseconds(2500);
    /// Somebody who went out and comes back within this time goes on with his visit.
    Duration back_within = std::chrono::minutes(5);
    /// Somebody who vanished inside is remembered for so long.
    Duration lost_memory = std::chrono::minutes(15);
    /// The most people that are remembered: whoever was seen last longest ago goes first.
    std::size_t remembered_max = 2000;
    /// What no camera's calibration is better than, m: an error that doesn't average out.
    double bias_m = 0.10;
    /// A door counts within this reach, m.
    double door_reach_m = 1.6;
    AppearanceOptions appearance;
};

/// Who a tracklet belongs to, from `since` on (a tracklet may be cut where it went over to somebody else).
struct Belonging {
    TrackletId tracklet = 0;
    SourceTime since;
    PersonId person = 0;
    int revision = 1;  // grows with each change
};

struct PersonNow {
    PersonId person = 0;
    SourceTime at;
    WalkState state;
    double score = 0;  // of the sighting that counted most; 0 where there was none
};

struct FusionOutput {
    std::vector<Belonging> belongings;  // new and changed ones
    std::vector<PersonNow> people;      // by tick, then by person; only who is seen
    std::vector<PersonId> forgotten;    // no more will come of these
    std::vector<PersonId> entered;      // identifiers given at an entrance
    std::vector<PersonId> not_entered;  // of these, those that turned out to be somebody who was there
};

class Fusion {
  public:
    Fusion(const Plan& plan, const FusionOptions& options, PersonId first_person = 1);
    ~Fusion();
    Fusion(const Fusion&) = delete;
    Fusion& operator=(const Fusion&) = delete;

    /// Of one tracklet in the order of time. `looks` may be null.
    void see(const PlanSighting& sighting, const Appearance* looks);
    /// No more of this tracklet will come.
    void tracklet_ended(TrackletId tracklet);
    /// No sighting older than `now` - watermark will come.
    [[nodiscard]] FusionOutput advance(SourceTime now);

    [[nodiscard]] std::size_t remembered() const;

  private:
    struct Impl;
    std::unique_ptr<Impl> impl_;
};

}  // namespace vitrina::scene
