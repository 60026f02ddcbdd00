// Staff and customers on one floor: who stands where, who talks with whom, what each of the staff does.
// Driven by Insight in the order of time; one thread. Says nothing before anybody was seen who works here.
//
// Quantities. Lengths are in body heights, so the same scene gives the same facts at any scale.
// - A stand: somebody stays within `stand_radius` of where he came to. It ends when he was seen outside for
//   `leave_after`, or not at all for `unseen_grace`; its end is when he was last there.
// - A talk: a customer and one of the staff both stand, no farther than `talk_distance` from one another, for
//   `talk_min`. It begins when the later of the two came to stand and ends when one of them goes; steps and
//   absences of less than `talk_gap` stay in it, so one talk is one fact. One of the staff talks with one
//   customer at a time, the nearest: those who came with him are not counted. Who is served at a till, or
//   waits for one, doesn't talk, nor does who sits at one. Where somebody faces is not known from places.
// - Approach: of the two, the one who came to stand later went to the other; within `together` both did.
// - Wait: from when the customer came to stand until staff did, who came to him.
// - Activity: at a cashier's place, in a zone for staff, or on the floor; idle when standing on the floor for
//   `idle_after`, from when he came to stand. A change of place counts after `place_settle`.
#pragma once

#include <cstddef>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <unordered_set>
#include <utility>
#include <vector>

#include "base/geometry.h"
#include "base/result.h"
#include "base/time.h"
#include "domain/event.h"
#include "domain/layout.h"
#include "domain/sighting.h"

namespace vitrina::insight {

struct StaffOptions {
    /// 0.6 m: people sway and places tremble.
    double stand_radius = 0.35;
    Duration leave_after = std::chrono::milliseconds(1'500);
    Duration unseen_grace = std::chrono::seconds(10);
    /// Somebody stands who has not left his place for this long: walking through it takes less.
    Duration settle = std::chrono::milliseconds(2'000);
    /// Stands of customers that are told: shorter ones are looks while walking.
    Duration stand_min = std::chrono::seconds(5);

    /// 1.2 m: people who know each other little talk at no less than half a metre and from this on no longer
    /// (Hall's personal distance).
    double talk_distance = 0.7;
    Duration talk_min = std::chrono::seconds(8);
    Duration talk_gap = std::chrono::seconds(5);
    Duration together = std::chrono::milliseconds(1'500);

    Duration idle_after = std::chrono::seconds(60);
    Duration place_settle = std::chrono::seconds(2);
    /// Work is told in pieces, so that what goes on is known while it does.
    Duration piece_max = std::chrono::minutes(5);

    /// What a body height is in metres, for the distance that is told.
    double height_m = 1.7;
};

class StaffWatch {
  public:
    using Tell = std::function<Result<void>(Fact fact, double confidence)>;

    StaffWatch(const Layout& layout, const StaffOptions& options);

    /// The next sighting of anybody, not earlier than the one before. Whoever was once staff stays it while
    /// he is there.
    [[nodiscard]] Result<void> observe(const Sighting& sighting, const Tell& tell);
    /// Nothing before `now` will come any more.
    [[nodiscard]] Result<void> advance(SourceTime now, const Tell& tell);
    /// Everything ends.
    [[nodiscard]] Result<void> finish(const Tell& tell);
    /// Something waits for the clock.
    [[nodiscard]] bool busy() const { return !customers_.empty() || !members_.empty(); }

  private:
    enum class Where : std::uint8_t { kFloor, kTill, kStock };
    struct Spot {
        Where where = Where::kFloor;
        std::string place;  // of a till or a zone for staff
        friend bool operator==(const Spot&, const Spot&) = default;
    };
    struct Area {
        Zone zone;
        Box bounds;
    };
    struct Standing {
        Point anchor;
        SourceTime since;
        SourceTime near;  // last there
        // While he is seen elsewhere: since when, and where and when the next stand may have begun.
        std::optional<SourceTime> away;
        Point next_anchor;
        SourceTime next_since;
    };
    struct Somebody {
        Standing standing;
        Point place;
        double height = 0;
        SourceTime last;
    };
    struct Customer : Somebody {
        bool at_till = false;
    };
    struct Member : Somebody {
        Spot spot;
        Activity activity = Activity::kFloor;
        SourceTime began;          // of the activity, or of its piece
        std::optional<Spot> next;  // where he may be now
        SourceTime next_since;
        PersonId talks_with = 0;
    };
    /// A customer and one of the staff near one another.
    struct Pair {
        SourceTime begin;
        SourceTime last;  // both standing and near
        Approach approach = Approach::kBoth;
        Duration wait{};
        std::string zone;
        double distance_sum = 0;  // body heights
        double near = 0;          // looks
        double looks = 0;
    };
    using Key = std::pair<PersonId, PersonId>;  // staff, customer

    [[nodiscard]] Spot spot_at(Point place) const;
    [[nodiscard]] static Activity activity_at(const Spot& spot);
    [[nodiscard]] bool is_till_side(Point place) const;
    [[nodiscard]] std::string zone_at(Point place) const;
    [[nodiscard]] bool stands(const Somebody& somebody, SourceTime at) const;
    /// The stand that has just ended, if one has.
    [[nodiscard]] std::optional<Standing> move(Somebody& somebody, const Sighting& sighting,
                                               bool is_new) const;

    [[nodiscard]] Result<void> observe_customer(const Sighting& sighting, const Tell& tell);
    [[nodiscard]] Result<void> observe_member(const Sighting& sighting, const Tell& tell);
    [[nodiscard]] Result<void> tell_stand(PersonId person, const Standing& standing, const Tell& tell) const;
    [[nodiscard]] Result<void> tell_work(PersonId person, Member& member, SourceTime until,
                                         const Tell& tell) const;
    [[nodiscard]] Result<void> change_spot(PersonId person, Member& member, const Sighting& sighting,
                                           const Tell& tell) const;
    [[nodiscard]] Result<void> watch_idling(PersonId person, Member& member, SourceTime at,
                                            const std::optional<Standing>& ended, const Tell& tell) const;
    void meet(PersonId staff, const Member& member, PersonId person, const Customer& customer, SourceTime at);
    void begin_talks(SourceTime now);
    [[nodiscard]] Result<void> end_talks(SourceTime now, const Tell& tell);
    [[nodiscard]] Result<void> end_talk(const Key& key, const Pair& pair, const Tell& tell);
    [[nodiscard]] Result<void> forget_gone(SourceTime now, const Tell& tell);

    StaffOptions options_;
    std::vector<Area> areas_;
    std::unordered_set<PersonId> staff_;      // who is there
    bool knows_staff_ = false;                // somebody was
    std::map<PersonId, Customer> customers_;  // ordered, so that facts are
    std::map<PersonId, Member> members_;
    std::map<Key, Pair> pairs_;
    SourceTime last_;  // sighting
};

}  // namespace vitrina::insight
