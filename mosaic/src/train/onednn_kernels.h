// The kernels on oneDNN, each for the operators that it takes: null for others. oneDNN's exceptions pass.
#pragma once

#include <memory>

#include "train/kernel.h"

namespace mosaic::train::onednn {

[[nodiscard]] std::unique_ptr<Kernel> make_convolution(const KernelRequest& request, const ir::Conv2d& conv,
                                                       bool depthwise);
[[nodiscard]] std::unique_ptr<Kernel> make_batch_norm(const KernelRequest& request, const BatchNorm& norm);
[[nodiscard]] std::unique_ptr<Kernel> make_pool(const KernelRequest& request, const ir::Pool& pool);

}  // namespace mosaic::train::onednn
