// What is made of polygons. Pure functions; any thread.
#pragma once

#include "base/geometry.h"

namespace vitrina {

/// The box that just holds a polygon of one corner at least.
[[nodiscard]] Box bounds_of(const Polygon& polygon);

/// Inside or on the edge.
[[nodiscard]] bool covers(const Box& box, Point place);

/// All corners times `by`, from the origin: in other units.
[[nodiscard]] Polygon scaled(const Polygon& polygon, double by);

}  // namespace vitrina
