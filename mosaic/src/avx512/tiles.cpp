#include "avx512/tiles.h"

#include "avx512/peak.h"
#include "avx512/tile_products.h"

namespace mosaic::avx512 {

bool supported(Element source) {
    const bool base = __builtin_cpu_supports("avx512f") != 0 && __builtin_cpu_supports("avx512bw") != 0 &&
                      __builtin_cpu_supports("avx512dq") != 0 && __builtin_cpu_supports("avx512vl") != 0;
    switch (source) {
        case Element::kFloat:
            return base;
        case Element::kBFloat:
            return base && __builtin_cpu_supports("avx512bf16") != 0;
        case Element::kByte:
            return base && __builtin_cpu_supports("avx512vnni") != 0;
    }
    return false;
}

bool bfloat_is_faster() {
    static const bool kFaster = [] {
        // Known processors do it at half or at twice the rate: nothing near the limit, so that what else the
        // machine does changes no plan.
        constexpr double kClearly = 1.25;
        if (!supported(Element::kBFloat)) return false;
        const double as_float = peak_gflops(Element::kFloat);
        return peak_gflops(Element::kBFloat) > kClearly * as_float;
    }();
    return kFaster;
}

void run_tiles(const Tiles& tiles, std::int64_t panel_begin, std::int64_t panel_end, std::int64_t begin,
               std::int64_t end, const std::byte* source, const std::byte* residual, std::byte* result) {
    switch (tiles.element) {
        case Element::kFloat:
            return run_float_tiles(tiles, panel_begin, panel_end, begin, end, source, residual, result);
        case Element::kBFloat:
            return run_bfloat_tiles(tiles, panel_begin, panel_end, begin, end, source, residual, result);
        case Element::kByte:
            return run_byte_tiles(tiles, panel_begin, panel_end, begin, end, source, residual, result);
    }
}

}  // namespace mosaic::avx512
