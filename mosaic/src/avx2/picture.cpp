// The first convolution of a network, and bilinear resizing.
#include "avx2/kernels.h"
#include "avx2/simd.h"

namespace mosaic::avx2 {

namespace {

constexpr int kFirstTile = 6;

// Pixels output pixels and Blocks blocks of Channels input channels (0: as many as conv says). `column` is
// the first input column of the first pixel's window; all windows lie within the picture if Checked is
// false.
template <int Pixels, int Blocks, int Channels, bool Checked>
void first_tile(const FirstConvolution& conv, const float* source, std::int64_t top, std::int64_t column,
                const float* weights, std::int64_t weights_stride, const float* bias, float* result,
                std::int64_t result_stride) {
    __m256 sums[Pixels * Blocks];
#pragma GCC unroll 6
    for (int p = 0; p < Pixels; ++p) {
#pragma GCC unroll 2
        for (int j = 0; j < Blocks; ++j)
            sums[p * Blocks + j] = _mm256_loadu_ps(bias + j * kBlock);
    }
    const std::int64_t channels = Channels > 0 ? Channels : conv.in_channels;
    const std::int64_t row_floats = conv.in_columns * channels;
    const std::int64_t step = conv.stride_x * channels;
    for (std::int64_t ky = 0; ky < conv.size_y; ++ky) {
        const std::int64_t y = top + ky;
        if (y < 0 || y >= conv.in_rows) continue;
        for (std::int64_t kx = 0; kx < conv.size_x; ++kx) {
            if (Checked && (column + kx < 0 || column + kx >= conv.in_columns)) continue;
            const float* from = source + y * row_floats + (column + kx) * channels;
            const float* w = weights + (ky * conv.size_x + kx) * channels * kBlock;
#pragma GCC unroll 4
            for (std::int64_t c = 0; c < channels; ++c) {
#pragma GCC unroll 6
                for (int p = 0; p < Pixels; ++p) {
                    const __m256 x = _mm256_broadcast_ss(from + p * step + c);
#pragma GCC unroll 2
                    for (int j = 0; j < Blocks; ++j) {
                        sums[p * Blocks + j] = _mm256_fmadd_ps(
                            x, _mm256_loadu_ps(w + j * weights_stride + c * kBlock), sums[p * Blocks + j]);
                    }
                }
            }
        }
    }
    activate<Pixels * Blocks>(conv.activation, sums);
#pragma GCC unroll 6
    for (int p = 0; p < Pixels; ++p) {
#pragma GCC unroll 2
        for (int j = 0; j < Blocks; ++j) {
            _mm256_storeu_ps(result + j * result_stride + p * kBlock, sums[p * Blocks + j]);
        }
    }
}

template <int Blocks, int Channels>
void first_blocks(const FirstConvolution& conv, std::int64_t row_begin, std::int64_t row_end,
                  const float* source, std::int64_t block, float* result) {
    const std::int64_t weights_stride = conv.size_y * conv.size_x * conv.in_channels * kBlock;
    const std::int64_t result_stride = conv.out_rows * conv.out_columns * kBlock;
    const float* weights = conv.weights + block * weights_stride;
    const float* bias = conv.bias + block * kBlock;
    for (std::int64_t y = row_begin; y < row_end; ++y) {
        const std::int64_t top = y * conv.stride_y - conv.pad_top;
        float* row = result + block * result_stride + y * conv.out_columns * kBlock;
        for (std::int64_t x = 0; x < conv.out_columns;) {
            const std::int64_t column = x * conv.stride_x - conv.pad_left;
            const std::int64_t last = column + (kFirstTile - 1) * conv.stride_x + conv.size_x;
            if (column >= 0 && last <= conv.in_columns && x + kFirstTile <= conv.out_columns) {
                first_tile<kFirstTile, Blocks, Channels, false>(conv, source, top, column, weights,
                                                                weights_stride, bias, row + x * kBlock,
                                                                result_stride);
                x += kFirstTile;
            } else {
                first_tile<1, Blocks, Channels, true>(conv, source, top, column, weights, weights_stride,
                                                      bias, row + x * kBlock, result_stride);
                ++x;
            }
        }
    }
}

}  // namespace

void pack_first(const float* weights, std::int64_t taps, std::int64_t out_channels, float* packed) {
    for (std::int64_t block = 0; block < blocks_of(out_channels); ++block) {
        for (std::int64_t tap = 0; tap < taps; ++tap) {
            for (std::int64_t c = block * kBlock; c < (block + 1) * kBlock; ++c) {
                *packed++ = c < out_channels ? weights[tap * out_channels + c] : 0.0F;
            }
        }
    }
}

void first_convolution(const FirstConvolution& conv, std::int64_t row_begin, std::int64_t row_end,
                       const float* source, float* result) {
    const std::int64_t blocks = blocks_of(conv.out_channels);
    const bool colour = conv.in_channels == 3;  // the usual case
    std::int64_t block = 0;
    for (; block + 2 <= blocks; block += 2) {
        colour ? first_blocks<2, 3>(conv, row_begin, row_end, source, block, result)
               : first_blocks<2, 0>(conv, row_begin, row_end, source, block, result);
    }
    if (block < blocks) {
        colour ? first_blocks<1, 3>(conv, row_begin, row_end, source, block, result)
               : first_blocks<1, 0>(conv, row_begin, row_end, source, block, result);
    }
}

void resize_plane(const Interpolation* rows, std::int64_t out_rows, const Interpolation* columns,
                  std::int64_t out_columns, std::int64_t in_columns, const ir::Activation& activation,
                  const float* source, float* result, float* scratch) {
    for (std::int64_t y = 0; y < out_rows; ++y) {
        const float* low = source + rows[y].low * in_columns * kBlock;
        const float* high = source + rows[y].high * in_columns * kBlock;
        const float* between = low;
        if (rows[y].weight != 0.0F) {
            const __m256 weight = _mm256_set1_ps(rows[y].weight);
            for (std::int64_t i = 0; i < in_columns * kBlock; i += kBlock) {
                const __m256 a = _mm256_loadu_ps(low + i);
                const __m256 difference = _mm256_sub_ps(_mm256_loadu_ps(high + i), a);
                _mm256_storeu_ps(scratch + i, _mm256_fmadd_ps(difference, weight, a));
            }
            between = scratch;
        }
        for (std::int64_t x = 0; x < out_columns; ++x, result += kBlock) {
            const __m256 a = _mm256_loadu_ps(between + columns[x].low * kBlock);
            const __m256 difference = _mm256_sub_ps(_mm256_loadu_ps(between + columns[x].high * kBlock), a);
            __m256 value = _mm256_fmadd_ps(difference, _mm256_set1_ps(columns[x].weight), a);
            activate<1>(activation, &value);
            _mm256_storeu_ps(result, value);
        }
    }
}

}  // namespace mosaic::avx2
