// Convolutions in whatever vectors the compiler has, for the build without oneDNN. The same source is
// compiled for the processors that the library is for, and on x86 once more for AVX2; kernels() chooses.
// Pictures are row-major floats, [rows][columns][channels]. The kernels hold no state and take no memory.
#pragma once

#include <cstdint>

#include "ir.h"

namespace mosaic::portable {

constexpr std::int64_t kPanel = 16;    // result channels computed together
constexpr std::int32_t kOutside = -1;  // an offset beyond the edges of the picture

[[nodiscard]] constexpr std::int64_t panels_of(std::int64_t channels) {
    return (channels + kPanel - 1) / kPanel;
}

// A result pixel is the sum over segments (runs of floats that lie together in the source) of their floats
// times rows of weights.
struct Tiles {
    std::int64_t segments = 1, steps = 0;  // floats of a segment
    // Floats from the start of the source picture to each segment of each result pixel, [segments][pixels],
    // or kOutside. Null: pixel p lies at p * steps.
    const std::int32_t* offsets = nullptr;
    const float* outside = nullptr;  // `steps` zeros
    std::int64_t pixels = 0, out_channels = 0;
    const float* weights = nullptr;  // [panels][segments][steps][kPanel]
    const float* bias = nullptr;     // whole panels
    ir::Activation activation;
};

// One weight for each tap and channel.
struct Depthwise {
    std::int64_t size_y = 1, size_x = 1, stride_y = 1, stride_x = 1, dilation_y = 1, dilation_x = 1;
    std::int64_t pad_top = 0, pad_left = 0;
    std::int64_t in_rows = 0, in_columns = 0, out_rows = 0, out_columns = 0, channels = 0;
    const float* weights = nullptr;  // [taps][channels]
    const float* bias = nullptr;     // null: none
    ir::Activation activation;
};

struct Kernels {
    const char* name;
    // One picture; the residual may be null.
    void (*tiles)(const Tiles&, const float* source, const float* residual, float* result);
    void (*depthwise)(const Depthwise&, const float* source, float* result);
};

[[nodiscard]] const Kernels& base_kernels();
[[nodiscard]] const Kernels& avx2_kernels();  // on x86 only
// The best for this processor.
[[nodiscard]] const Kernels& kernels();

}  // namespace mosaic::portable
