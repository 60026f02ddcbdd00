// How far places are from one another and from shapes, in the unit that they are given in.
#pragma once

#include "base/geometry.h"

namespace vitrina {

[[nodiscard]] double distance(Point a, Point b);
/// From the nearest place between `a` and `b`.
[[nodiscard]] double distance_to_segment(Point point, Point a, Point b);
/// From the nearest side, inside as outside; infinite where there are no corners.
[[nodiscard]] double distance_to_edge(Point point, const Polygon& polygon);
/// 0 inside.
[[nodiscard]] double distance_to_polygon(Point point, const Polygon& polygon);

}  // namespace vitrina
