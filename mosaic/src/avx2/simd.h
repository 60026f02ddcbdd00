// Eight floats at a time. Only for files compiled for AVX2 and FMA.
#pragma once

#include <immintrin.h>

#include "ir.h"

namespace mosaic::avx2 {

// exp(x) to about 2 ulp: x = n ln2 + r, a polynomial for exp(r), 2^n put into the exponent. Constants:
// Cephes, expf.
inline __m256 exp(__m256 x) {
    const __m256 one = _mm256_set1_ps(1.0F);
    x = _mm256_min_ps(_mm256_max_ps(x, _mm256_set1_ps(-87.0F)), _mm256_set1_ps(88.0F));
    const __m256 n = _mm256_round_ps(_mm256_mul_ps(x, _mm256_set1_ps(1.44269504088896341F)),
                                     _MM_FROUND_TO_NEAREST_INT | _MM_FROUND_NO_EXC);
    __m256 r = _mm256_fnmadd_ps(n, _mm256_set1_ps(0.693359375F), x);
    r = _mm256_fnmadd_ps(n, _mm256_set1_ps(-2.12194440e-4F), r);
    __m256 p = _mm256_set1_ps(1.9875691500E-4F);
    p = _mm256_fmadd_ps(p, r, _mm256_set1_ps(1.3981999507E-3F));
    p = _mm256_fmadd_ps(p, r, _mm256_set1_ps(8.3334519073E-3F));
    p = _mm256_fmadd_ps(p, r, _mm256_set1_ps(4.1665795894E-2F));
    p = _mm256_fmadd_ps(p, r, _mm256_set1_ps(1.6666665459E-1F));
    p = _mm256_fmadd_ps(p, r, _mm256_set1_ps(5.0000001201E-1F));
    p = _mm256_fmadd_ps(p, _mm256_mul_ps(r, r), _mm256_add_ps(r, one));
    const __m256i exponent =
        _mm256_slli_epi32(_mm256_add_epi32(_mm256_cvtps_epi32(n), _mm256_set1_epi32(127)), 23);
    return _mm256_mul_ps(p, _mm256_castsi256_ps(exponent));
}

// Applies the activation to `count` registers; the formulas are beside ir::ActivationKind.
template <int Count>
inline void activate(const ir::Activation& activation, __m256* x) {
    const __m256 zero = _mm256_setzero_ps();
    const __m256 three = _mm256_set1_ps(3.0F);
    const __m256 six = _mm256_set1_ps(6.0F);
    const __m256 alpha = _mm256_set1_ps(activation.alpha);
    switch (activation.kind) {
        case ir::ActivationKind::kRelu:
            for (int i = 0; i < Count; ++i)
                x[i] = _mm256_max_ps(x[i], zero);
            return;
        case ir::ActivationKind::kRelu6:
            for (int i = 0; i < Count; ++i)
                x[i] = _mm256_min_ps(_mm256_max_ps(x[i], zero), six);
            return;
        case ir::ActivationKind::kLeakyRelu:
            for (int i = 0; i < Count; ++i)
                x[i] = _mm256_blendv_ps(x[i], _mm256_mul_ps(x[i], alpha), x[i]);
            return;
        case ir::ActivationKind::kHardSwish:
            for (int i = 0; i < Count; ++i) {
                const __m256 gate = _mm256_min_ps(_mm256_max_ps(_mm256_add_ps(x[i], three), zero), six);
                x[i] = _mm256_mul_ps(_mm256_mul_ps(x[i], alpha), gate);
            }
            return;
        case ir::ActivationKind::kHardSigmoid:
            for (int i = 0; i < Count; ++i) {
                const __m256 gate = _mm256_min_ps(_mm256_max_ps(_mm256_add_ps(x[i], three), zero), six);
                x[i] = _mm256_mul_ps(alpha, gate);
            }
            return;
        case ir::ActivationKind::kSigmoid:
            for (int i = 0; i < Count; ++i) {
                const __m256 one = _mm256_set1_ps(1.0F);
                x[i] = _mm256_div_ps(one, _mm256_add_ps(one, exp(_mm256_sub_ps(zero, x[i]))));
            }
            return;
        default:
            return;
    }
}

}  // namespace mosaic::avx2
