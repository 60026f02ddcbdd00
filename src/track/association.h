// Which detection of a frame belongs to which track, by place alone. Pure function, called by tracker.cpp.
#pragma once

#include <span>
#include <vector>

#include "base/assignment.h"
#include "track/look.h"
#include "track/target.h"

namespace vitrina::track {

/// Which detection each target has in a frame, and the other way round.
struct Matching {
    std::vector<int> detection_of;  // by target, kUnassigned: none
    std::vector<int> target_of;     // by detection, kUnassigned: none
};

/// `targets` have been predicted to `now`; `detections` are usable(). The order in which tracks choose is in
/// README.md.
[[nodiscard]] Matching match(std::span<const Target> targets, std::span<const Detection> detections,
                             SourceTime now, const Options& options, PictureSize picture,
                             const LookScale& scale);

}  // namespace vitrina::track
