// How many frames a second a recording has, told from how fast people walk through it: for files of boxes
// that don't say. Pure function.
#pragma once

#include <optional>
#include <span>
#include <vector>

#include "base/geometry.h"

namespace vitrina::track {

/// `frames` holds the boxes of people in each frame. Good to about a third, which is enough for a tracker's
/// patience and noise; nothing when too few people walk.
[[nodiscard]] std::optional<double> walking_frame_rate(std::span<const std::vector<Box>> frames);

}  // namespace vitrina::track
