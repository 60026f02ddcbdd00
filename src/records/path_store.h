// People's paths at rest, from which facts are computed again, and what belongs to it: when a camera's people
// were numbered anew, and the facts as they are known. See database.h for threads and errors.
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
#include "domain/event.h"
#include "domain/path.h"
#include "records/database.h"

namespace vitrina::records {

/// A piece of a person's path in one camera's picture.
struct PathPiece {
    std::string camera;
    PersonId person = 0;
    std::vector<PathPoint> points;  // at least one
    std::optional<UtcTime> left;    // when it was known that no more points of the person will come
};

/// Where such a piece lies, without its points.
struct PathSpan {
    std::int64_t number = 0;
    PersonId person = 0;
    UtcTime begin;
    UtcTime end;
    std::int64_t points = 0;
};

/// A time in which a camera was looked at without a break; its people are numbered from `number`.
struct CameraSession {
    std::string camera;
    std::int64_t number = 0;
    UtcTime began;
    std::optional<UtcTime> ended;  // none: it goes on, or was cut off
    int width = 0;                 // px of its pictures
    int height = 0;
};

/// A layout takes a moment to be used by a session that goes on: since `at`, though it is valid from another.
struct LayoutStart {
    std::string camera;
    UtcTime valid_from;
    UtcTime at;
};

/// On the floor plan a piece's `person` is the number of a walk: whose it is since a moment, by what is known
/// now. 0: nobody's.
struct WalkOwner {
    std::int64_t walk = 0;
    UtcTime since;
    PersonId person = 0;
    friend bool operator==(const WalkOwner&, const WalkOwner&) = default;
};

/// A visitor came in, as the floor plan knows it; or it turned out that he is somebody who was there.
struct PlanEntry {
    PersonId person = 0;
    UtcTime at;
    bool is_taken_back = false;
};

/// What is to be stored together.
struct PathNews {
    std::vector<CameraSession> sessions;  // new ones, and those that have ended since
    std::vector<LayoutStart> layouts;
    std::vector<PathPiece> pieces;
    std::vector<WalkOwner> owners;   // in the order in which they became known
    std::vector<PlanEntry> entries;  // in that order
    [[nodiscard]] bool is_empty() const {
        return sessions.empty() && layouts.empty() && pieces.empty() && owners.empty() && entries.empty();
    }
    void add(PathNews news);
};

struct KnownFact {
    LiveEvent event;
    bool retracted = false;
};

class PathStore {
  public:
    explicit PathStore(std::shared_ptr<Database> database);
    ~PathStore();

    /// Adds pieces, or puts longer ones in the place of what they were: a piece is known by its camera, its
    /// person and its begin, a session by its number. An owner of a walk takes the place of those that were
    /// known for later moments. All or nothing.
    [[nodiscard]] Result<void> put(const PathNews& news);
    /// Those of the camera that reach into [from, to), in the order in which they begin.
    [[nodiscard]] Result<std::vector<PathSpan>> spans(const std::string& camera, UtcTime from,
                                                      UtcTime to) const;
    /// The pieces of these numbers that are still there. Fails for one that is damaged.
    [[nodiscard]] Result<std::vector<PathPiece>> pieces(std::span<const PathSpan> spans) const;
    /// Whose the walks are that these pieces are of, by walk and then by time.
    [[nodiscard]] Result<std::vector<WalkOwner>> owners(std::span<const PathSpan> spans) const;
    /// How many came in between each instant, ascending, and the next, as the floor plan knows it; none where
    /// that begins before anybody was told of.
    [[nodiscard]] Result<std::vector<std::optional<std::int64_t>>> entered(
        std::span<const UtcTime> edges) const;
    /// The end of what forget_before() has removed of the camera.
    [[nodiscard]] Result<std::optional<UtcTime>> forgotten_until(const std::string& camera) const;
    /// Cameras that have paths.
    [[nodiscard]] Result<std::vector<std::string>> cameras() const;

    /// Those of the camera that began before `to`, in order, from the last one that began before `from` on.
    [[nodiscard]] Result<std::vector<CameraSession>> sessions(const std::string& camera, UtcTime from,
                                                              UtcTime to) const;
    /// Of the camera, by when they became valid.
    [[nodiscard]] Result<std::map<UtcTime, UtcTime>> layout_starts(const std::string& camera) const;

    /// Facts of the camera that begin in [from, to), those that were taken back too.
    [[nodiscard]] Result<std::vector<KnownFact>> facts(const std::string& camera, UtcTime from,
                                                       UtcTime to) const;

    /// Removes paths that ended before it, some thousands at a time. How many were removed; 0 when done.
    [[nodiscard]] Result<std::int64_t> forget_before(UtcTime instant);
    /// The same of the oldest day of which there are any, but for those that ended at `kept_from` or later,
    /// and while less than so many bytes of the file hold nothing: what is written next goes there.
    [[nodiscard]] Result<std::int64_t> make_room(std::int64_t bytes, UtcTime kept_from);

    struct Size {
        std::int64_t pieces = 0;
        std::int64_t points = 0;
        std::int64_t code_bytes = 0;
    };
    [[nodiscard]] Result<Size> size() const;

  private:
    std::shared_ptr<Database> database_;
};

}  // namespace vitrina::records
