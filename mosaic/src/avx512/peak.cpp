#include "avx512/peak.h"

#include "peak_timing.h"

namespace mosaic::avx512 {

namespace {

// What another function left there could be numbers that the processor is slow with.
void clear_registers() {
    asm volatile(
        "vpxord %%zmm0, %%zmm0, %%zmm0\n\t vpxord %%zmm1, %%zmm1, %%zmm1\n\t"
        "vpxord %%zmm2, %%zmm2, %%zmm2\n\t vpxord %%zmm3, %%zmm3, %%zmm3\n\t"
        "vpxord %%zmm4, %%zmm4, %%zmm4\n\t vpxord %%zmm5, %%zmm5, %%zmm5\n\t"
        "vpxord %%zmm6, %%zmm6, %%zmm6\n\t vpxord %%zmm7, %%zmm7, %%zmm7\n\t"
        "vpxord %%zmm8, %%zmm8, %%zmm8\n\t vpxord %%zmm9, %%zmm9, %%zmm9\n\t"
        "vpxord %%zmm10, %%zmm10, %%zmm10\n\t vpxord %%zmm11, %%zmm11, %%zmm11\n\t"
        "vpxord %%zmm30, %%zmm30, %%zmm30\n\t vpxord %%zmm31, %%zmm31, %%zmm31\n\t" ::
            : "xmm0", "xmm1", "xmm2", "xmm3", "xmm4", "xmm5", "xmm6", "xmm7", "xmm8", "xmm9", "xmm10",
              "xmm11");
}

// Twelve sums, each of which waits for nothing but itself.
#define MOSAIC_TWELVE(instruction)                                                                       \
    asm volatile(instruction                                                                             \
                 " %%zmm30, %%zmm31, %%zmm0\n\t" instruction " %%zmm30, %%zmm31, %%zmm1\n\t" instruction \
                 " %%zmm30, %%zmm31, %%zmm2\n\t" instruction " %%zmm30, %%zmm31, %%zmm3\n\t" instruction \
                 " %%zmm30, %%zmm31, %%zmm4\n\t" instruction " %%zmm30, %%zmm31, %%zmm5\n\t" instruction \
                 " %%zmm30, %%zmm31, %%zmm6\n\t" instruction " %%zmm30, %%zmm31, %%zmm7\n\t" instruction \
                 " %%zmm30, %%zmm31, %%zmm8\n\t" instruction " %%zmm30, %%zmm31, %%zmm9\n\t" instruction \
                 " %%zmm30, %%zmm31, %%zmm10\n\t" instruction " %%zmm30, %%zmm31, %%zmm11\n\t" ::        \
                     : "xmm0", "xmm1", "xmm2", "xmm3", "xmm4", "xmm5", "xmm6", "xmm7", "xmm8", "xmm9",   \
                       "xmm10", "xmm11")

void twelve(Element element) {
    switch (element) {
        case Element::kFloat:
            MOSAIC_TWELVE("vfmadd231ps");
            return;
        case Element::kBFloat:
            MOSAIC_TWELVE("vdpbf16ps");
            return;
        case Element::kByte:
            MOSAIC_TWELVE("vpdpbusd");
            return;
    }
}

}  // namespace

double peak_round(Element element) {
    // Long enough for the wide registers to be switched on.
    constexpr int kLoops = 20000;
    constexpr double kTwelve = 12;
    clear_registers();
    for (int i = 0; i < kLoops; ++i)
        twelve(element);
    return 2.0 * kTwelve * static_cast<double>(kVector * elements_per_unit(element)) * kLoops;
}

double peak_gflops(Element element) {
    return best_gigas([&] { return peak_round(element); });
}

}  // namespace mosaic::avx512
