// 3x3 convolutions of stride 1 by Winograd's minimal filtering F(4x4, 3x3): a square of 4x4 results is made
// of 36 products for each pair of channels instead of 144. (Lavin and Gray, "Fast Algorithms for
// Convolutional Neural Networks", 2015; interpolation points 0, 1, -1, 2, -2 and infinity.)
#pragma once

#include "avx512/tiles.h"

namespace mosaic::avx512 {

constexpr std::int64_t kWinogradPoints = 36;
constexpr std::int64_t kWinogradSide = 4;  // of a square of results

struct Winograd {
    std::int64_t in_rows = 0, in_columns = 0, out_rows = 0, out_columns = 0;
    std::int64_t in_channels = 0, out_channels = 0;
    std::int64_t pad_top = 0, pad_left = 0;
    const std::byte* weights = nullptr;  // 36 times tiles of one segment, of transformed weights
    const float* zeros = nullptr;        // as many as whole vectors of result channels
    const float* bias = nullptr;
    ir::Activation activation;
    Strip in, residual, out;

    [[nodiscard]] std::int64_t squares_across() const {
        return (out_columns + kWinogradSide - 1) / kWinogradSide;
    }
    [[nodiscard]] std::int64_t squares() const {  // of a picture
        return squares_across() * ((out_rows + kWinogradSide - 1) / kWinogradSide);
    }
};

// Squares that one pass works on, so that its memory stays near.
[[nodiscard]] std::int64_t winograd_pass(std::int64_t in_channels, std::int64_t out_channels);
// Floats of scratch memory of one thread.
[[nodiscard]] std::int64_t winograd_scratch(std::int64_t in_channels, std::int64_t out_channels);
// Squares [begin, end) of all pictures, one after another.
void winograd(const Winograd& conv, std::int64_t begin, std::int64_t end, const std::byte* source,
              const std::byte* residual, std::byte* result, float* scratch);

}  // namespace mosaic::avx512
