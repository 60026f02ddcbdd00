#include <algorithm>

#include "avx512/finish.h"
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

// What a row's loops need, out of reach of the stores.
struct Row {
    std::int64_t step = 0, out_step = 0;  // bytes from one pixel to the next
    std::int64_t in_columns = 0, out_columns = 0, pad_left = 0;
    __m512 outside, low, high;  // beyond the edges; activations that only cut off
    float alpha = 0;
    Strip out;
    ir::Activation activation;

    explicit Row(const Depthwise& conv)
        : step(conv.window.in.pixel_bytes),
          out_step(conv.window.out.pixel_bytes),
          in_columns(conv.window.in_columns),
          out_columns(conv.window.out_columns),
          pad_left(conv.window.pad_left),
          outside(_mm512_set1_ps(outside_of(conv))),
          alpha(conv.activation.alpha),
          out(conv.window.out),
          activation(conv.activation) {
        const Bounds bounds = bounds_of(activation);
        low = _mm512_set1_ps(bounds.low);
        high = _mm512_set1_ps(bounds.high);
    }
};

// Any other ending than those that have loops of their own.
__attribute__((noinline)) void put_any(const Row& row, __m512 sum, std::byte* to, __mmask16 lanes) {
    store(row.out, activate(row.activation, sum), to, lanes);
}

// How a result ends: one loop for each that is worth it.
enum class Ending : std::uint8_t { kCut, kHardSwish, kAny };
template <Element Out, Ending End>
__attribute__((always_inline)) inline void put(const Row& row, __m512 sum, std::byte* to, __mmask16 lanes) {
    if constexpr (End == Ending::kAny) return put_any(row, sum, to, lanes);
    if constexpr (End == Ending::kCut) sum = _mm512_min_ps(_mm512_max_ps(sum, row.low), row.high);
    if constexpr (End == Ending::kHardSwish) sum = hard_swish(sum, row.alpha);
    if constexpr (Out == Element::kFloat) {
        _mm512_mask_storeu_ps(to, lanes, sum);
    } else {
        store({Out, row.out.scale, row.out.zero, row.out.inverse_scale}, sum, to, lanes);
    }
}

// Several result pixels side by side; their rows may lie beyond the edges and, if told, their columns.
constexpr int kAcross = 4;
enum class Columns : std::uint8_t { kInside, kEdge };
template <Element In, int Size, int Stride, Columns Where>
__attribute__((always_inline)) inline void across(const Row& row, const std::byte* const* rows,
                                                  std::int64_t column, const __m512* weights, __m512 bias,
                                                  __mmask16 lanes, __m512 (&sums)[kAcross]) {
    constexpr int kRead = (kAcross - 1) * Stride + Size;
    const std::int64_t first = column * Stride - row.pad_left;
    __mmask16 inside[kRead];
#pragma GCC unroll 16
    for (int x = 0; x < kRead; ++x) {
        const bool within = Where == Columns::kInside || static_cast<std::uint64_t>(first + x) <
                                                             static_cast<std::uint64_t>(row.in_columns);
        inside[x] = within ? lanes : __mmask16{0};
    }
#pragma GCC unroll 4
    for (int i = 0; i < kAcross; ++i)
        sums[i] = bias;
    const std::int64_t start = first * row.step;
#pragma GCC unroll 5
    for (int ky = 0; ky < Size; ++ky) {
        const std::byte* from = rows[ky];
        const bool row_inside = from != nullptr;
        // What lies beyond the edges of a row of floats adds nothing.
        if (In != Element::kByte && !row_inside) continue;
        if (row_inside) from += start;
#pragma GCC unroll 16
        for (int x = 0; x < kRead; ++x) {
            // A masked load beyond the edges reads nothing.
            __m512 value = row_inside ? load_raw(In, from + x * row.step, inside[x]) : row.outside;
            if constexpr (Where == Columns::kEdge && In == Element::kByte)
                value = _mm512_mask_mov_ps(row.outside, inside[x], value);
#pragma GCC unroll 4
            for (int i = 0; i < kAcross; ++i) {
                const int kx = x - i * Stride;
                if (kx >= 0 && kx < Size) sums[i] = _mm512_fmadd_ps(value, weights[ky * Size + kx], sums[i]);
            }
        }
    }
}

template <int Size>
__attribute__((always_inline)) inline void load_weights(const Depthwise& conv, std::int64_t channel,
                                                        __mmask16 lanes, __m512 (&weights)[Size * Size]) {
    const std::int64_t padded = vectors_of(conv.window.channels) * kVector;
    const __m512 scale = scale_of(conv, channel, lanes);
#pragma GCC unroll 25
    for (int tap = 0; tap < Size * Size; ++tap)
        weights[tap] = _mm512_mul_ps(_mm512_loadu_ps(conv.weights + tap * padded + channel), scale);
}

