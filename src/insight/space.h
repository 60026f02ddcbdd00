// How a floor is used: where people are and stand, which departments they go through and in what order, who
// passes, stops and touches, and where nobody goes. Sightings in the order of time; one thread.
#pragma once

#include <array>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <unordered_map>
#include <utility>
#include <vector>

#include "base/local_clock.h"
#include "base/time.h"
#include "domain/plan.h"
#include "domain/sighting.h"
#include "insight/floor_raster.h"

namespace vitrina::insight {

/// Who and when is counted. Hours and weekdays are the shop's.
struct SpaceFilter {
    std::uint32_t hours = 0xffffff;  // a bit for each hour of the day
    std::uint32_t weekdays = 0x7f;   // from Monday
    std::optional<Sex> sex;
    std::optional<AgeGroup> age;
    bool staff = false;  // counted too
    friend bool operator==(const SpaceFilter&, const SpaceFilter&) = default;
};

/// Whether a moment is of the filter's hours and weekdays by the shop's clock.
[[nodiscard]] bool is_in_hours(const SpaceFilter& filter, const LocalClock& clock, SourceTime at);

struct SpaceOptions {
    LocalClock clock;  // the shop's
    SpaceFilter filter;
    double reach_m = 1.1;         // at a fixture
    double stand_radius_m = 0.6;  // who stays within it stands
    Duration stand_time = std::chrono::seconds(3);
    Duration stop_time = std::chrono::seconds(5);  // who stands for so long has stopped
    Duration pass_time = std::chrono::seconds(3);  // in a department, to be on somebody's path
    Duration gap_max = std::chrono::seconds(2);    // between two sightings; more is not counted
    Duration gone = std::chrono::seconds(60);      // unseen: has left
};

struct ZoneUse {
    std::int64_t passed = 0;  // people
    std::int64_t stopped = 0;
    std::int64_t touched = 0;
    std::int64_t paid = 0;      // of those who stopped: were served at a till later
    double seconds = 0;         // of presence
    double dwell_median_s = 0;  // of those who stopped: how long each was there in all
};

struct FixtureUse {
    std::int64_t passed = 0;
    std::int64_t stopped = 0;
    std::int64_t touched = 0;
    double standing_s = 0;
};

/// A stretch of floor where hardly anybody goes.
struct DeadArea {
    Box bounds;
    double square_m = 0;
    std::uint64_t zones = 0;           // a bit for each that it lies in
    std::vector<std::size_t> squares;  // of the raster
};

/// From or to nowhere: came in, went out.
inline constexpr int kNowhere = -1;
/// How many departments of a way SpaceUse::steps tells.
inline constexpr std::size_t kStepsTold = 5;

struct SpaceUse {
    std::int64_t people = 0;
    std::int64_t entered = 0;          // of them: are known to have come in by a door
    std::int64_t bounced = 0;          // of those: went out again soon, and had stopped nowhere
    std::vector<ZoneUse> zones;        // in the plan's order
    std::vector<FixtureUse> fixtures;  // in the plan's order
    std::map<std::pair<int, int>, std::int64_t> flows;  // between departments
    std::map<std::array<int, 3>, std::int64_t> steps;   // the same for the first ones: number, from, to
    std::vector<std::pair<std::vector<int>, std::int64_t>> paths;  // the most common first
    std::vector<DeadArea> dead;                                    // the largest first
};

class Space {
  public:
    Space(const Plan& plan, const SpaceOptions& options);

    void observe(const Sighting& sighting);
    /// Was served at a till.
    void paid(PersonId person);
    /// Came in by a door; `went_soon`: and out again, before he can have looked for anything.
    void entered(PersonId person, bool went_soon);
    /// Once in a while: forgets who has gone.
    void advance(SourceTime now);
    /// Everybody has gone. What is known then.
    [[nodiscard]] SpaceUse finish();

    [[nodiscard]] const FloorRaster& raster() const { return raster_; }
    /// Seconds by square.
    [[nodiscard]] const std::vector<float>& presence() const { return presence_; }
    [[nodiscard]] const std::vector<float>& standing() const { return standing_; }
    /// Hands at fixtures, counted where who reached stood.
    [[nodiscard]] const std::vector<float>& touches() const { return touches_; }
    /// How often somebody came there.
    [[nodiscard]] const std::vector<float>& visitors() const { return visitors_; }

  private:
    struct Person {
        SourceTime last;
        Point anchor;
        SourceTime anchored;
        bool stands = false;
        bool stopped = false;
        bool ever_stopped = false;  // or touched anything
        bool entered = false;
        bool went_soon = false;
        bool reached = false;  // in the sighting before
        bool is_staff = false;
        std::uint64_t passed = 0, stops = 0, touched = 0, paid = 0;
        std::map<int, double> dwell_s;  // by zone
        int department = kNowhere;
        SourceTime since;  // in it
        std::vector<int> path;
        std::map<std::uint16_t, unsigned> fixtures;  // 1 passed, 2 stopped, 4 touched
        std::size_t square = static_cast<std::size_t>(-1);
    };

    [[nodiscard]] bool wanted(const Sighting& sighting) const;
    void stand(const Sighting& sighting, Person& person, const FloorRaster::Square& square, Duration passed);
    void walk(const Sighting& sighting, Person& person, const FloorRaster::Square& square);
    void close(const Person& person);
    [[nodiscard]] std::vector<DeadArea> dead_areas() const;

    SpaceOptions options_;
    FloorRaster raster_;
    std::uint64_t departments_ = 0;
    std::uint64_t not_for_visitors_ = 0;  // zones
    std::vector<float> presence_, standing_, touches_, visitors_;
    std::unordered_map<PersonId, Person> people_;
    std::vector<std::vector<float>> dwells_;
    std::map<std::vector<int>, std::int64_t> paths_;
    SpaceUse use_;
};

}  // namespace vitrina::insight
