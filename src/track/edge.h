// The edges of the picture, where people come in and go out. Pure functions, called by tracker.cpp.
#pragma once

#include "base/geometry.h"

namespace vitrina::track {

struct PictureSize {
    double width = 0;
    double height = 0;
};

/// How far from the edge a detector may put the side of a body that the edge cuts, in bodies: its own noise.
constexpr double kReach = 0.05;

/// Whether part of a body may be beyond the picture: its box comes within `reach` bodies of an edge.
struct Cut {
    bool horizontal = false;  // by the left or right edge
    bool vertical = false;    // by the upper or lower edge
};
[[nodiscard]] Cut cut_by_edge(const Box& box, PictureSize picture, double reach = kReach);

/// At an edge and moving over it, or mostly outside. `velocity` in pixels per second.
[[nodiscard]] bool leaving(const Box& box, Point velocity, PictureSize picture);

}  // namespace vitrina::track
