// The state of a FloorTracker and its steps: floor_tracker.cpp has the flow of pictures, floor_matching.cpp
// which box is whose, floor_people.cpp who is who. Private to this folder.
#pragma once

#include <map>
#include <optional>
#include <set>
#include <utility>
#include <vector>

#include "scene/coverage.h"
#include "scene/floor.h"
#include "scene/floor_tracker.h"

namespace vitrina::scene {

using WalkerId = WalkId;  // a walker's walk has his number

/// Share of those who walk out by an entrance that turn round at once. Were it not small, newcomers would go
/// on with the visits of those whom they meet in the door.
inline constexpr double kTurnsRound = 0.01;

/// What one camera sees of a walker now: its open tracklet.
struct Run {
    TrackletId tracklet = 0;
    SourceTime since;
    SourceTime last;
};

/// How two walkers agree who may be one.
struct Agreement {
    double weight = 0;    // ticks, fading
    double evidence = 0;  // weighted sum of the log likelihood ratios of their places
    SourceTime last;
};

enum class Presence : std::uint8_t { kSeen, kLost, kOut };

/// Where and how somebody was when he was last seen.
struct Trace {
    SourceTime last;
    Point place;
    Point velocity;
    Covariance covariance;
    Presence presence = Presence::kLost;
    WalkerId of = 0;  // who he was then
    Looks looks;      // of all walkers that were he and are over
};

/// A body on the floor, from when it is first seen until nobody has seen it for a while.
struct Walker {
    WalkerId id = 0;
    BodyFilter filter;
    SourceTime born;
    SourceTime last;      // seen
    double evidence = 0;  // nats, that it is a person
    int hits = 0;
    bool confirmed = false;
    double score = 0;
    std::map<int, Run> runs;         // by camera
    std::vector<Belonging> history;  // of the person that it is now; revision is what was told last
    std::vector<WalkOwner> walks;    // the same of its walks: its own, and those that it took over
    std::vector<WalkPoint> youth;    // until it is confirmed
    Looks looks;                     // since it is somebody's
    Looks recent;                    // the newest ones, not in `looks` yet
    Looks earlier;                   // of some seconds, and of those after them: teach how alike looks are
    Looks later;
    double doubt = 0;                       // nats, that somebody else is in the boxes by now
    SourceTime sure_until;                  // since when
    BodyFilter sure;                        // where it was then, by what was surely of it
    std::map<WalkerId, SourceTime> beside;  // when one picture showed both
    std::map<WalkerId, Agreement> near;

    // Who it is.
    PersonId person = 0;  // 0: nobody yet
    SourceTime asked;     // since when the question is who it is
    SourceTime next_ask;
    std::optional<Trace> before;  // the person as he was before; none: he began with this walker
    BodyFilter first;             // where it was when it was asked
    SourceTime began;             // first seen, of what belongs to this person
    std::optional<BodyHeight> height;

    Walker(WalkerId number, const BodyFilter& body) : id(number), filter(body), sure(body), first(body) {}
};

struct Person {
    PersonId id = 0;
    Trace trace;
    WalkerId walker = 0;  // who is he now; 0: nobody
    bool by_staff_door = false;
    bool entered = false;
    int looks_to_enter = 0;
    int seen = 0;                    // times, without what his walker has
    std::vector<Belonging> history;  // told so far, without what his walker has
};

struct FloorTracker::Impl {
    struct Picture {
        std::size_t camera = 0;
        std::int64_t frame = 0;
        SourceTime at;       // by the shop's clock, as far as is known
        SourceTime stamped;  // by the camera's
        std::vector<Detection> detections;
        std::vector<Appearance> looks;
        std::vector<double> clear;  // how much of each no nearer one covers
        std::vector<char> covered;  // others stand before the feet
    };
    /// Somebody who may be in a picture.
    struct Expected {
        Walker* walker = nullptr;
        BodyFilter body;
        BodyView view;
        std::vector<float> looks;  // centered; of this camera, where there are enough
        double looks_weight = 0;
        bool same_camera = false;
        bool has_left = false;  // by an entrance, as he walked when he was last seen
    };
    struct Pair {
        BodyFit fit;
        double by_place = 0;  // nats
        double by_looks = 0;
        double similarity = 0;
    };
    /// Who a walker may be, and how likely: log of a density.
    struct Guess {
        PersonId person = 0;  // 0: somebody new
        double score = 0;
    };

