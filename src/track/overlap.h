// How much two boxes share, beyond plain iou() of base/geometry.h. Pure functions.
#pragma once

#include "base/geometry.h"

namespace vitrina::track {

/// The box made larger by `margin` on each of its sides.
[[nodiscard]] Box grown(const Box& box, Point margin);

/// Shared area over that of the smaller box, 0..1: 1 when one lies inside the other. Both of area above zero.
[[nodiscard]] double containment(const Box& a, const Box& b);

}  // namespace vitrina::track
