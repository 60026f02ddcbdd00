#include "portable_peak.h"

#include "peak_timing.h"

namespace mosaic {

namespace {

constexpr int kLanes = 4;  // every processor's registers hold as many
using Register = float __attribute__((vector_size(kLanes * sizeof(float))));

volatile float seen = 0;  // so that nothing is left out

}  // namespace

double portable_peak_gflops() {
    constexpr int kSums = 12;
    constexpr int kLoops = 20000;
    float start = 0.5F;
    return best_gigas(2.0 * kSums * kLanes * kLoops, [&] {
        Register sums[kSums];
        const Register factor = Register{} + start;
        for (int s = 0; s < kSums; ++s)
            sums[s] = Register{} + static_cast<float>(s);
        for (int i = 0; i < kLoops; ++i) {
#pragma GCC unroll 12
            for (int s = 0; s < kSums; ++s)
                sums[s] = sums[s] * factor + factor;
        }
        for (const Register& sum : sums)
            seen = seen + sum[0];
    });
}

}  // namespace mosaic
