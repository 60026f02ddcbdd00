// NumPy's .npy files, version 1.0, little-endian, C order.
// Format: https://numpy.org/doc/stable/reference/generated/numpy.lib.format.html
#pragma once

#include <filesystem>

#include "mosaic/tensor.h"

namespace mosaic {

// Reads <f4, <i4, |b1 and |u1 (as int32). Errors name the file.
[[nodiscard]] Result<Tensor> read_npy(const std::filesystem::path& path);
[[nodiscard]] Result<void> write_npy(const std::filesystem::path& path, const TensorView& tensor);

}  // namespace mosaic
