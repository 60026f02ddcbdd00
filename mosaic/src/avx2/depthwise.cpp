// Depthwise convolutions. Eight neighbouring output pixels are summed at once, so that a row of weights is
// loaded once for all of them.
#include "avx2/kernels.h"
#include "avx2/simd.h"

namespace mosaic::avx2 {

namespace {

constexpr int kTile = 8;
constexpr std::int64_t kSizeMax = 5;

// One output row: the taps of the window that lie in the picture.
struct Row {
    const float* source = nullptr;  // the input row of tap `first_tap`, column 0
    std::int64_t columns = 0;       // of the input
    const float* weights = nullptr;
    std::int64_t first_tap = 0, last_tap = 0;
};

template <int Size, int Stride, int Count>
inline void sum_tile(const Row& row, std::int64_t column, __m256 bias, const ir::Activation& activation,
                     float* result) {
    __m256 sums[Count];
#pragma GCC unroll 8
    for (int t = 0; t < Count; ++t)
        sums[t] = bias;
    const float* source = row.source + column * kBlock;
    const float* weights = row.weights + row.first_tap * Size * kBlock;
    for (std::int64_t tap = row.first_tap; tap < row.last_tap; ++tap) {
        __m256 w[Size];
#pragma GCC unroll 5
        for (int kx = 0; kx < Size; ++kx)
            w[kx] = _mm256_loadu_ps(weights + kx * kBlock);
#pragma GCC unroll 8
        for (int t = 0; t < Count; ++t) {
#pragma GCC unroll 5
            for (int kx = 0; kx < Size; ++kx) {
                sums[t] =
                    _mm256_fmadd_ps(_mm256_loadu_ps(source + (t * Stride + kx) * kBlock), w[kx], sums[t]);
            }
        }
        source += row.columns * kBlock;
        weights += Size * kBlock;
    }
    activate<Count>(activation, sums);
#pragma GCC unroll 8
    for (int t = 0; t < Count; ++t)
        _mm256_storeu_ps(result + t * kBlock, sums[t]);
}

// One output pixel whose window reaches over the left or right edge.
template <int Size>
void sum_edge(const Row& row, std::int64_t column, __m256 bias, const ir::Activation& activation,
              float* result) {
    __m256 sum = bias;
    for (std::int64_t tap = row.first_tap; tap < row.last_tap; ++tap) {
        const float* source = row.source + (tap - row.first_tap) * row.columns * kBlock;
        for (int kx = 0; kx < Size; ++kx) {
            const std::int64_t x = column + kx;
            if (x < 0 || x >= row.columns) continue;
            const __m256 weight = _mm256_loadu_ps(row.weights + (tap * Size + kx) * kBlock);
            sum = _mm256_fmadd_ps(_mm256_loadu_ps(source + x * kBlock), weight, sum);
        }
    }
    activate<1>(activation, &sum);
    _mm256_storeu_ps(result, sum);
}

template <int Size, int Stride>
void run_row(const Depthwise& conv, const Row& row, __m256 bias, float* result) {
    // Output columns whose window lies within the row.
    std::int64_t begin = (conv.pad_left + Stride - 1) / Stride;
    std::int64_t end = conv.in_columns - Size + conv.pad_left < 0
                           ? 0
                           : (conv.in_columns - Size + conv.pad_left) / Stride + 1;
    if (end > conv.out_columns) end = conv.out_columns;
    if (begin > end) begin = end;
    const auto first_column = [&](std::int64_t x) { return x * Stride - conv.pad_left; };
    for (std::int64_t x = 0; x < begin; ++x) {
        sum_edge<Size>(row, first_column(x), bias, conv.activation, result + x * kBlock);
    }
    std::int64_t x = begin;
    for (; x + kTile <= end; x += kTile) {
        sum_tile<Size, Stride, kTile>(row, first_column(x), bias, conv.activation, result + x * kBlock);
    }
    if (x < end &&
        end - begin >= kTile) {  // the last tile again, moved to the left: same numbers where they overlap
        x = end - kTile;
        sum_tile<Size, Stride, kTile>(row, first_column(x), bias, conv.activation, result + x * kBlock);
        x = end;
    }
    for (; x < end; ++x) {
        sum_tile<Size, Stride, 1>(row, first_column(x), bias, conv.activation, result + x * kBlock);
    }
    for (; x < conv.out_columns; ++x) {
        sum_edge<Size>(row, first_column(x), bias, conv.activation, result + x * kBlock);
    }
}

template <int Size, int Stride>
void run_rows(const Depthwise& conv, const float* weights, __m256 bias, std::int64_t row_begin,
              std::int64_t row_end, const float* source, std::int64_t source_row, float* result) {
    for (std::int64_t y = row_begin; y < row_end; ++y) {
        const std::int64_t top = y * Stride - conv.pad_top;
        Row row;
        row.columns = conv.in_columns;
        row.weights = weights;
        row.first_tap = top < 0 ? -top : 0;
        row.last_tap = conv.in_rows - top < Size ? conv.in_rows - top : Size;
        row.source = source + (top + row.first_tap - source_row) * conv.in_columns * kBlock;
        run_row<Size, Stride>(conv, row, bias, result + y * conv.out_columns * kBlock);
    }
}

}  // namespace

void pack_depthwise(const float* weights, std::int64_t size, std::int64_t channels, float* packed) {
    for (std::int64_t block = 0; block < blocks_of(channels); ++block) {
        for (std::int64_t tap = 0; tap < size * size; ++tap) {
            for (std::int64_t c = block * kBlock; c < (block + 1) * kBlock; ++c) {
                *packed++ = c < channels ? weights[tap * channels + c] : 0.0F;
            }
        }
    }
}

void depthwise_rows(const Depthwise& conv, std::int64_t block, std::int64_t row_begin, std::int64_t row_end,
                    const float* source, std::int64_t source_row, const float* scale, float* result) {
    const std::int64_t taps = conv.size * conv.size;
    const float* weights = conv.weights + block * taps * kBlock;
    alignas(32) float scaled[kSizeMax * kSizeMax * kBlock];
    if (scale != nullptr) {  // scaling the weights is the same as scaling the picture
        const __m256 factor = _mm256_loadu_ps(scale);
        for (std::int64_t tap = 0; tap < taps; ++tap) {
            _mm256_store_ps(scaled + tap * kBlock,
                            _mm256_mul_ps(factor, _mm256_loadu_ps(weights + tap * kBlock)));
        }
        weights = scaled;
    }
    const __m256 bias = _mm256_loadu_ps(conv.bias + block * kBlock);
    const bool small = conv.size == 3;
    if (small && conv.stride == 1)
        run_rows<3, 1>(conv, weights, bias, row_begin, row_end, source, source_row, result);
    if (small && conv.stride == 2)
        run_rows<3, 2>(conv, weights, bias, row_begin, row_end, source, source_row, result);
    if (!small && conv.stride == 1)
        run_rows<5, 1>(conv, weights, bias, row_begin, row_end, source, source_row, result);
    if (!small && conv.stride == 2)
        run_rows<5, 2>(conv, weights, bias, row_begin, row_end, source, source_row, result);
}

}  // namespace mosaic::avx2
