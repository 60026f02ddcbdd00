#include "portable_peak.h"

#include <atomic>

namespace mosaic {

namespace {

constexpr int kLanes = 4;  // every processor's registers hold as many
using Register = float __attribute__((vector_size(kLanes * sizeof(float))));

std::atomic<float> seen{0};  // so that nothing is left out

}  // namespace

double portable_peak_round() {
    constexpr int kSums = 12;
    constexpr int kLoops = 20000;
    const float start = 0.5F + seen.load(std::memory_order_relaxed) * 0.0F;  // known at run time only
    Register sums[kSums];
    const Register factor = Register{} + start;
    for (int s = 0; s < kSums; ++s)
        sums[s] = Register{} + static_cast<float>(s);
    for (int i = 0; i < kLoops; ++i) {
#pragma GCC unroll 12
        for (int s = 0; s < kSums; ++s)
            sums[s] = sums[s] * factor + factor;
    }
    float total = 0;
    for (const Register& sum : sums)
        total += sum[0];
    seen.store(total, std::memory_order_relaxed);
    return 2.0 * kSums * kLanes * kLoops;
}

}  // namespace mosaic
