// What comes after the sums of a tile: residual, activation, the result's type.
#pragma once

#include "avx512/tiles.h"

namespace mosaic::avx512 {

// From `sums` [rows][vectors][16], which hold the bias already. `pixel` is the first row's, `channel` the
// first vector's.
using Finish = void (*)(const Tiles& tiles, int rows, std::int64_t pixel, std::int64_t channel,
                        const float* sums, const std::byte* residual, std::byte* result);

// The one for the types and the activation of these tiles, for panels of that many vectors that are full of
// channels or whose last vector isn't.
[[nodiscard]] Finish choose_finish(const Tiles& tiles, int vectors, bool has_residual, bool whole);

}  // namespace mosaic::avx512
