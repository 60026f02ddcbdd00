// A look at a body as what touches are told from: quantised as it will be stored, so that touches computed
// again from what was stored are the same. Pure function; any thread.
#pragma once

#include <optional>

#include "domain/layout.h"
#include "domain/pose.h"
#include "domain/reach.h"

namespace vitrina::pipeline {

/// The pose is in pixels of a picture of `width` x `height`, what comes out in those of the layout's. Empty
/// when the torso is not seen.
[[nodiscard]] std::optional<Reach> reach_of_pose(const PoseSighting& sighting, const Layout& layout,
                                                 double width, double height);

}  // namespace vitrina::pipeline
