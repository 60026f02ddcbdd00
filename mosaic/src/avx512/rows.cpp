#include "avx512/rows.h"

#include <algorithm>

#include "avx512/simd.h"

namespace mosaic::avx512 {

namespace {

// The windows' part that lies inside, in one direction.
struct Inside {
    std::int64_t first = 0, last = 0;
};
Inside inside(std::int64_t position, std::int64_t stride, std::int64_t pad, std::int64_t size,
              std::int64_t length) {
    const std::int64_t start = position * stride - pad;
    return {std::max<std::int64_t>(start, 0), std::min(start + size, length)};
}

// Bytes of the same form compare as what they stand for, 64 at a time.
void largest_bytes(const Sliding& window, const Inside& rows, const Inside& columns, const std::byte* source,
                   std::byte* to) {
    constexpr std::int64_t kBytes = 64;
    for (std::int64_t channel = 0; channel < window.channels; channel += kBytes) {
        const std::int64_t count = std::min(window.channels - channel, kBytes);
        const __mmask64 lanes = count == kBytes ? ~__mmask64{0} : (__mmask64{1} << count) - 1;
        __m512i largest = _mm512_setzero_si512();
        for (std::int64_t y = rows.first; y < rows.last; ++y) {
            const std::byte* from =
                source + (y * window.in_columns + columns.first) * window.in.pixel_bytes + channel;
            for (std::int64_t x = columns.first; x < columns.last; ++x, from += window.in.pixel_bytes)
                largest = _mm512_max_epu8(largest, _mm512_maskz_loadu_epi8(lanes, from));
        }
        _mm512_mask_storeu_epi8(to + channel, lanes, largest);
    }
}

void pool_window(const Sliding& window, PoolKind kind, const Inside& rows, const Inside& columns,
                 const std::byte* source, std::byte* to) {
    const std::int64_t in_bytes = element_bytes(window.in.element);
    const std::int64_t out_bytes = element_bytes(window.out.element);
    const auto count = static_cast<float>((rows.last - rows.first) * (columns.last - columns.first));
    for (std::int64_t channel = 0; channel < window.channels; channel += kVector) {
        const __mmask16 lanes = first_lanes(std::min(window.channels - channel, kVector));
        const bool max = kind == PoolKind::kMax;
        __m512 value = max ? _mm512_set1_ps(-__builtin_inff()) : _mm512_setzero_ps();
        for (std::int64_t y = rows.first; y < rows.last; ++y) {
            for (std::int64_t x = columns.first; x < columns.last; ++x) {
                const std::byte* from =
                    source + (y * window.in_columns + x) * window.in.pixel_bytes + channel * in_bytes;
                const __m512 here = load(window.in, from, lanes);
                value = max ? _mm512_max_ps(value, here) : _mm512_add_ps(value, here);
            }
        }
        if (!max) value = _mm512_div_ps(value, _mm512_set1_ps(count));
        store(window.out, value, to + channel * out_bytes, lanes);
    }
}

__m512 combined(Combination kind, __m512 a, __m512 b) {
    switch (kind) {
        case Combination::kAdd:
            return _mm512_add_ps(a, b);
        case Combination::kMultiply:
            return _mm512_mul_ps(a, b);
        case Combination::kSubtract:
            return _mm512_sub_ps(a, b);
        case Combination::kMaximum:
            return _mm512_max_ps(a, b);
        case Combination::kMinimum:
            return _mm512_min_ps(a, b);
    }
    return a;
}

}  // namespace

void convert(const Strip& from, const std::byte* source, const Strip& to, std::byte* result,
             std::int64_t count) {
    const std::int64_t from_bytes = element_bytes(from.element);
    const std::int64_t to_bytes = element_bytes(to.element);
    for (std::int64_t i = 0; i < count; i += kVector) {
        const __mmask16 lanes = first_lanes(std::min(count - i, kVector));
        store(to, load(from, source + i * from_bytes, lanes), result + i * to_bytes, lanes);
    }
}

void pool_rows(const Sliding& window, PoolKind kind, std::int64_t begin, std::int64_t end,
               const std::byte* source, std::byte* result) {
    const bool bytes = kind == PoolKind::kMax && window.in.element == Element::kByte &&
                       window.out.element == Element::kByte && window.in.scale == window.out.scale &&
                       window.in.zero == window.out.zero;
    for (std::int64_t row = begin; row < end; ++row) {
        const Inside rows = inside(row, window.stride_y, window.pad_top, window.size_y, window.in_rows);
        for (std::int64_t column = 0; column < window.out_columns; ++column) {
            const Inside columns =
                inside(column, window.stride_x, window.pad_left, window.size_x, window.in_columns);
            std::byte* to = result + (row * window.out_columns + column) * window.out.pixel_bytes;
            if (bytes) {
                largest_bytes(window, rows, columns, source, to);
            } else {
                pool_window(window, kind, rows, columns, source, to);
            }
        }
    }
}

void mean_of_pixels(const Strip& in, std::int64_t pixels, std::int64_t first, std::int64_t last,
                    const std::byte* source, float* result) {
    constexpr std::int64_t kTogether = 8;  // vectors, so that whole lines are read one after another
    const std::int64_t bytes = element_bytes(in.element);
    const __m512 factor = _mm512_set1_ps(1.0F / static_cast<float>(pixels));
    for (std::int64_t channel = first; channel < last; channel += kTogether * kVector) {
        __m512 sums[kTogether];
        __mmask16 lanes[kTogether];
        for (std::int64_t v = 0; v < kTogether; ++v) {
            sums[v] = _mm512_setzero_ps();
            lanes[v] = first_lanes(std::clamp<std::int64_t>(last - channel - v * kVector, 0, kVector));
        }
        const std::byte* from = source + channel * bytes;
        for (std::int64_t pixel = 0; pixel < pixels; ++pixel, from += in.pixel_bytes) {
            for (std::int64_t v = 0; v < kTogether; ++v)
                sums[v] = _mm512_add_ps(sums[v], load(in, from + v * kVector * bytes, lanes[v]));
        }
        for (std::int64_t v = 0; v < kTogether; ++v)
            _mm512_mask_storeu_ps(result + channel + v * kVector, lanes[v], _mm512_mul_ps(sums[v], factor));
    }
}

void scale_weights(std::int64_t steps, std::int64_t out_channels, const float* factors, const float* weights,
                   float* to) {
    for (std::int64_t left = vectors_of(out_channels); left > 0; left -= kPanelVectors) {
        const std::int64_t wide = std::min(left, kPanelVectors);
        for (std::int64_t step = 0; step < steps; ++step) {
            const __m512 factor = _mm512_set1_ps(factors[step]);
            for (std::int64_t v = 0; v < wide; ++v, weights += kVector, to += kVector)
                _mm512_storeu_ps(to, _mm512_mul_ps(_mm512_loadu_ps(weights), factor));
        }
    }
}

void combine(const Combine& how, std::int64_t pixels, const std::byte* a, const std::byte* b,
             std::byte* result) {
    const std::int64_t a_bytes = element_bytes(how.a.element);
    const std::int64_t b_bytes = element_bytes(how.b.element);
    const std::int64_t out_bytes = element_bytes(how.out.element);
    for (std::int64_t pixel = 0; pixel < pixels; ++pixel) {
        for (std::int64_t channel = 0; channel < how.channels; channel += kVector) {
            const __mmask16 lanes = first_lanes(std::min(how.channels - channel, kVector));
            const __m512 left = load(how.a, a + channel * a_bytes, lanes);
            const __m512 right = load(how.b, b + channel * b_bytes, lanes);
            store(how.out, activate(how.activation, combined(how.kind, left, right)),
                  result + channel * out_bytes, lanes);
        }
        a += how.a.pixel_bytes;
        b += how.b.pixel_bytes;
        result += how.out.pixel_bytes;
    }
}

}  // namespace mosaic::avx512
