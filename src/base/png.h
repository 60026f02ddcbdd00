// PNG in and out. The same pixels give the same bytes. Any thread.
#pragma once

#include <cstdint>
#include <filesystem>
#include <span>
#include <vector>

#include "base/result.h"

namespace vitrina {

/// 8-bit RGB pixels, interleaved, rows from the top without padding.
struct RgbImage {
    int width = 0;
    int height = 0;
    std::vector<std::uint8_t> rgb;
};

/// What is see-through is white. Fails (kConfiguration) for what is no PNG, is damaged, or has more pixels;
/// these are counted before anything is decoded.
[[nodiscard]] Result<RgbImage> read_png(std::span<const std::uint8_t> bytes, std::int64_t pixels_max);

/// The bytes of a PNG file.
[[nodiscard]] Result<std::vector<std::uint8_t>> encode_png(const RgbImage& image);

/// Writes 8-bit RGB pixels, interleaved, rows from the top without padding: rgb.size() == width * height * 3.
/// Fails with the reason and the path when the file can't be written whole (a full disk too); no part of it
/// is left behind then.
[[nodiscard]] Result<void> write_png(const std::filesystem::path& path, int width, int height,
                                     std::span<const std::uint8_t> rgb);

}  // namespace vitrina
