// Sixteen floats at a time. Only for files compiled for AVX-512 (F, BW, DQ, VL).
#pragma once

#include <immintrin.h>
#include <math.h>

#include "avx512/tiles.h"

namespace mosaic::avx512 {

// exp(x) to about 2 ulp: x = n ln2 + r, a polynomial for exp(r), times 2^n. Constants: Cephes, expf.
inline __m512 exp(__m512 x) {
    x = _mm512_min_ps(_mm512_max_ps(x, _mm512_set1_ps(-87.0F)), _mm512_set1_ps(88.0F));
    const __m512 n = _mm512_roundscale_ps(_mm512_mul_ps(x, _mm512_set1_ps(1.44269504088896341F)),
                                          _MM_FROUND_TO_NEAREST_INT | _MM_FROUND_NO_EXC);
    __m512 r = _mm512_fnmadd_ps(n, _mm512_set1_ps(0.693359375F), x);
    r = _mm512_fnmadd_ps(n, _mm512_set1_ps(-2.12194440e-4F), r);
    __m512 p = _mm512_set1_ps(1.9875691500E-4F);
    p = _mm512_fmadd_ps(p, r, _mm512_set1_ps(1.3981999507E-3F));
    p = _mm512_fmadd_ps(p, r, _mm512_set1_ps(8.3334519073E-3F));
    p = _mm512_fmadd_ps(p, r, _mm512_set1_ps(4.1665795894E-2F));
    p = _mm512_fmadd_ps(p, r, _mm512_set1_ps(1.6666665459E-1F));
    p = _mm512_fmadd_ps(p, r, _mm512_set1_ps(5.0000001201E-1F));
    p = _mm512_fmadd_ps(p, _mm512_mul_ps(r, r), _mm512_add_ps(r, _mm512_set1_ps(1.0F)));
    return _mm512_scalef_ps(p, n);
}

// The quotient by Newton's method from an estimate of 14 bits: a division takes as long as all the rest.
inline __m512 sigmoid(__m512 x) {
    const __m512 one = _mm512_set1_ps(1.0F);
    const __m512 divisor = _mm512_add_ps(one, exp(_mm512_sub_ps(_mm512_setzero_ps(), x)));
    const __m512 estimate = _mm512_rcp14_ps(divisor);
    return _mm512_fmadd_ps(estimate, _mm512_fnmadd_ps(divisor, estimate, one), estimate);
}

// x + 3, not below 0 nor above 6.
inline __m512 hard_gate(__m512 x) {
    return _mm512_min_ps(_mm512_max_ps(_mm512_add_ps(x, _mm512_set1_ps(3.0F)), _mm512_setzero_ps()),
                         _mm512_set1_ps(6.0F));
}

inline __m512 hard_swish(__m512 x, float alpha) {
    return _mm512_mul_ps(_mm512_mul_ps(x, _mm512_set1_ps(alpha)), hard_gate(x));
}

// Lane by lane, through the C library only: no function that other files may share is compiled here.
inline __m512 activate_lanes(ir::ActivationKind kind, __m512 x) {
    alignas(64) float lanes[16];
    _mm512_store_ps(lanes, x);
    for (float& v : lanes) {
        const float softplus = (v > 0 ? v : 0.0F) + ::log1pf(::expf(v > 0 ? -v : v));
        if (kind == ir::ActivationKind::kGelu) v = 0.5F * v * (1.0F + ::erff(v * 0.70710678F));
        if (kind == ir::ActivationKind::kGeluTanh)
            v = 0.5F * v * (1.0F + ::tanhf(0.79788456F * (v + 0.044715F * v * v * v)));
        if (kind == ir::ActivationKind::kSoftplus) v = softplus;
        if (kind == ir::ActivationKind::kMish) v = v * ::tanhf(softplus);
    }
    return _mm512_load_ps(lanes);
}

// The formulas are beside ir::ActivationKind.
inline __m512 activate(const ir::Activation& activation, __m512 x) {
    const __m512 zero = _mm512_setzero_ps();
    const __m512 one = _mm512_set1_ps(1.0F);
    const __m512 six = _mm512_set1_ps(6.0F);
    const __m512 alpha = _mm512_set1_ps(activation.alpha);
    const __mmask16 negative = _mm512_cmp_ps_mask(x, zero, _CMP_LT_OQ);
    switch (activation.kind) {
        case ir::ActivationKind::kRelu:
            return _mm512_max_ps(x, zero);
        case ir::ActivationKind::kRelu6:
            return _mm512_min_ps(_mm512_max_ps(x, zero), six);
        case ir::ActivationKind::kLeakyRelu:
            return _mm512_mask_mul_ps(x, negative, x, alpha);
        case ir::ActivationKind::kElu:
            return _mm512_mask_sub_ps(x, negative, exp(x), one);
        case ir::ActivationKind::kSigmoid:
            return sigmoid(x);
        case ir::ActivationKind::kTanh: {
            const __m512 two = _mm512_set1_ps(2.0F);  // tanh x = 2 sigmoid(2 x) - 1
            return _mm512_fmsub_ps(two, sigmoid(_mm512_mul_ps(two, x)), one);
        }
        case ir::ActivationKind::kHardSwish:
            return hard_swish(x, activation.alpha);
        case ir::ActivationKind::kHardSigmoid:
            return _mm512_mul_ps(alpha, hard_gate(x));
        case ir::ActivationKind::kSwish:
            return _mm512_mul_ps(x, sigmoid(x));
        case ir::ActivationKind::kGelu:
        case ir::ActivationKind::kGeluTanh:
        case ir::ActivationKind::kSoftplus:
        case ir::ActivationKind::kMish:
            return activate_lanes(activation.kind, x);
        case ir::ActivationKind::kNone:
            break;
    }
    return x;
}

// The first `count` (1 to 16) lanes.
inline __mmask16 first_lanes(std::int64_t count) {
    return static_cast<__mmask16>((1U << static_cast<unsigned>(count)) - 1U);
}

inline __m512 load(const Strip& strip, const std::byte* at, __mmask16 lanes) {
    switch (strip.element) {
        case Element::kFloat:
            return _mm512_maskz_loadu_ps(lanes, at);
        case Element::kBFloat: {
            const __m512i wide = _mm512_cvtepu16_epi32(_mm256_maskz_loadu_epi16(lanes, at));
            return _mm512_castsi512_ps(_mm512_slli_epi32(wide, 16));
        }
        case Element::kByte: {
            const __m512 wide = _mm512_cvtepi32_ps(_mm512_cvtepu8_epi32(_mm_maskz_loadu_epi8(lanes, at)));
            return _mm512_mul_ps(_mm512_sub_ps(wide, _mm512_set1_ps(strip.zero)),
                                 _mm512_set1_ps(strip.scale));
        }
    }
    return _mm512_setzero_ps();
}

// To the nearest, halves to even; infinities and NaN stay what they are.
inline __m256i to_bfloat(__m512 x) {
    const __m512i bits = _mm512_castps_si512(x);
    const __m512i odd = _mm512_and_si512(_mm512_srli_epi32(bits, 16), _mm512_set1_epi32(1));
    const __m512i rounded = _mm512_add_epi32(bits, _mm512_add_epi32(odd, _mm512_set1_epi32(0x7FFF)));
    const __mmask16 nan = _mm512_cmp_ps_mask(x, x, _CMP_UNORD_Q);
    const __m512i kept = _mm512_mask_or_epi32(rounded, nan, bits, _mm512_set1_epi32(0x400000));
    return _mm512_cvtepi32_epi16(_mm512_srli_epi32(kept, 16));
}

inline __m128i to_bytes(__m512 x, __m512 inverse_scale, __m512 zero) {
    const __m512i rounded = _mm512_cvtps_epi32(_mm512_fmadd_ps(x, inverse_scale, zero));
    return _mm512_cvtusepi32_epi8(_mm512_max_epi32(rounded, _mm512_setzero_si512()));
}

inline void store(const Strip& strip, __m512 x, std::byte* at, __mmask16 lanes) {
    switch (strip.element) {
        case Element::kFloat:
            return _mm512_mask_storeu_ps(at, lanes, x);
        case Element::kBFloat:
            return _mm256_mask_storeu_epi16(at, lanes, to_bfloat(x));
        case Element::kByte:
            return _mm_mask_storeu_epi8(
                at, lanes, to_bytes(x, _mm512_set1_ps(strip.inverse_scale), _mm512_set1_ps(strip.zero)));
    }
}

}  // namespace mosaic::avx512