    Impl(const Plan& plan, const FloorTrackerOptions& given, PersonId first_person, WalkId first_walk);

    // The flow.
    void see(Picture picture);
    /// Its moment is so far from `at` that it is of no use.
    void pass_over(const Picture& picture, SourceTime at);
    FloorOutput advance(SourceTime until);
    void tick(SourceTime time, FloorOutput& out);
    void end_walkers(SourceTime time, FloorOutput& out);
    void end_runs(Walker& walker, SourceTime before, FloorOutput& out);
    void tell_people(SourceTime time, FloorOutput& out);
    void forget(SourceTime time, FloorOutput& out);
    void forget_meetings(SourceTime time);

    // Which box is whose.
    void process(const Picture& picture, FloorOutput& out);
    /// Whether who was last seen so, and not for `unseen`, went out by an entrance.
    [[nodiscard]] bool has_left(Point place, Point velocity, Duration unseen) const;
    [[nodiscard]] std::vector<Expected> expect(const Picture& picture);
    [[nodiscard]] std::optional<Pair> pair_of(const Picture& picture, std::size_t detection,
                                              const Expected& expected,
                                              const std::vector<float>& looks) const;
    void take(const Picture& picture, std::size_t detection, const Expected& expected, const Pair& pair,
              FloorOutput& out);
    void begin(const Picture& picture, std::size_t detection, FloorOutput& out);
    void tell_box(const Picture& picture, std::size_t detection, Walker& walker, const Box& box, bool on_feet,
                  FloorOutput& out);
    void guess(const Picture& picture, const Expected& expected, FloorOutput& out) const;
    [[nodiscard]] PlanSighting sighting_of(const Picture& picture, TrackletId tracklet,
                                           const BodyFilter& body) const;
    void look(const Picture& picture, std::size_t detection, Walker& walker);
    void doubt(SourceTime at, const BodyFilter& before, Walker& walker, double by_looks, FloorOutput& out);

    void learn_likeness(Walker& walker, const Looks& newest_looks);
    void compare_to_learn(const Walker& walker, const Looks& one, const Looks& other);

    // Who is who.
    void decide(SourceTime time, FloorOutput& out);
    [[nodiscard]] std::vector<Guess> guesses_of(const Walker& walker) const;
    [[nodiscard]] double newcomer_score(Point place) const;
    [[nodiscard]] std::optional<double> trace_score(const Trace& trace, const Walker& walker) const;
    void give(Walker& walker, PersonId to, FloorOutput& out);
    PersonId bear(const Walker& walker);
    void take_away(Walker& walker, FloorOutput& out);
    void own(Walker& walker, const Run& run, SourceTime since, FloorOutput& out);
    static void own_walks(Walker& walker, PersonId person, FloorOutput& out);
    void fold(Walker& walker, SourceTime last, const BodyFilter& body);
    void cut(Walker& walker, FloorOutput& out);
    void split(Walker& walker, int camera);
    void compare_neighbours(SourceTime time, FloorOutput& out);
    void merge(Walker& from, Walker& into, FloorOutput& out);
    static void count_entry(Person& person, const Walker& walker, FloorOutput& out);
    [[nodiscard]] double alike(const Looks& a, const Looks& b) const;
    [[nodiscard]] Presence presence_at(const BodyFilter& body) const;

    const FloorTrackerOptions options;
    const Floor floor;
    std::map<std::size_t, BodyCamera> cameras;
    const Coverage coverage;
    AppearanceModel appearance;
    ClockOffsets clocks;
    std::multimap<std::pair<SourceTime, std::size_t>, Picture> waiting;
    std::map<std::size_t, SourceTime> newest;  // picture of each camera
    std::map<std::size_t, std::int64_t> tracklets;
    std::map<WalkerId, Walker> walkers;
    std::map<PersonId, Person> people;
    std::map<std::pair<TrackletId, SourceTime>, int> revisions;
    std::map<std::size_t, PassedOver> passed_over;  // apart_s is the sum
    SourceTime until_now{};                         // as it was told last
    SourceTime next_tick{};
    SourceTime next_tidy{};  // of meetings
    SourceTime begun{};
    WalkerId next_walker;
    PersonId next_person;
    double newcomers = 0;
    double density = 0.05;  // people seen, a square metre
};

/// Share of a box that another covers.
[[nodiscard]] double common_share(const Box& box, const Box& other);

}  // namespace vitrina::scene
