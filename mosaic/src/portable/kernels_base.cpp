#include "portable/kernels_body.h"

namespace mosaic::portable {

const Kernels& base_kernels() {
    static constexpr Kernels kKernels{"portable vectors", run_tiles, run_depthwise};
    return kKernels;
}

const Kernels& kernels() {
#if defined(__x86_64__)
    if (__builtin_cpu_supports("avx2") != 0 && __builtin_cpu_supports("fma") != 0) return avx2_kernels();
#endif
    return base_kernels();
}

}  // namespace mosaic::portable
