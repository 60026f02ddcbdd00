// Whole files into memory.
#pragma once

#include <cstddef>
#include <filesystem>
#include <vector>

#include "mosaic/error.h"

namespace mosaic {

// Appends the file's content to `bytes`. Fails, naming the file, if it isn't a regular file, can't be read or
// is larger than `bytes_max`.
[[nodiscard]] Result<void> append_file(const std::filesystem::path& path, std::uintmax_t bytes_max,
                                       std::vector<std::byte>& bytes);

}  // namespace mosaic
