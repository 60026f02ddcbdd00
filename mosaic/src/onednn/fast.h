// Where the kernels of src/avx2 take over from oneDNN.
#pragma once

#include "onednn/backend.h"

namespace mosaic::onednn {

// Each returns false where the kernel doesn't apply; the caller goes on with oneDNN.
[[nodiscard]] Result<bool> lower_fast_convolution(OneDnnBackend& backend, Lowering& lowering,
                                                  std::size_t index);
[[nodiscard]] Result<bool> lower_fast_resize(OneDnnBackend& backend, Lowering& lowering, std::size_t index);

}  // namespace mosaic::onednn
