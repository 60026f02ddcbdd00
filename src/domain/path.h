// A person's path as it is stored, and as insight reads it: some points, with straight lines between them.
// Everything is in whole steps, so that what is read live, from the disk or from a simulation is the same to
// the last bit. Plain data; pure functions; any thread.
//
// A path lies in one camera's picture or on the floor plan. Places are in shares of a whole: the width of the
// layout's picture, or the plan's metres, see PathScale.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "base/result.h"
#include "base/time.h"
#include "domain/sighting.h"

namespace vitrina {

/// Steps of time: a fifth of the shortest time between two pictures that cameras give.
inline constexpr std::chrono::milliseconds kPathTick{20};
/// Steps of place in a picture, of its width: below a pixel of what is analysed.
inline constexpr int kPathStepsOfPicture = 2048;
/// A point is no further from the next than this, but where the person was not seen.
inline constexpr Duration kPathPointEvery = std::chrono::seconds(1);
/// Between two points no further apart than this the person was seen on the line between them.
inline constexpr Duration kPathJoinMax = std::chrono::milliseconds(1500);
/// How often, on that line.
inline constexpr Duration kPathSightingEvery = std::chrono::milliseconds(200);

struct PathPoint {
    std::int64_t tick = 0;  // of kPathTick, since 1970
    std::int32_t x = 0;     // steps
    std::int32_t y = 0;
    std::int32_t height = 0;   // of the body, see height_step()
    std::int32_t score = 0;    // 0 where the place was filled in, else 1..15
    std::int32_t visible = 0;  // 0..20, of the body
    friend bool operator==(const PathPoint&, const PathPoint&) = default;
};

/// What a step is: pixels of the layout's picture, or metres of the plan.
struct PathScale {
    double step = 1;
    [[nodiscard]] static PathScale of_picture(double layout_width) {
        return {layout_width / kPathStepsOfPicture};
    }
    /// Of the floor plan, whose size may change: a centimetre.
    [[nodiscard]] static PathScale of_plan() { return {0.01}; }
};

/// The point nearest to a sighting.
[[nodiscard]] PathPoint point_of(const Sighting& sighting, const PathScale& scale);
[[nodiscard]] Sighting sighting_of(PersonId person, const PathPoint& point, const PathScale& scale);

/// What was seen from `before` (not included) to `point`: some sightings on the line between them, if they
/// are near in time, and the point itself.
void sightings_between(PersonId person, const PathPoint& before, const PathPoint& point,
                       const PathScale& scale, std::vector<Sighting>& out);

/// Some 2 to 3 bytes a point. Points in the order of time, at least one.
[[nodiscard]] std::vector<std::uint8_t> encode_path(std::span<const PathPoint> points);
/// Fails for bytes that no path gives.
[[nodiscard]] Result<std::vector<PathPoint>> decode_path(std::span<const std::uint8_t> bytes);

}  // namespace vitrina
