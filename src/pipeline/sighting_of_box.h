// A track's box as a sighting: quantised as it will be stored, so that facts computed again from what was
// stored are the same. Pure function; any thread.
#pragma once

#include "domain/layout.h"
#include "domain/sighting.h"
#include "domain/track.h"

namespace vitrina::pipeline {

/// `visible`: share of the body in the picture, 0..1. The box is in pixels of a picture of `width` x
/// `height`, the sighting in those of the layout's. The person is the number of the track.
[[nodiscard]] Sighting sighting_of_box(const TrackBox& box, double visible, const Layout& layout,
                                       double width, double height);

}  // namespace vitrina::pipeline
