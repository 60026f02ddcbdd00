#include "avx512/tile_products.h"
#include "avx512/tile_walk.h"

namespace mosaic::avx512 {

namespace {

struct FloatProduct {
    using Register = __m512;
    static Register zero() { return _mm512_setzero_ps(); }
    static Register load(const std::byte* at) { return _mm512_loadu_ps(at); }
    static Register repeat(const std::byte* at) {
        return _mm512_set1_ps(*reinterpret_cast<const float*>(at));
    }
    static Register add(Register sum, Register units, Register weights) {
        return _mm512_fmadd_ps(units, weights, sum);
    }
    static __m512 scaled(Register sum, __m512 /*scale*/, __m512 bias) { return _mm512_add_ps(sum, bias); }
};

}  // namespace

void run_float_tiles(const Tiles& tiles, std::int64_t panel_begin, std::int64_t panel_end, std::int64_t begin,
                     std::int64_t end, const std::byte* source, const std::byte* residual,
                     std::byte* result) {
    run_all<FloatProduct>(tiles, panel_begin, panel_end, begin, end, source, residual, result);
}

}  // namespace mosaic::avx512
