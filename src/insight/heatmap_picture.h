// The heat map drawn over a picture of the place. Pure function; any thread.
#pragma once

#include "domain/frame.h"
#include "insight/heatmap.h"

namespace vitrina::insight {

/// `background` with the time of feet over it, and below it a strip with the scale in seconds: the result is
/// as wide and a little higher, but not wider than 1920 pixels. The heat map is stretched to the background,
/// of whatever size. Colours go evenly from dark to light and read the same to colour-blind eyes; where
/// nobody was the background stays as it is. `background` is not empty: a picture of no pixels is a broken
/// invariant.
[[nodiscard]] Picture render_heatmap(const HeatMap& heatmap, const Picture& background);

}  // namespace vitrina::insight
