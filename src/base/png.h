// PNG files out. The same pixels give the same bytes. Any thread.
#pragma once

#include <cstdint>
#include <filesystem>
#include <span>

#include "base/result.h"

namespace vitrina {

/// Writes 8-bit RGB pixels, interleaved, rows from the top without padding: rgb.size() == width * height * 3.
/// Fails with the reason and the path when the file can't be written whole (a full disk too); no part of it
/// is left behind then.
[[nodiscard]] Result<void> write_png(const std::filesystem::path& path, int width, int height,
                                     std::span<const std::uint8_t> rgb);

}  // namespace vitrina
