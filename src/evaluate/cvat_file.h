// CVAT exports ("CVAT for video 1.1"): tracks with a box in each frame. Pure function; any thread.
#pragma once

#include <string>
#include <string_view>

#include "base/result.h"
#include "evaluate/truth.h"

namespace vitrina::evaluate {

/// The tracks in `xml`, each with an id by its place in the file. Boxes that are marked "outside" are left
/// out; between two boxes of a track, none of them outside, frames that are missing are filled in on a
/// straight line, as CVAT shows them. Frames keep the numbers of the video where the job took only every nth.
/// `label`: only the tracks with this label; empty: all, or, where there are several labels, those called
/// person or pedestrian. Fails (kFailed) with the line and the reason.
[[nodiscard]] Result<Truth> parse_cvat(std::string_view xml, const std::string& name,
                                       const std::string& label);

}  // namespace vitrina::evaluate
