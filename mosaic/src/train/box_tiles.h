// How a photograph is looked at: brought to a size, and in overlapping squares where it is larger than one.
#pragma once

#include <cstdint>
#include <vector>

#include "mosaic/boxes.h"

namespace mosaic::train {

struct Tiling {
    double area_side_px = 640.0;  // photographs are brought to this: sqrt(width * height)
    std::int64_t tile_px = 640;
    double overlap_px = 96.0;  // at least as large as nearly all boxes
};

// Where one tile lies on the photograph that was brought to its size. Pixels of that; may begin before 0.
struct Tile {
    double left = 0.0, top = 0.0;
    // Whether there is more of the photograph beyond its edges.
    bool goes_on_left = false, goes_on_top = false, goes_on_right = false, goes_on_bottom = false;
};

[[nodiscard]] double zoom_of(const Tiling& tiling, std::int64_t width, std::int64_t height);
[[nodiscard]] std::vector<Tile> tiles_of(const Tiling& tiling, std::int64_t width, std::int64_t height);

[[nodiscard]] double overlap_of(const FoundBox& a, const FoundBox& b);
// The surest first; of those that overlap by more than `overlap_max` only the surest stay.
[[nodiscard]] std::vector<FoundBox> without_doubles(std::vector<FoundBox> boxes, double overlap_max);

}  // namespace mosaic::train
