// What insight says of whole tracks that are at hand already, a file's or the truth's: the same way from
// boxes to facts as in `analyze`, without a video. Pure function.
#pragma once

#include <vector>

#include "base/result.h"
#include "domain/layout.h"
#include "domain/track.h"
#include "evaluate/counting.h"

namespace vitrina::pipeline {

/// `boxes` are of a picture of this size, each track's in order of time; `layout` is from layout_for().
[[nodiscard]] Result<evaluate::Counted> facts_of_paths(std::vector<TrackBox> boxes, double width,
                                                       double height, const Layout& layout);

}  // namespace vitrina::pipeline
