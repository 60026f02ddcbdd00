// Kernels for AVX2 and FMA over pictures whose channels lie in blocks of eight: [channels /
// 8][rows][columns][8], oneDNN's nChw8c for one picture. Channels beyond the last are zero. Compiled with
// those instructions, so call them only where supported() says so. They hold no state and allocate nothing.
#pragma once

#include <cstddef>
#include <cstdint>

#include "ir.h"

namespace mosaic::avx2 {

constexpr std::int64_t kBlock = 8;  // floats in a register

[[nodiscard]] bool supported();

// Whether the kernels below know the activation.
[[nodiscard]] bool has_activation(const ir::Activation& activation);

constexpr std::int64_t blocks_of(std::int64_t channels) {
    return (channels + kBlock - 1) / kBlock;
}

// ---- 1x1 convolution: a product of matrices [pixels, in] x [in, out] ----

struct Pointwise {
    std::int64_t in_channels = 0;
    std::int64_t out_channels = 0;
    const float* weights = nullptr;  // from pack_pointwise
    const float* bias = nullptr;     // blocks_of(out_channels) * 8 floats
    ir::Activation activation;
    // Floats from one block of channels to the next.
    std::int64_t in_stride = 0;
    std::int64_t out_stride = 0;  // 0: the result is row-major, [pixels][out_channels]
    std::int64_t residual_stride = 0;
};

// Pixels that one pass over the weights of a group computes at a time.
constexpr std::int64_t kPointwiseTile = 12;

// Groups of output blocks that a pass computes together: the first of three if the number of blocks is odd,
// the rest of two.
struct PointwiseGroup {
    std::int64_t first_block = 0;
    std::int64_t blocks = 0;
};
[[nodiscard]] std::int64_t pointwise_group_count(std::int64_t out_channels);
[[nodiscard]] PointwiseGroup pointwise_group(std::int64_t out_channels, std::int64_t index);

[[nodiscard]] std::size_t packed_pointwise_floats(std::int64_t in_channels, std::int64_t out_channels);
// From [in][out], the order of the model's file.
void pack_pointwise(const float* weights, std::int64_t in_channels, std::int64_t out_channels, float* packed);
// Pixels that are copied together before all groups are computed, whole tiles: few while the weights stay in
// the second-level cache, as many as fit beside them where they have to be read again for each.
[[nodiscard]] std::int64_t pointwise_pass(std::int64_t in_channels, std::int64_t out_channels);
// Floats of scratch memory that pointwise() wants.
[[nodiscard]] std::size_t pointwise_scratch_floats(std::int64_t in_channels, std::int64_t out_channels);

// result = activation(source * scale x weights + bias + residual). scale ([in], zero beyond) and residual may
// be null; the residual is laid out in blocks.
void pointwise(const Pointwise& conv, std::int64_t pixels, const float* source, const float* scale,
               const float* residual, float* result, float* scratch);
// One group only, without scale and residual: result points to the group's first block.
void pointwise_one_group(const Pointwise& conv, std::int64_t group, std::int64_t pixels, const float* source,
                         float* result);

// ---- depthwise convolution, 3x3 or 5x5, stride 1 or 2 ----

struct Depthwise {
    std::int64_t size = 3;
    std::int64_t stride = 1;
    std::int64_t in_rows = 0, in_columns = 0, out_rows = 0, out_columns = 0;
    std::int64_t pad_top = 0, pad_left = 0;
    const float* weights = nullptr;  // from pack_depthwise
    const float* bias = nullptr;     // in blocks
    ir::Activation activation;
};

// From [size][size][channels] to [block][size][size][8].
void pack_depthwise(const float* weights, std::int64_t size, std::int64_t channels, float* packed);

// Output rows [row_begin, row_end) of one block of channels. `source` points to input row `source_row` of the
// block, from which on it holds what those rows need; `scale` (8 floats) may be null; `result` points to the
// block's output row 0.
void depthwise_rows(const Depthwise& conv, std::int64_t block, std::int64_t row_begin, std::int64_t row_end,
                    const float* source, std::int64_t source_row, const float* scale, float* result);

// ---- convolution of a row-major picture of few channels, the first of a network ----

struct FirstConvolution {
    std::int64_t size_y = 3, size_x = 3, stride_y = 2, stride_x = 2;
    std::int64_t in_channels = 3, out_channels = 16;
    std::int64_t in_rows = 0, in_columns = 0, out_rows = 0, out_columns = 0;
    std::int64_t pad_top = 0, pad_left = 0;
    const float* weights = nullptr;  // [block][size_y][size_x][in_channels][8], from pack_first
    const float* bias = nullptr;     // in blocks
    ir::Activation activation;
};

// From [size_y][size_x][in][out].
void pack_first(const float* weights, std::int64_t taps, std::int64_t out_channels, float* packed);
// Output rows [row_begin, row_end).
void first_convolution(const FirstConvolution& conv, std::int64_t row_begin, std::int64_t row_end,
                       const float* source, float* result);

// Multiplies and adds floats in registers only, for some tens of microseconds; how many operations that were.
double peak_round();

// ---- bilinear resize ----

// Where an output row or column lies between two of the input.
struct Interpolation {
    std::int32_t low = 0, high = 0;
    float weight = 0;  // of high
};
// One block of channels. `scratch` holds in_columns * 8 floats.
void resize_plane(const Interpolation* rows, std::int64_t out_rows, const Interpolation* columns,
                  std::int64_t out_columns, std::int64_t in_columns, const ir::Activation& activation,
                  const float* source, float* result, float* scratch);

}  // namespace mosaic::avx2
