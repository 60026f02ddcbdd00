#include <algorithm>

#include "avx512/rows.h"
#include "avx512/simd.h"

namespace mosaic::avx512 {

namespace {

// Elements as they lie in memory: scale and zero are in the weights and the bias.
inline __m512 load_raw(Element element, const std::byte* at, __mmask16 lanes) {
    switch (element) {
        case Element::kFloat:
            return _mm512_maskz_loadu_ps(lanes, at);
        case Element::kBFloat:
            return _mm512_castsi512_ps(
                _mm512_slli_epi32(_mm512_cvtepu16_epi32(_mm256_maskz_loadu_epi16(lanes, at)), 16));
        case Element::kByte:
            return _mm512_cvtepi32_ps(_mm512_cvtepu8_epi32(_mm_maskz_loadu_epi8(lanes, at)));
    }
    return _mm512_setzero_ps();
}

// What stands beyond the edges.
float outside_of(const Depthwise& conv) {
    return conv.window.in.element == Element::kByte ? conv.window.in.zero : 0.0F;
}

__m512 scale_of(const Depthwise& conv, std::int64_t channel, __mmask16 lanes) {
    return conv.scale == nullptr ? _mm512_set1_ps(1.0F) : _mm512_maskz_loadu_ps(lanes, conv.scale + channel);
}

// One result pixel, wherever it lies.
template <Element In>
__m512 at_edge(const Depthwise& conv, const std::byte* const* rows, std::int64_t column, std::int64_t channel,
               std::int64_t padded, __mmask16 lanes) {
    const Sliding& window = conv.window;
    const __m512 scale = scale_of(conv, channel, lanes);
    __m512 sum = _mm512_loadu_ps(conv.bias + channel);
    for (std::int64_t ky = 0; ky < window.size_y; ++ky) {
        for (std::int64_t kx = 0; kx < window.size_x; ++kx) {
            const std::int64_t x = column * window.stride_x + kx * conv.dilation_x - window.pad_left;
            const bool inside = rows[ky] != nullptr && x >= 0 && x < window.in_columns;
            const __m512 value =
                inside
                    ? load_raw(In, rows[ky] + x * window.in.pixel_bytes + channel * element_bytes(In), lanes)
                    : _mm512_set1_ps(outside_of(conv));
            const __m512 weight =
                _mm512_loadu_ps(conv.weights + (ky * window.size_x + kx) * padded + channel);
            sum = _mm512_fmadd_ps(value, _mm512_mul_ps(weight, scale), sum);
        }
    }
    return sum;
}

// Several result pixels side by side, all of whose columns lie inside; their rows may not.
constexpr int kAcross = 4;
template <Element In, int Size, int Stride>
void across(const Depthwise& conv, const std::byte* const* rows, std::int64_t column, const __m512* weights,
            __m512 bias, __mmask16 lanes, __m512* sums) {
    const std::int64_t step = conv.window.in.pixel_bytes;
#pragma GCC unroll 4
    for (int i = 0; i < kAcross; ++i)
        sums[i] = bias;
#pragma GCC unroll 5
    for (int ky = 0; ky < Size; ++ky) {
        const std::byte* from = rows[ky];
        const bool inside = from != nullptr;
        if (inside) from += (column * Stride - conv.window.pad_left) * step;
#pragma GCC unroll 16
        for (int x = 0; x < (kAcross - 1) * Stride + Size; ++x) {
            const __m512 value =
                inside ? load_raw(In, from + x * step, lanes) : _mm512_set1_ps(outside_of(conv));
#pragma GCC unroll 4
            for (int i = 0; i < kAcross; ++i) {
                const int kx = x - i * Stride;
                if (kx >= 0 && kx < Size) sums[i] = _mm512_fmadd_ps(value, weights[ky * Size + kx], sums[i]);
            }
        }
    }
}

void put(const Depthwise& conv, __m512 sum, std::byte* to, __mmask16 lanes) {
    store(conv.window.out, activate(conv.activation, sum), to, lanes);
}

// The rows that the next result row will read for the first time, while this one is computed: one vector of
// channels after another, a row is read in strides too wide for the processor to foresee.
void fetch_next_rows(const Depthwise& conv, const std::byte* last_row, std::int64_t column,
                     std::int64_t channel_bytes) {
    if (last_row == nullptr) return;
    const Sliding& window = conv.window;
    const std::int64_t step = window.in.pixel_bytes;
    for (std::int64_t row = 1; row <= window.stride_y; ++row) {
        const std::byte* at =
            last_row + (row * window.in_columns + column * window.stride_x) * step + channel_bytes;
        for (std::int64_t x = 0; x < kAcross * window.stride_x; ++x)
            __builtin_prefetch(at + x * step, 0, 2);
    }
}

template <Element In, int Size, int Stride>
void sized_row(const Depthwise& conv, const std::byte* const* source_rows, bool fetches, std::byte* to) {
    const Sliding& window = conv.window;
    const std::int64_t padded = vectors_of(window.channels) * kVector;
    const std::int64_t out_bytes = element_bytes(window.out.element);
    // Columns whose windows lie inside.
    const std::int64_t first = std::min((window.pad_left + Stride - 1) / Stride, window.out_columns);
    const std::int64_t room = window.in_columns - Size + window.pad_left;
    const std::int64_t last = std::clamp(room < 0 ? 0 : room / Stride + 1, first, window.out_columns);
    for (std::int64_t channel = 0; channel < window.channels; channel += kVector) {
        const __mmask16 lanes = first_lanes(std::min(window.channels - channel, kVector));
        const __m512 scale = scale_of(conv, channel, lanes);
        __m512 weights[Size * Size];
#pragma GCC unroll 25
        for (int tap = 0; tap < Size * Size; ++tap)
            weights[tap] = _mm512_mul_ps(_mm512_loadu_ps(conv.weights + tap * padded + channel), scale);
        const __m512 bias = _mm512_loadu_ps(conv.bias + channel);
        const std::byte* rows[Size];
        for (int ky = 0; ky < Size; ++ky)
            rows[ky] = source_rows[ky] == nullptr ? nullptr : source_rows[ky] + channel * element_bytes(In);
        const auto edge = [&](std::int64_t column) {
            put(conv, at_edge<In>(conv, source_rows, column, channel, padded, lanes),
                to + column * window.out.pixel_bytes + channel * out_bytes, lanes);
        };
        std::int64_t column = 0;
        for (; column < first; ++column)
            edge(column);
        for (; column + kAcross <= last; column += kAcross) {
            __m512 sums[kAcross];
            if (fetches) fetch_next_rows(conv, source_rows[Size - 1], column, channel * element_bytes(In));
            across<In, Size, Stride>(conv, rows, column, weights, bias, lanes, sums);
            for (int i = 0; i < kAcross; ++i)
                put(conv, sums[i], to + (column + i) * window.out.pixel_bytes + channel * out_bytes, lanes);
        }
        for (; column < window.out_columns; ++column)
            edge(column);
    }
}

template <Element In>
void any_row(const Depthwise& conv, const std::byte* const* rows, std::byte* to) {
    const Sliding& window = conv.window;
    const std::int64_t padded = vectors_of(window.channels) * kVector;
    const std::int64_t out_bytes = element_bytes(window.out.element);
    for (std::int64_t column = 0; column < window.out_columns; ++column) {
        for (std::int64_t channel = 0; channel < window.channels; channel += kVector) {
            const __mmask16 lanes = first_lanes(std::min(window.channels - channel, kVector));
            put(conv, at_edge<In>(conv, rows, column, channel, padded, lanes),
                to + column * window.out.pixel_bytes + channel * out_bytes, lanes);
        }
    }
}

template <Element In>
void row_of(const Depthwise& conv, const std::byte* const* rows, bool fetches, std::byte* to) {
    const Sliding& window = conv.window;
    const bool square = window.size_y == window.size_x && window.stride_y == window.stride_x &&
                        conv.dilation_y == 1 && conv.dilation_x == 1;
    switch (square ? window.size_y * 10 + window.stride_y : 0) {
        case 31:
            return sized_row<In, 3, 1>(conv, rows, fetches, to);
        case 32:
            return sized_row<In, 3, 2>(conv, rows, fetches, to);
        case 51:
            return sized_row<In, 5, 1>(conv, rows, fetches, to);
        case 52:
            return sized_row<In, 5, 2>(conv, rows, fetches, to);
        default:
            return any_row<In>(conv, rows, to);
    }
}

}  // namespace

void depthwise_row(const Depthwise& conv, const std::byte* const* rows, NextRows next, std::byte* result) {
    const bool fetches = next == NextRows::kFollow;
    switch (conv.window.in.element) {
        case Element::kFloat:
            return row_of<Element::kFloat>(conv, rows, fetches, result);
        case Element::kBFloat:
            return row_of<Element::kBFloat>(conv, rows, fetches, result);
        case Element::kByte:
            return row_of<Element::kByte>(conv, rows, fetches, result);
    }
}

void depthwise_rows(const Depthwise& conv, std::int64_t begin, std::int64_t end, const std::byte* source,
                    std::byte* result) {
    const Sliding& window = conv.window;
    const std::int64_t row_bytes = window.in_columns * window.in.pixel_bytes;
    const std::byte* rows[kDepthwiseRowsMax];
    for (std::int64_t row = begin; row < end; ++row) {
        for (std::int64_t ky = 0; ky < window.size_y; ++ky) {
            const std::int64_t y = row * window.stride_y + ky * conv.dilation_y - window.pad_top;
            rows[ky] = y < 0 || y >= window.in_rows ? nullptr : source + y * row_bytes;
        }
        depthwise_row(conv, rows, NextRows::kFollow,
                      result + row * window.out_columns * window.out.pixel_bytes);
    }
}

}  // namespace mosaic::avx512
