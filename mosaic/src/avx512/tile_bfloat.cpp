#include <cstring>

#include "avx512/tile_products.h"
#include "avx512/tile_walk.h"

namespace mosaic::avx512 {

namespace {

// Pairs of bfloat16, summed in float (AVX512-BF16).
struct BFloatProduct {
    using Register = __m512;
    static Register start(const float* /*bias*/) { return _mm512_setzero_ps(); }
    static Register load(const std::byte* at) { return _mm512_loadu_ps(at); }
    static Register repeat(const std::byte* at) {
        std::int32_t unit = 0;
        std::memcpy(&unit, at, sizeof(unit));
        return _mm512_castsi512_ps(_mm512_set1_epi32(unit));
    }
    static Register add(Register sum, Register units, Register weights) {
        asm("vdpbf16ps %2, %1, %0" : "+v"(sum) : "v"(units), "v"(weights));
        return sum;
    }
    static __m512 scaled(Register sum, __m512 /*scale*/, __m512 bias) { return _mm512_add_ps(sum, bias); }
    template <int Rows, int Vectors>
    static WholeTile whole_tile(const Tiles& /*tiles*/, bool /*has_residual*/) {
        return nullptr;
    }
};

}  // namespace

void run_bfloat_tiles(const Tiles& tiles, std::int64_t panel_begin, std::int64_t panel_end,
                      std::int64_t begin, std::int64_t end, const std::byte* source,
                      const std::byte* residual, std::byte* result) {
    run_all<BFloatProduct>(tiles, panel_begin, panel_end, begin, end, source, residual, result);
}

}  // namespace mosaic::avx512
