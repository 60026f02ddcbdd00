// Compiled for AVX2 and FMA.
#include "portable/kernels_body.h"

namespace mosaic::portable {

const Kernels& avx2_kernels() {
    static constexpr Kernels kKernels{"portable vectors, avx2", run_tiles, run_depthwise};
    return kKernels;
}

}  // namespace mosaic::portable
