// 3x3 convolution of stride 1 by Winograd's minimal filtering F(4x4, 3x3): 36 multiplications give the 16
// results that take 144 directly. Lavin and Gray, "Fast Algorithms for Convolutional Neural Networks" (2015),
// with the points 0, 1, -1, 2, -2. Layout and conditions as in kernels.h, for any number of pictures, one
// after another.
//
// The price is accuracy: for fp32 sums of the usual sizes the error grows from about 1e-7 to about 1e-5 of
// the largest result.
#pragma once

#include <cstddef>
#include <cstdint>

#include "ir.h"

namespace mosaic::avx2 {

struct Winograd {
    std::int64_t pictures = 1;
    std::int64_t in_channels = 0, out_channels = 0;
    std::int64_t in_rows = 0, in_columns = 0, out_rows = 0, out_columns = 0;
    std::int64_t pad_top = 0, pad_left = 0;
    const float* weights = nullptr;  // from pack_winograd
    const float* bias = nullptr;     // blocks_of(out_channels) * 8 floats
    ir::Activation activation;

    // Results are made in squares of 4x4, which may reach over the edge.
    [[nodiscard]] std::int64_t squares() const {
        return pictures * ((out_rows + 3) / 4) * ((out_columns + 3) / 4);
    }
};

[[nodiscard]] std::size_t packed_winograd_floats(std::int64_t in_channels, std::int64_t out_channels);
// From [3][3][in][out], the order of the model's file.
void pack_winograd(const float* weights, std::int64_t in_channels, std::int64_t out_channels, float* packed);
// Floats of scratch memory that each thread wants.
[[nodiscard]] std::size_t winograd_scratch_floats(const Winograd& conv);

// Squares [begin, end) of result = activation(convolution + bias + residual). The residual, laid out like the
// result, may be null.
void winograd(const Winograd& conv, std::int64_t begin, std::int64_t end, const float* source,
              const float* residual, float* result, float* scratch);

}  // namespace mosaic::avx2
