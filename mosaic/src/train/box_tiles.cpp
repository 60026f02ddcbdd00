#include "train/box_tiles.h"

#include <algorithm>
#include <cmath>

namespace mosaic::train {

namespace {

// Beginnings of tiles along an axis, evenly apart.
std::vector<double> beginnings(double length, double tile, double overlap) {
    if (length <= tile) return {(length - tile) / 2.0};
    const double stride = std::max(tile - overlap, tile / 4.0);
    const auto count = static_cast<std::size_t>(std::ceil((length - tile) / stride)) + 1;
    std::vector<double> all;
    all.reserve(count);
    for (std::size_t i = 0; i < count; ++i)
        all.push_back((length - tile) * static_cast<double>(i) / static_cast<double>(count - 1));
    return all;
}

}  // namespace

double zoom_of(const Tiling& tiling, std::int64_t width, std::int64_t height) {
    return tiling.area_side_px / std::sqrt(static_cast<double>(width) * static_cast<double>(height));
}

std::vector<Tile> tiles_of(const Tiling& tiling, std::int64_t width, std::int64_t height) {
    const double zoom = zoom_of(tiling, width, height);
    const auto side = static_cast<double>(tiling.tile_px);
    const auto lefts = beginnings(static_cast<double>(width) * zoom, side, tiling.overlap_px);
    const auto tops = beginnings(static_cast<double>(height) * zoom, side, tiling.overlap_px);
    std::vector<Tile> tiles;
    tiles.reserve(lefts.size() * tops.size());
    for (std::size_t y = 0; y < tops.size(); ++y) {
        for (std::size_t x = 0; x < lefts.size(); ++x)
            tiles.push_back({lefts[x], tops[y], x > 0, y > 0, x + 1 < lefts.size(), y + 1 < tops.size()});
    }
    return tiles;
}

double overlap_of(const FoundBox& a, const FoundBox& b) {
    const double width = static_cast<double>(std::min(a.right, b.right)) - std::max(a.left, b.left);
    const double height = static_cast<double>(std::min(a.bottom, b.bottom)) - std::max(a.top, b.top);
    if (width <= 0.0 || height <= 0.0) return 0.0;
    const auto area = [](const FoundBox& box) {
        return static_cast<double>(box.right - box.left) * (box.bottom - box.top);
    };
    const double both = width * height;
    return both / std::max(area(a) + area(b) - both, 1e-9);
}

std::vector<FoundBox> without_doubles(std::vector<FoundBox> boxes, double overlap_max) {
    std::stable_sort(boxes.begin(), boxes.end(),
                     [](const FoundBox& a, const FoundBox& b) { return a.score > b.score; });
    std::vector<FoundBox> kept;
    for (const FoundBox& box : boxes) {
        if (std::none_of(kept.begin(), kept.end(),
                         [&](const FoundBox& other) { return overlap_of(box, other) > overlap_max; })) {
            kept.push_back(box);
        }
    }
    return kept;
}

}  // namespace mosaic::train
