// Pictures as bytes: what Dataset needs besides read_picture.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "mosaic/dataset.h"

namespace mosaic::train {

[[nodiscard]] Result<std::vector<std::uint8_t>> read_bytes(const std::filesystem::path& path);
// Errors don't name a file.
[[nodiscard]] Result<Picture> decode_picture(std::span<const std::uint8_t> bytes, std::int64_t side_min);

[[nodiscard]] Result<std::vector<std::uint8_t>> encode_png(const Picture& picture);

}  // namespace mosaic::train
