// What comes after the sums of a tile: residual, activation, the result's type.
#pragma once

#include <limits>

#include "avx512/tiles.h"

namespace mosaic::avx512 {

// Activations that only cut off.
struct Bounds {
    float low = -std::numeric_limits<float>::infinity();
    float high = std::numeric_limits<float>::infinity();
};

inline bool only_cuts(const ir::Activation& activation) {
    return activation.kind == ir::ActivationKind::kNone || activation.kind == ir::ActivationKind::kRelu ||
           activation.kind == ir::ActivationKind::kRelu6;
}

inline Bounds bounds_of(const ir::Activation& activation) {
    constexpr float kSix = 6.0F;
    Bounds bounds;
    if (activation.kind != ir::ActivationKind::kNone) bounds.low = 0.0F;
    if (activation.kind == ir::ActivationKind::kRelu6) bounds.high = kSix;
    return bounds;
}

// From `sums` [rows][vectors][16], which hold the bias already and may be overwritten. `pixel` is the first
// row's, `channel` the first vector's.
using Finish = void (*)(const Tiles& tiles, int rows, std::int64_t pixel, std::int64_t channel, float* sums,
                        const std::byte* residual, std::byte* result);

// The one for the types and the activation of these tiles, for panels of that many vectors that are full of
// channels or whose last vector isn't.
[[nodiscard]] Finish choose_finish(const Tiles& tiles, int vectors, bool has_residual, bool whole);

}  // namespace mosaic::avx512
