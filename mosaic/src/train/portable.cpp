// In place of the fast kernels, in a build without oneDNN.
#include <algorithm>

#include "train/kernel.h"

namespace mosaic::train {

std::unique_ptr<Kernel> make_fast_kernel(const KernelRequest& /*request*/) {
    return nullptr;
}

void run_parallel(std::int64_t count, std::int64_t /*least*/, void (*body)(void*, std::int64_t, std::int64_t),
                  void* data) {
    body(data, 0, count);
}

void multiply(const Product& product, const float* a, const float* b, float* c) {
    for (std::int64_t i = 0; i < product.m; ++i) {
        float* row = c + i * product.n;
        if (!product.add) std::fill_n(row, product.n, 0.0F);
        for (std::int64_t k = 0; k < product.k; ++k) {
            const float factor = product.transpose_a ? a[k * product.m + i] : a[i * product.k + k];
            for (std::int64_t j = 0; j < product.n; ++j)
                row[j] += factor * (product.transpose_b ? b[j * product.k + k] : b[k * product.n + j]);
        }
    }
}

}  // namespace mosaic::train
