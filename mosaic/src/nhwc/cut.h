// How a convolution becomes a walk over segments (avx512/tiles.h), and the constants of that walk.
#pragma once

#include "nhwc/site.h"

namespace mosaic::nhwc {

struct Cut {
    std::int64_t segments = 1, elements = 0;  // of a segment
    std::int64_t columns = 0;                 // of the source, with its border if it has one
    bool bordered = false;
    bool linear = false;  // pixel after pixel, no offsets
};

[[nodiscard]] Cut cut(const Site& site);
// Tiles::offsets of one that is neither linear nor bordered.
void fill_offsets(const Site& site, const Cut& cut, std::int64_t pixel_bytes, std::int32_t* to);

// Weights, bias and scales of the form that the convolution computes with.
struct Constants {
    BufferId weights = kNoBuffer, bias = kNoBuffer, scales = kNoBuffer;
};

[[nodiscard]] Result<Constants> pack(Lowering& lowering, const Site& site, const Cut& cut);

// The part of the walk that doesn't depend on where things lie.
[[nodiscard]] avx512::Tiles tiles_of(const Site& site, const Cut& cut);
// What a segment beyond the edges holds.
[[nodiscard]] std::vector<std::byte> outside_of(const Site& site, const avx512::Tiles& tiles);
[[nodiscard]] const char* kernel_name(avx512::Element element);
// What products of such elements are.
[[nodiscard]] Precision precision_of(avx512::Element element);

// One whose source has so few channels that a whole row of the window is a segment: a few rows at a time are
// copied with a border around them.
[[nodiscard]] Result<bool> lower_bordered(NhwcBackend& backend, Lowering& lowering, const Site& site);

}  // namespace mosaic::nhwc
