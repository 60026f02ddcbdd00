#include "avx512/tile_products.h"
#include "avx512/tile_walk.h"

namespace mosaic::avx512 {

namespace {

// What follows the sums in whole tiles; all else goes through finish.h.
enum class Ending : std::uint8_t { kCut, kCutResidual, kHardSwish };

struct FloatProduct {
    using Register = __m512;
    static Register start(const float* bias) { return _mm512_loadu_ps(bias); }
    static Register load(const std::byte* at) { return _mm512_loadu_ps(at); }
    static Register repeat(const std::byte* at) {
        return _mm512_set1_ps(*reinterpret_cast<const float*>(at));
    }
    static Register add(Register sum, Register units, Register weights) {
        return _mm512_fmadd_ps(units, weights, sum);
    }
    static __m512 scaled(Register sum, __m512 /*scale*/, __m512 /*bias*/) { return sum; }
    template <int Rows, int Vectors>
    static WholeTile whole_tile(const Tiles& tiles, bool has_residual);
};

// With few channels of the source a detour through memory would cost as much as the sums.
template <int Rows, int Vectors, Ending End>
__attribute__((noinline)) void float_tile(const Tiles& tiles, const RowStart* starts,
                                          const std::byte* weights, std::int64_t channel, std::int64_t pixel,
                                          const std::byte* residual, std::byte* result) {
    __m512 sum[Rows][Vectors];
    sum_tile<FloatProduct, Rows, Vectors>(tiles, starts, weights, tiles.bias + channel, sum);
    constexpr std::int64_t kBytes = sizeof(float);
    const Bounds bounds = bounds_of(tiles.activation);
    const __m512 low = _mm512_set1_ps(bounds.low);
    const __m512 high = _mm512_set1_ps(bounds.high);
    const std::int64_t last_channel = channel + (Vectors - 1) * kVector;
    const __mmask16 last = first_lanes(std::min(tiles.out_channels - last_channel, kVector));
    std::byte* to = result + pixel * tiles.result.pixel_bytes + channel * kBytes;
    const std::byte* from = nullptr;
    if constexpr (End == Ending::kCutResidual)
        from = residual + pixel * tiles.residual.pixel_bytes + channel * kBytes;
#pragma GCC unroll 12
    for (int row = 0; row < Rows; ++row) {
#pragma GCC unroll 4
        for (int v = 0; v < Vectors; ++v) {
            const __mmask16 lanes = v == Vectors - 1 ? last : __mmask16{0xFFFF};
            const std::int64_t at = v * kVector * kBytes;
            __m512 x = sum[row][v];
            if constexpr (End == Ending::kCutResidual)
                x = _mm512_add_ps(x, _mm512_maskz_loadu_ps(lanes, from + at));
            if constexpr (End == Ending::kHardSwish) {
                x = hard_swish(x, tiles.activation.alpha);
            } else {
                x = _mm512_min_ps(_mm512_max_ps(x, low), high);
            }
            _mm512_mask_storeu_ps(to + at, lanes, x);
        }
        to += tiles.result.pixel_bytes;
        if constexpr (End == Ending::kCutResidual) from += tiles.residual.pixel_bytes;
    }
}

template <int Rows, int Vectors>
WholeTile FloatProduct::whole_tile(const Tiles& tiles, bool has_residual) {
    if (tiles.result.element != Element::kFloat) return nullptr;
    if (only_cuts(tiles.activation)) {
        if (!has_residual) return float_tile<Rows, Vectors, Ending::kCut>;
        return tiles.residual.element == Element::kFloat ? float_tile<Rows, Vectors, Ending::kCutResidual>
                                                         : nullptr;
    }
    const bool hard_swish = tiles.activation.kind == ir::ActivationKind::kHardSwish;
    return hard_swish && !has_residual ? float_tile<Rows, Vectors, Ending::kHardSwish> : nullptr;
}

}  // namespace

void run_float_tiles(const Tiles& tiles, std::int64_t panel_begin, std::int64_t panel_end, std::int64_t begin,
                     std::int64_t end, const std::byte* source, const std::byte* residual,
                     std::byte* result) {
    run_all<FloatProduct>(tiles, panel_begin, panel_end, begin, end, source, residual, result);
}

}  // namespace mosaic::avx512
