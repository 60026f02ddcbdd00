// In place of the fast kernels, in a build without oneDNN.
#include <algorithm>
#include <vector>

#include "train/kernel.h"

namespace mosaic::train {

std::unique_ptr<Kernel> make_fast_kernel(const KernelRequest& /*request*/) {
    return nullptr;
}

void run_parallel(std::int64_t count, std::int64_t /*least*/, void (*body)(void*, std::int64_t, std::int64_t),
                  void* data) {
    body(data, 0, count);
}

// Row by row, with whatever lies together in the inner loop.
void multiply(const Product& product, const float* a, const float* b, float* c) {
    std::vector<float> column(static_cast<std::size_t>(product.transpose_a ? product.k : 0));
    for (std::int64_t i = 0; i < product.m; ++i) {
        const float* factors = a + i * product.k;
        if (product.transpose_a) {
            for (std::size_t k = 0; k < column.size(); ++k)
                column[k] = a[static_cast<std::int64_t>(k) * product.m + i];
            factors = column.data();
        }
        float* __restrict row = c + i * product.n;
        if (!product.add) std::fill_n(row, product.n, 0.0F);
        if (product.transpose_b) {
            for (std::int64_t j = 0; j < product.n; ++j)
                row[j] += dot(factors, b + j * product.k, product.k);
            continue;
        }
        for (std::int64_t k = 0; k < product.k; ++k) {
            const float factor = factors[k];
            const float* from = b + k * product.n;
            for (std::int64_t j = 0; j < product.n; ++j)
                row[j] += factor * from[j];
        }
    }
}

}  // namespace mosaic::train
