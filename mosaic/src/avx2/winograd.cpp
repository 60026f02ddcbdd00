// Three passes over a few squares at a time, so that what lies between them stays in the second-level cache:
// sources to 36 matrices [squares, in], their products with 36 matrices of weights [in, out], and back.
#include "avx2/winograd.h"

#include <algorithm>
#include <cstring>
#include <vector>

#include "avx2/kernels.h"
#include "avx2/simd.h"
#include "winograd_weights.h"

namespace mosaic::avx2 {

namespace {

constexpr std::int64_t kResult = 4;  // the side of a square of results
constexpr std::int64_t kSource = 6;  // and of what it reads
constexpr std::int64_t kPoints = kSource * kSource;

// Floats of the transformed sources and results of one pass: half of a second-level cache of 512 KB, with
// room for the weights that stream through.
constexpr std::int64_t kPassFloats = 128 * 1024;
constexpr std::int64_t kPassSquaresMin = 24;
constexpr std::int64_t kPassSquaresMax = 96;

std::int64_t pass_squares(const Winograd& conv) {
    const std::int64_t floats =
        kPoints * kBlock * (blocks_of(conv.in_channels) + blocks_of(conv.out_channels));
    const std::int64_t fit = std::clamp(kPassFloats / floats, kPassSquaresMin, kPassSquaresMax);
    return fit / 6 * 6;  // the product works on six rows at a time
}

// The source's transformation, along one side.
inline void transform_source(const __m256 (&d)[6], __m256 (&t)[6]) {
    const __m256 two = _mm256_set1_ps(2.0F);
    const __m256 four = _mm256_set1_ps(4.0F);
    const __m256 five = _mm256_set1_ps(5.0F);
    const __m256 even = _mm256_fnmadd_ps(four, d[2], d[4]);             // d4 - 4 d2
    const __m256 odd = _mm256_fnmadd_ps(four, d[1], d[3]);              // d3 - 4 d1
    const __m256 even2 = _mm256_sub_ps(d[4], d[2]);                     // d4 - d2
    const __m256 odd2 = _mm256_mul_ps(two, _mm256_sub_ps(d[3], d[1]));  // 2 d3 - 2 d1
    t[0] = _mm256_fmadd_ps(four, d[0], _mm256_fnmadd_ps(five, d[2], d[4]));
    t[1] = _mm256_add_ps(even, odd);
    t[2] = _mm256_sub_ps(even, odd);
    t[3] = _mm256_add_ps(even2, odd2);
    t[4] = _mm256_sub_ps(even2, odd2);
    t[5] = _mm256_fmadd_ps(four, d[1], _mm256_fnmadd_ps(five, d[3], d[5]));
}

// The result's.
inline void transform_result(const __m256 (&m)[6], __m256 (&y)[4]) {
    const __m256 sum12 = _mm256_add_ps(m[1], m[2]);
    const __m256 difference12 = _mm256_sub_ps(m[1], m[2]);
    const __m256 sum34 = _mm256_add_ps(m[3], m[4]);
    const __m256 difference34 = _mm256_sub_ps(m[3], m[4]);
    y[0] = _mm256_add_ps(_mm256_add_ps(m[0], sum12), sum34);
    y[1] = _mm256_fmadd_ps(_mm256_set1_ps(2.0F), difference34, difference12);
    y[2] = _mm256_fmadd_ps(_mm256_set1_ps(4.0F), sum34, sum12);
    y[3] = _mm256_add_ps(_mm256_fmadd_ps(_mm256_set1_ps(8.0F), difference34, difference12), m[5]);
}

// Where a square lies.
struct Square {
    std::int64_t picture = 0;
    std::int64_t row = 0;  // of its first result
    std::int64_t column = 0;
};

Square square_at(const Winograd& conv, std::int64_t index) {
    const std::int64_t across = (conv.out_columns + kResult - 1) / kResult;
    const std::int64_t down = (conv.out_rows + kResult - 1) / kResult;
    return {index / (across * down), index / across % down * kResult, index % across * kResult};
}

// What the square reads of one block of channels, with zeros beyond the edges of the picture.
inline void load_square(const Winograd& conv, const Square& square, const float* block,
                        __m256 (&d)[kSource][kSource]) {
    const std::int64_t top = square.row - conv.pad_top;
    const std::int64_t left = square.column - conv.pad_left;
    const float* at = block + (top * conv.in_columns + left) * kBlock;
    if (top >= 0 && left >= 0 && top + kSource <= conv.in_rows && left + kSource <= conv.in_columns) {
        for (int y = 0; y < kSource; ++y) {
            for (int x = 0; x < kSource; ++x)
                d[y][x] = _mm256_loadu_ps(at + (y * conv.in_columns + x) * kBlock);
        }
        return;
    }
    for (int y = 0; y < kSource; ++y) {
        for (int x = 0; x < kSource; ++x) {
            const bool inside =
                top + y >= 0 && top + y < conv.in_rows && left + x >= 0 && left + x < conv.in_columns;
            d[y][x] = inside ? _mm256_loadu_ps(at + (y * conv.in_columns + x) * kBlock) : _mm256_setzero_ps();
        }
    }
}

// To [36][blocks][squares][8].
void transform_sources(const Winograd& conv, std::int64_t first, std::int64_t count, std::int64_t room,
                       const float* source, float* to) {
    const std::int64_t blocks = blocks_of(conv.in_channels);
    const std::int64_t plane = conv.in_rows * conv.in_columns * kBlock;
    for (std::int64_t s = 0; s < count; ++s) {
        const Square square = square_at(conv, first + s);
        for (std::int64_t b = 0; b < blocks; ++b) {
            __m256 d[kSource][kSource];
            load_square(conv, square, source + (square.picture * blocks + b) * plane, d);
            __m256 rows[kSource][kSource];  // transformed along the rows, transposed
            for (int y = 0; y < kSource; ++y) {
                __m256 t[kSource];
                transform_source(d[y], t);
                for (int x = 0; x < kSource; ++x)
                    rows[x][y] = t[x];
            }
            float* at = to + (b * room + s) * kBlock;
            const std::int64_t point_floats = blocks * room * kBlock;
            for (int x = 0; x < kSource; ++x) {
                __m256 t[kSource];
                transform_source(rows[x], t);
                for (int y = 0; y < kSource; ++y)
                    _mm256_storeu_ps(at + (y * kSource + x) * point_floats, t[y]);
            }
        }
    }
}

void store_square(const Winograd& conv, const Square& square, std::int64_t block_offset,
                  const __m256 (&results)[kResult][kResult], __m256 bias, const float* residual, float* to) {
    const std::int64_t rows = std::min(kResult, conv.out_rows - square.row);
    const std::int64_t columns = std::min(kResult, conv.out_columns - square.column);
    for (std::int64_t y = 0; y < rows; ++y) {
        __m256 values[kResult];
        for (int x = 0; x < kResult; ++x)
            values[x] = _mm256_add_ps(results[y][x], bias);
        const std::int64_t offset =
            block_offset + ((square.row + y) * conv.out_columns + square.column) * kBlock;
        if (residual != nullptr) {
            for (std::int64_t x = 0; x < columns; ++x)
                values[x] = _mm256_add_ps(values[x], _mm256_loadu_ps(residual + offset + x * kBlock));
        }
        activate<kResult>(conv.activation, values);
        for (std::int64_t x = 0; x < columns; ++x)
            _mm256_storeu_ps(to + offset + x * kBlock, values[x]);
    }
}

// From [36][blocks][squares][8].
void transform_results(const Winograd& conv, std::int64_t first, std::int64_t count, std::int64_t room,
                       const float* from, const float* residual, float* result) {
    const std::int64_t blocks = blocks_of(conv.out_channels);
    const std::int64_t plane = conv.out_rows * conv.out_columns * kBlock;
    const std::int64_t point_floats = blocks * room * kBlock;
    for (std::int64_t s = 0; s < count; ++s) {
        const Square square = square_at(conv, first + s);
        for (std::int64_t b = 0; b < blocks; ++b) {
            const float* at = from + (b * room + s) * kBlock;
            __m256 rows[kResult][kSource];  // transformed along the rows, transposed
            for (int y = 0; y < kSource; ++y) {
                __m256 m[kSource];
                for (int x = 0; x < kSource; ++x)
                    m[x] = _mm256_loadu_ps(at + (y * kSource + x) * point_floats);
                __m256 t[kResult];
                transform_result(m, t);
                for (int x = 0; x < kResult; ++x)
                    rows[x][y] = t[x];
            }
            __m256 results[kResult][kResult];
            for (int x = 0; x < kResult; ++x) {
                __m256 t[kResult];
                transform_result(rows[x], t);
                for (int y = 0; y < kResult; ++y)
                    results[y][x] = t[y];
            }
            store_square(conv, square, (square.picture * blocks + b) * plane, results,
                         _mm256_loadu_ps(conv.bias + b * kBlock), residual, result);
        }
    }
}

}  // namespace

std::size_t packed_winograd_floats(std::int64_t in_channels, std::int64_t out_channels) {
    return static_cast<std::size_t>(kPoints) * packed_pointwise_floats(in_channels, out_channels);
}

void pack_winograd(const float* weights, std::int64_t in_channels, std::int64_t out_channels, float* packed) {
    std::vector<float> point(static_cast<std::size_t>(in_channels * out_channels));
    for (std::int64_t i = 0; i < kPoints; ++i) {
        transform_winograd_weights(weights, in_channels, out_channels, i, point.data());
        pack_pointwise(
            point.data(), in_channels, out_channels,
            packed + i * static_cast<std::int64_t>(packed_pointwise_floats(in_channels, out_channels)));
    }
}

std::size_t winograd_scratch_floats(const Winograd& conv) {
    const std::int64_t blocks = blocks_of(conv.in_channels) + blocks_of(conv.out_channels);
    return static_cast<std::size_t>((kPoints * pass_squares(conv) * blocks + blocks_of(conv.out_channels)) *
                                    kBlock);
}

void winograd(const Winograd& conv, std::int64_t begin, std::int64_t end, const float* source,
              const float* residual, float* result, float* scratch) {
    const std::int64_t room = pass_squares(conv);
    const std::int64_t in_point = blocks_of(conv.in_channels) * room * kBlock;
    const std::int64_t out_point = blocks_of(conv.out_channels) * room * kBlock;
    const std::int64_t weight_point =
        static_cast<std::int64_t>(packed_pointwise_floats(conv.in_channels, conv.out_channels));
    float* const no_bias = scratch;
    float* const sources = no_bias + blocks_of(conv.out_channels) * kBlock;
    float* const products = sources + kPoints * in_point;
    std::fill(no_bias, sources, 0.0F);

    Pointwise product;
    product.in_channels = conv.in_channels;
    product.out_channels = blocks_of(conv.out_channels) * kBlock;
    product.bias = no_bias;
    product.in_stride = room * kBlock;
    product.out_stride = room * kBlock;
    const std::int64_t groups = pointwise_group_count(conv.out_channels);
    for (std::int64_t first = begin; first < end; first += room) {
        const std::int64_t count = std::min(room, end - first);
        transform_sources(conv, first, count, room, source, sources);
        for (std::int64_t i = 0; i < kPoints; ++i) {
            product.weights = conv.weights + i * weight_point;
            for (std::int64_t g = 0; g < groups; ++g) {
                const std::int64_t block = pointwise_group(conv.out_channels, g).first_block;
                pointwise_one_group(product, g, count, sources + i * in_point,
                                    products + i * out_point + block * product.out_stride);
            }
        }
        transform_results(conv, first, count, room, products, residual, result);
    }
}

}  // namespace mosaic::avx2
