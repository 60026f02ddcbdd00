// Which of somebody's walks his facts follow. Where two walks of one person overlap, they were taken for two
// people, and the one that began first counts until its last point. Of points that are all known that is
// follow(); live they become known one after another, and FollowedWalks says the same of each as it comes, or
// that what it said is no longer what all points together say. Plain values; one thread at a time.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <set>
#include <span>
#include <utility>
#include <vector>

#include "domain/sighting.h"
#include "scene/floor_tracker.h"

namespace vitrina::pipeline {

/// A point of a walk while that is somebody's.
struct OwnedPoint {
    std::int64_t tick = 0;
    scene::WalkId walk = 0;
    PersonId person = 0;  // 0: nobody's, and not followed
};

/// For each point whether it counts. In the order of time, and of walks where they are of one moment.
[[nodiscard]] std::vector<char> follow(std::span<const OwnedPoint> points);

class FollowedWalks {
  public:
    /// Whether more points of the walk may come later that are this person's.
    using GoesOn = std::function<bool(scene::WalkId walk, PersonId person)>;
    struct Answer {
        std::vector<char> counts;  // for each point
        /// Of whom what was said, now or before, of points of this tick and later is not what follow() says
        /// of all that is known by now.
        std::map<PersonId, std::int64_t> wrong_since;
    };

    /// What has become known since it was last asked, each somebody's, in the order that follow() takes; of
    /// one walk nothing is earlier than what was known before.
    [[nodiscard]] Answer take(std::span<const OwnedPoint> points, const GoesOn& goes_on);
    void forget(PersonId person) { people_.erase(person); }

  private:
    struct Stretch {
        scene::WalkId walk = 0;
        std::int64_t first = 0;  // tick
        std::int64_t last = 0;
    };
    struct Followed {
        std::vector<Stretch> stretches;  // that counted, one after another
        /// Points of other walks after the last of them, that don't count if that walk goes on.
        std::set<std::pair<std::int64_t, scene::WalkId>> waiting;
    };

    /// `current_goes_on` tells of the walk that counted last where the point is of another.
    [[nodiscard]] static bool take(Followed& followed, const OwnedPoint& point, bool current_goes_on,
                                   std::optional<std::int64_t>& wrong);
    /// Of a point that comes when later ones have counted: since when they are wrong.
    [[nodiscard]] static std::optional<std::int64_t> wrong_since(const Followed& followed,
                                                                 const OwnedPoint& point);

    std::map<PersonId, Followed> people_;
};

}  // namespace vitrina::pipeline
