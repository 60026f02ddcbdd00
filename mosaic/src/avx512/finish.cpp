#include "avx512/finish.h"

#include <algorithm>

#include "avx512/simd.h"

namespace mosaic::avx512 {

namespace {

enum class Residual : std::uint8_t { kNone, kFloat, kBFloat, kByte };

// A loop for each kind that is worth one: `sums` are whole vectors.
void activate_all(const ir::Activation& activation, float* sums, int vectors) {
    const auto each = [&](auto formula) {
        for (int v = 0; v < vectors; ++v)
            _mm512_store_ps(sums + v * kVector, formula(_mm512_load_ps(sums + v * kVector)));
    };
    switch (activation.kind) {
        case ir::ActivationKind::kSigmoid:
            return each([](__m512 x) { return sigmoid(x); });
        case ir::ActivationKind::kSwish:
            return each([](__m512 x) { return _mm512_mul_ps(x, sigmoid(x)); });
        case ir::ActivationKind::kHardSwish:
            return each([alpha = activation.alpha](__m512 x) { return hard_swish(x, alpha); });
        default:
            return each([&](__m512 x) { return activate(activation, x); });
    }
}

template <Residual Kind>
__m512 with_residual(__m512 x, const Strip& strip, const std::byte* at, __mmask16 lanes) {
    if constexpr (Kind == Residual::kNone) return x;
    if constexpr (Kind == Residual::kFloat) return _mm512_add_ps(x, _mm512_maskz_loadu_ps(lanes, at));
    if constexpr (Kind == Residual::kBFloat) {
        const __m512i wide = _mm512_cvtepu16_epi32(_mm256_maskz_loadu_epi16(lanes, at));
        return _mm512_add_ps(x, _mm512_castsi512_ps(_mm512_slli_epi32(wide, 16)));
    }
    const __m512 wide = _mm512_cvtepi32_ps(_mm512_cvtepu8_epi32(_mm_maskz_loadu_epi8(lanes, at)));
    return _mm512_fmadd_ps(_mm512_sub_ps(wide, _mm512_set1_ps(strip.zero)), _mm512_set1_ps(strip.scale), x);
}

template <Element Result>
void put(__m512 x, const Strip& strip, std::byte* at, __mmask16 lanes) {
    if constexpr (Result == Element::kFloat) _mm512_mask_storeu_ps(at, lanes, x);
    if constexpr (Result == Element::kBFloat) _mm256_mask_storeu_epi16(at, lanes, to_bfloat(x));
    if constexpr (Result == Element::kByte) {
        _mm_mask_storeu_epi8(at, lanes,
                             to_bytes(x, _mm512_set1_ps(strip.inverse_scale), _mm512_set1_ps(strip.zero)));
    }
}

template <int Vectors, Residual Kind, Element Result, bool Cuts, bool Whole>
void finish(const Tiles& tiles, int rows, std::int64_t pixel, std::int64_t channel, float* sums,
            const std::byte* residual, std::byte* result) {
    constexpr __mmask16 kAll = 0xFFFF;
    constexpr std::int64_t kResultStep = kVector * element_bytes(Result);
    const std::int64_t left = tiles.out_channels - channel;
    const __mmask16 last =
        Whole ? kAll : first_lanes(std::min<std::int64_t>(left - (Vectors - 1) * kVector, kVector));
    const Strip residual_strip = tiles.residual;
    const Strip result_strip = tiles.result;
    const Bounds bounds = bounds_of(tiles.activation);
    const __m512 low = _mm512_set1_ps(bounds.low);
    const __m512 high = _mm512_set1_ps(bounds.high);
    const std::int64_t residual_step = kVector * element_bytes(residual_strip.element);
    const std::byte* from = nullptr;
    if constexpr (Kind != Residual::kNone)
        from = residual + pixel * residual_strip.pixel_bytes + channel / kVector * residual_step;
    std::byte* to = result + pixel * result_strip.pixel_bytes + channel / kVector * kResultStep;
    if constexpr (!Cuts) {
        if constexpr (Kind != Residual::kNone) {
            for (int row = 0; row < rows; ++row) {
                for (int v = 0; v < Vectors; ++v) {
                    float* at = sums + (row * Vectors + v) * kVector;
                    const __mmask16 lanes = v == Vectors - 1 ? last : kAll;
                    const std::byte* more = from + row * residual_strip.pixel_bytes + v * residual_step;
                    _mm512_store_ps(at, with_residual<Kind>(_mm512_load_ps(at), residual_strip, more, lanes));
                }
            }
        }
        activate_all(tiles.activation, sums, rows * Vectors);
    }
    for (int row = 0; row < rows; ++row) {
#pragma GCC unroll 4
        for (int v = 0; v < Vectors; ++v) {
            const __mmask16 lanes = v == Vectors - 1 ? last : kAll;
            __m512 x = _mm512_load_ps(sums + (row * Vectors + v) * kVector);
            if constexpr (Cuts) {
                if constexpr (Kind != Residual::kNone)
                    x = with_residual<Kind>(x, residual_strip, from + v * residual_step, lanes);
                x = _mm512_min_ps(_mm512_max_ps(x, low), high);
            }
            put<Result>(x, result_strip, to + v * kResultStep, lanes);
        }
        if constexpr (Kind != Residual::kNone) from += residual_strip.pixel_bytes;
        to += result_strip.pixel_bytes;
    }
}

template <int Vectors, Residual Kind, Element Result>
Finish choose(bool cuts, bool whole) {
    if (cuts)
        return whole ? finish<Vectors, Kind, Result, true, true> : finish<Vectors, Kind, Result, true, false>;
    return whole ? finish<Vectors, Kind, Result, false, true> : finish<Vectors, Kind, Result, false, false>;
}

template <int Vectors, Residual Kind>
Finish choose(Element result, bool cuts, bool whole) {
    switch (result) {
        case Element::kFloat:
            return choose<Vectors, Kind, Element::kFloat>(cuts, whole);
        case Element::kBFloat:
            return choose<Vectors, Kind, Element::kBFloat>(cuts, whole);
        case Element::kByte:
            return choose<Vectors, Kind, Element::kByte>(cuts, whole);
    }
    return nullptr;
}

template <int Vectors>
Finish choose(const Tiles& tiles, bool has_residual, bool whole) {
    const bool cuts = only_cuts(tiles.activation);
    const Element result = tiles.result.element;
    if (!has_residual) return choose<Vectors, Residual::kNone>(result, cuts, whole);
    switch (tiles.residual.element) {
        case Element::kFloat:
            return choose<Vectors, Residual::kFloat>(result, cuts, whole);
        case Element::kBFloat:
            return choose<Vectors, Residual::kBFloat>(result, cuts, whole);
        case Element::kByte:
            return choose<Vectors, Residual::kByte>(result, cuts, whole);
    }
    return nullptr;
}

}  // namespace

Finish choose_finish(const Tiles& tiles, int vectors, bool has_residual, bool whole) {
    switch (vectors) {
        case 1:
            return choose<1>(tiles, has_residual, whole);
        case 2:
            return choose<2>(tiles, has_residual, whole);
        case 3:
            return choose<3>(tiles, has_residual, whole);
        default:
            return choose<4>(tiles, has_residual, whole);
    }
}

}  // namespace mosaic::avx512
