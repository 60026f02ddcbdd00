// Compiled without contraction of products and sums, so that the results are those of the reference.
#include <algorithm>

#include "avx512/rows.h"
#include "avx512/simd.h"

namespace mosaic::avx512 {

namespace {

__m512 between(__m512 low, __m512 high, __m512 weight) {
    return _mm512_add_ps(low, _mm512_mul_ps(_mm512_sub_ps(high, low), weight));
}

// A source row, [in_columns][channels], stretched to [out_columns][channels] of floats.
void stretch(const Resizing& how, const std::byte* row, float* to) {
    const std::int64_t bytes = element_bytes(how.in.element);
    for (std::int64_t column = 0; column < how.out_columns; ++column, to += how.channels) {
        const ResizePlace& place = how.columns[column];
        const std::byte* low = row + place.low * how.in.pixel_bytes;
        const std::byte* high = row + place.high * how.in.pixel_bytes;
        const __m512 weight = _mm512_set1_ps(place.weight);
        for (std::int64_t channel = 0; channel < how.channels; channel += kVector) {
            const __mmask16 lanes = first_lanes(std::min(how.channels - channel, kVector));
            const __m512 value = between(load(how.in, low + channel * bytes, lanes),
                                         load(how.in, high + channel * bytes, lanes), weight);
            _mm512_mask_storeu_ps(to + channel, lanes, value);
        }
    }
}

void mix(const Resizing& how, const float* low, const float* high, float weight, std::byte* to) {
    const std::int64_t bytes = element_bytes(how.out.element);
    const __m512 share = _mm512_set1_ps(weight);
    for (std::int64_t column = 0; column < how.out_columns; ++column) {
        for (std::int64_t channel = 0; channel < how.channels; channel += kVector) {
            const __mmask16 lanes = first_lanes(std::min(how.channels - channel, kVector));
            const __m512 value = between(_mm512_maskz_loadu_ps(lanes, low + channel),
                                         _mm512_maskz_loadu_ps(lanes, high + channel), share);
            store(how.out, activate(how.activation, value), to + channel * bytes, lanes);
        }
        low += how.channels;
        high += how.channels;
        to += how.out.pixel_bytes;
    }
}

}  // namespace

void resize_rows(const Resizing& how, std::int64_t begin, std::int64_t end, const std::byte* source,
                 std::byte* result, float* scratch) {
    const std::int64_t row_bytes = how.in_columns * how.in.pixel_bytes;
    float* kept[2] = {scratch, scratch + how.out_columns * how.channels};
    std::int64_t rows[2] = {-1, -1};  // of the source, that are kept
    // The slot of a stretched row; `other` must stay.
    const auto stretched = [&](std::int64_t row, std::int64_t other) {
        for (int slot = 0; slot < 2; ++slot) {
            if (rows[slot] == row) return slot;
        }
        const int slot = rows[0] == other ? 1 : 0;
        stretch(how, source + row * row_bytes, kept[slot]);
        rows[slot] = row;
        return slot;
    };
    for (std::int64_t row = begin; row < end; ++row) {
        const ResizePlace& place = how.rows[row];
        const int low = stretched(place.low, place.high);
        const int high = stretched(place.high, place.low);
        mix(how, kept[low], kept[high], place.weight, result + row * how.out_columns * how.out.pixel_bytes);
    }
}

}  // namespace mosaic::avx512