// Those at the left and the right. Not inlined: the loop inside wants all registers.
template <Element In, int Size, int Stride, Element Out, Ending End>
__attribute__((noinline)) void at_edges(const Depthwise& conv, const Row& row, const std::byte* const* rows,
                                        std::int64_t column, std::int64_t channel, __mmask16 lanes,
                                        std::byte* to) {
    __m512 weights[Size * Size];
    load_weights<Size>(conv, channel, lanes, weights);
    __m512 sums[kAcross];
    across<In, Size, Stride, Columns::kEdge>(row, rows, column, weights, _mm512_loadu_ps(conv.bias + channel),
                                             lanes, sums);
    to += column * row.out_step;
#pragma GCC unroll 4
    for (int i = 0; i < kAcross; ++i, to += row.out_step) {
        if (column + i < row.out_columns) put<Out, End>(row, sums[i], to, lanes);
    }
}

// The rows that the next result row will read for the first time, while this one is computed: one vector of
// channels after another, a row is read in strides too wide for the processor to foresee.
template <int Stride>
__attribute__((always_inline)) inline void fetch_rows(const std::byte* next, std::int64_t row_bytes,
                                                      std::int64_t column, std::int64_t step) {
#pragma GCC unroll 2
    for (int row = 0; row < Stride; ++row) {
        const std::byte* at = next + row * row_bytes + column * Stride * step;
#pragma GCC unroll 8
        for (int x = 0; x < kAcross * Stride; ++x)
            __builtin_prefetch(at + x * step, 0, 2);
    }
}

template <Element In, int Size, int Stride, Element Out, Ending End>
void sized_row(const Depthwise& conv, const std::byte* const* source_rows, bool fetches, std::byte* to) {
    const Row row(conv);
    const std::int64_t channels = conv.window.channels;
    const std::int64_t row_bytes = row.in_columns * row.step;
    const std::int64_t out_columns = row.out_columns;
    // Columns whose windows lie inside.
    const std::int64_t first = std::min((row.pad_left + Stride - 1) / Stride, out_columns);
    const std::int64_t room = row.in_columns - Size + row.pad_left;
    const std::int64_t last = std::clamp(room < 0 ? 0 : room / Stride + 1, first, out_columns);
    const bool follow = fetches && source_rows[Size - 1] != nullptr;
    for (std::int64_t channel = 0; channel < channels; channel += kVector) {
        const __mmask16 lanes = first_lanes(std::min(channels - channel, kVector));
        const std::byte* rows[Size];
        for (int ky = 0; ky < Size; ++ky)
            rows[ky] = source_rows[ky] == nullptr ? nullptr : source_rows[ky] + channel * element_bytes(In);
        std::byte* channel_to = to + channel * element_bytes(row.out.element);
        std::int64_t column = 0;
        for (; column < first; column += kAcross)
            at_edges<In, Size, Stride, Out, End>(conv, row, rows, column, channel, lanes, channel_to);
        if (column + kAcross <= last) {
            __m512 weights[Size * Size];
            load_weights<Size>(conv, channel, lanes, weights);
            const __m512 bias = _mm512_loadu_ps(conv.bias + channel);
            for (; column + kAcross <= last; column += kAcross) {
                if (follow) fetch_rows<Stride>(rows[Size - 1] + row_bytes, row_bytes, column, row.step);
                __m512 sums[kAcross];
                across<In, Size, Stride, Columns::kInside>(row, rows, column, weights, bias, lanes, sums);
                std::byte* at = channel_to + column * row.out_step;
#pragma GCC unroll 4
                for (int i = 0; i < kAcross; ++i, at += row.out_step)
                    put<Out, End>(row, sums[i], at, lanes);
            }
        }
        for (; column < out_columns; column += kAcross)
            at_edges<In, Size, Stride, Out, End>(conv, row, rows, column, channel, lanes, channel_to);
    }
}

template <Element In, int Size, int Stride>
void ended_row(const Depthwise& conv, const std::byte* const* rows, bool fetches, std::byte* to) {
    if constexpr (In != Element::kBFloat) {
        if (conv.window.out.element == In) {
            if (only_cuts(conv.activation))
                return sized_row<In, Size, Stride, In, Ending::kCut>(conv, rows, fetches, to);
            if (conv.activation.kind == ir::ActivationKind::kHardSwish)
                return sized_row<In, Size, Stride, In, Ending::kHardSwish>(conv, rows, fetches, to);
        }
    }
    sized_row<In, Size, Stride, Element::kFloat, Ending::kAny>(conv, rows, fetches, to);
}

template <Element In>
void any_row(const Depthwise& conv, const std::byte* const* rows, std::byte* to) {
    const Sliding& window = conv.window;
    const std::int64_t padded = vectors_of(window.channels) * kVector;
    const std::int64_t out_bytes = element_bytes(window.out.element);
    for (std::int64_t column = 0; column < window.out_columns; ++column) {
        for (std::int64_t channel = 0; channel < window.channels; channel += kVector) {
            const __mmask16 lanes = first_lanes(std::min(window.channels - channel, kVector));
            const __m512 sum = at_edge<In>(conv, rows, column, channel, padded, lanes);
            store(window.out, activate(conv.activation, sum),
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
            return ended_row<In, 3, 1>(conv, rows, fetches, to);
        case 32:
            return ended_row<In, 3, 2>(conv, rows, fetches, to);
        case 51:
            return ended_row<In, 5, 1>(conv, rows, fetches, to);
        case 52:
            return ended_row<In, 5, 2>(conv, rows, fetches, to);
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
