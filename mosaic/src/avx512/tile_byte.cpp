#include <cstring>

#include "avx512/tile_products.h"
#include "avx512/tile_walk.h"

namespace mosaic::avx512 {

namespace {

// Unsigned bytes times signed ones, four products to a sum of 32 bits (AVX512-VNNI).
struct ByteProduct {
    using Register = __m512i;
    static Register start(const float* /*bias*/) { return _mm512_setzero_si512(); }
    static Register load(const std::byte* at) { return _mm512_loadu_si512(at); }
    static Register repeat(const std::byte* at) {
        std::int32_t unit = 0;
        std::memcpy(&unit, at, sizeof(unit));
        return _mm512_set1_epi32(unit);
    }
    static Register add(Register sum, Register units, Register weights) {
        // As an instruction: GCC 12 surrounds the intrinsic with copies of registers.
        asm("vpdpbusd %2, %1, %0" : "+v"(sum) : "v"(units), "v"(weights));
        return sum;
    }
    static __m512 scaled(Register sum, __m512 scale, __m512 bias) {
        return _mm512_fmadd_ps(_mm512_cvtepi32_ps(sum), scale, bias);
    }
    template <int Rows, int Vectors>
    static WholeTile whole_tile(const Tiles& /*tiles*/, bool /*has_residual*/) {
        return nullptr;
    }
};

}  // namespace

void run_byte_tiles(const Tiles& tiles, std::int64_t panel_begin, std::int64_t panel_end, std::int64_t begin,
                    std::int64_t end, const std::byte* source, const std::byte* residual, std::byte* result) {
    run_all<ByteProduct>(tiles, panel_begin, panel_end, begin, end, source, residual, result);
}

}  // namespace mosaic::avx512
