// Three passes over a few squares at a time: sources to 36 matrices [squares, in], their products with 36
// matrices of weights [in, out], and back.
#include "avx512/winograd.h"

#include <algorithm>

#include "avx512/simd.h"

namespace mosaic::avx512 {

namespace {

constexpr int kSource = 6;  // the side of what a square reads
constexpr int kResult = 4;

inline void transform_source(const __m512 (&d)[kSource], __m512 (&t)[kSource]) {
    const __m512 two = _mm512_set1_ps(2.0F);
    const __m512 four = _mm512_set1_ps(4.0F);
    const __m512 five = _mm512_set1_ps(5.0F);
    const __m512 even = _mm512_fnmadd_ps(four, d[2], d[4]);             // d4 - 4 d2
    const __m512 odd = _mm512_fnmadd_ps(four, d[1], d[3]);              // d3 - 4 d1
    const __m512 even2 = _mm512_sub_ps(d[4], d[2]);                     // d4 - d2
    const __m512 odd2 = _mm512_mul_ps(two, _mm512_sub_ps(d[3], d[1]));  // 2 d3 - 2 d1
    t[0] = _mm512_fmadd_ps(four, d[0], _mm512_fnmadd_ps(five, d[2], d[4]));
    t[1] = _mm512_add_ps(even, odd);
    t[2] = _mm512_sub_ps(even, odd);
    t[3] = _mm512_add_ps(even2, odd2);
    t[4] = _mm512_sub_ps(even2, odd2);
    t[5] = _mm512_fmadd_ps(four, d[1], _mm512_fnmadd_ps(five, d[3], d[5]));
}

inline void transform_result(const __m512 (&m)[kSource], __m512 (&y)[kResult]) {
    const __m512 sum12 = _mm512_add_ps(m[1], m[2]);
    const __m512 difference12 = _mm512_sub_ps(m[1], m[2]);
    const __m512 sum34 = _mm512_add_ps(m[3], m[4]);
    const __m512 difference34 = _mm512_sub_ps(m[3], m[4]);
    y[0] = _mm512_add_ps(_mm512_add_ps(m[0], sum12), sum34);
    y[1] = _mm512_fmadd_ps(_mm512_set1_ps(2.0F), difference34, difference12);
    y[2] = _mm512_fmadd_ps(_mm512_set1_ps(4.0F), sum34, sum12);
    y[3] = _mm512_add_ps(_mm512_fmadd_ps(_mm512_set1_ps(8.0F), difference34, difference12), m[5]);
}

struct Square {
    std::int64_t picture = 0, row = 0, column = 0;  // of its first result
};

Square square_at(const Winograd& conv, std::int64_t index) {
    const std::int64_t across = conv.squares_across();
    const std::int64_t within = index % conv.squares();
    return {index / conv.squares(), within / across * kResult, within % across * kResult};
}

// To [36][room][in].
void transform_sources(const Winograd& conv, std::int64_t first, std::int64_t count, std::int64_t room,
                       const std::byte* source, float* to) {
    const std::int64_t step = conv.in.pixel_bytes;
    const std::int64_t row_bytes = conv.in_columns * step;
    const std::int64_t element = element_bytes(conv.in.element);
    for (std::int64_t s = 0; s < count; ++s) {
        const Square square = square_at(conv, first + s);
        const std::int64_t top = square.row - conv.pad_top;
        const std::int64_t left = square.column - conv.pad_left;
        const std::byte* corner =
            source + square.picture * conv.in_rows * row_bytes + top * row_bytes + left * step;
        const bool inside =
            top >= 0 && left >= 0 && top + kSource <= conv.in_rows && left + kSource <= conv.in_columns;
        for (std::int64_t channel = 0; channel < conv.in_channels; channel += kVector) {
            const __mmask16 lanes = first_lanes(std::min(conv.in_channels - channel, kVector));
            __m512 rows[kSource][kSource];  // transformed along the rows, transposed
            for (int y = 0; y < kSource; ++y) {
                __m512 d[kSource];
                for (int x = 0; x < kSource; ++x) {
                    const bool here = inside || (top + y >= 0 && top + y < conv.in_rows && left + x >= 0 &&
                                                 left + x < conv.in_columns);
                    d[x] = here ? load(conv.in, corner + y * row_bytes + x * step + channel * element, lanes)
                                : _mm512_setzero_ps();
                }
                __m512 t[kSource];
                transform_source(d, t);
                for (int x = 0; x < kSource; ++x)
                    rows[x][y] = t[x];
            }
            float* at = to + s * conv.in_channels + channel;
            for (int x = 0; x < kSource; ++x) {
                __m512 t[kSource];
                transform_source(rows[x], t);
                for (int y = 0; y < kSource; ++y)
                    _mm512_mask_storeu_ps(at + (y * kSource + x) * room * conv.in_channels, lanes, t[y]);
            }
        }
    }
}

// From [36][room][out].
void transform_results(const Winograd& conv, std::int64_t first, std::int64_t count, std::int64_t room,
                       const float* from, const std::byte* residual, std::byte* result) {
    const std::int64_t element = element_bytes(conv.out.element);
    const std::int64_t residual_element = element_bytes(conv.residual.element);
    for (std::int64_t s = 0; s < count; ++s) {
        const Square square = square_at(conv, first + s);
        const std::int64_t rows = std::min<std::int64_t>(kResult, conv.out_rows - square.row);
        const std::int64_t columns = std::min<std::int64_t>(kResult, conv.out_columns - square.column);
        const std::int64_t pixel =
            (square.picture * conv.out_rows + square.row) * conv.out_columns + square.column;
        for (std::int64_t channel = 0; channel < conv.out_channels; channel += kVector) {
            const __mmask16 lanes = first_lanes(std::min(conv.out_channels - channel, kVector));
            const float* at = from + s * conv.out_channels + channel;
            __m512 half[kResult][kSource];  // transformed along the rows, transposed
            for (int y = 0; y < kSource; ++y) {
                __m512 m[kSource];
                for (int x = 0; x < kSource; ++x)
                    m[x] = _mm512_maskz_loadu_ps(lanes, at + (y * kSource + x) * room * conv.out_channels);
                __m512 t[kResult];
                transform_result(m, t);
                for (int x = 0; x < kResult; ++x)
                    half[x][y] = t[x];
            }
            __m512 values[kResult][kResult];
            for (int x = 0; x < kResult; ++x) {
                __m512 t[kResult];
                transform_result(half[x], t);
                for (int y = 0; y < kResult; ++y)
                    values[y][x] = t[y];
            }
            const __m512 bias = _mm512_loadu_ps(conv.bias + channel);
            for (std::int64_t y = 0; y < rows; ++y) {
                for (std::int64_t x = 0; x < columns; ++x) {
                    const std::int64_t here = pixel + y * conv.out_columns + x;
                    __m512 value = _mm512_add_ps(values[y][x], bias);
                    if (residual != nullptr) {
                        const std::byte* more =
                            residual + here * conv.residual.pixel_bytes + channel * residual_element;
                        value = _mm512_add_ps(value, load(conv.residual, more, lanes));
                    }
                    store(conv.out, activate(conv.activation, value),
                          result + here * conv.out.pixel_bytes + channel * element, lanes);
                }
            }
        }
    }
}

}  // namespace

std::int64_t winograd_pass(std::int64_t in_channels, std::int64_t out_channels) {
    // Where the weights of all points don't stay in the second-level cache, each pass reads them again from
    // farther away: few passes are worth more than squares that stay.
    constexpr std::int64_t kNearFloats = 192 * 1024;
    constexpr std::int64_t kNearWeights = 128 * 1024;  // floats
    constexpr std::int64_t kFewest = 24;
    constexpr std::int64_t kFewestFar = 96;
    const std::int64_t fit = kNearFloats / (kWinogradPoints * (in_channels + out_channels));
    const bool far = kWinogradPoints * in_channels * out_channels > kNearWeights * 2;
    return std::max(fit / kPanelRows * kPanelRows, far ? kFewestFar : kFewest);
}

std::int64_t winograd_scratch(std::int64_t in_channels, std::int64_t out_channels) {
    return kWinogradPoints * winograd_pass(in_channels, out_channels) * (in_channels + out_channels);
}

void winograd(const Winograd& conv, std::int64_t begin, std::int64_t end, const std::byte* source,
              const std::byte* residual, std::byte* result, float* scratch) {
    const std::int64_t room = winograd_pass(conv.in_channels, conv.out_channels);
    float* const products = scratch + kWinogradPoints * room * conv.in_channels;
    Tiles tiles;
    tiles.steps = conv.in_channels;
    tiles.pixels = room;
    tiles.source_pixel_bytes = conv.in_channels * static_cast<std::int64_t>(sizeof(float));
    tiles.out_channels = conv.out_channels;
    tiles.bias = conv.zeros;
    tiles.result.pixel_bytes = conv.out_channels * static_cast<std::int64_t>(sizeof(float));
    const std::int64_t weight_bytes = packed_bytes(1, conv.in_channels, conv.out_channels);
    for (std::int64_t first = begin; first < end; first += room) {
        const std::int64_t count = std::min(room, end - first);
        transform_sources(conv, first, count, room, source, scratch);
        for (std::int64_t point = 0; point < kWinogradPoints; ++point) {
            tiles.weights = conv.weights + point * weight_bytes;
            run_tiles(tiles, 0, panels_of(conv.out_channels), 0, count,
                      reinterpret_cast<const std::byte*>(scratch + point * room * conv.in_channels), nullptr,
                      reinterpret_cast<std::byte*>(products + point * room * conv.out_channels));
        }
        transform_results(conv, first, count, room, products, residual, result);
    }
}

}  // namespace mosaic::avx512
