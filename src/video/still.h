// A photograph as somebody uploaded it: JPEG or PNG, from memory, upright, made smaller while it is decoded
// where it is larger than anybody needs. Pure function; any thread.
#pragma once

#include <cstdint>
#include <vector>

#include "base/result.h"
#include "domain/frame.h"

namespace vitrina::video {

/// What comes of a larger JPEG has at most so many pixels: 60 MB of RGB. A larger PNG is refused, because it
/// must be decoded whole.
inline constexpr std::int64_t kStillPixelsMax = 20'000'000;
/// Larger ones are refused whatever they are.
inline constexpr std::int64_t kStillPixelsTooMany = 120'000'000;
inline constexpr std::size_t kStillBytesMax = std::size_t{32} << 20;

/// Fails, with words for whoever chose the file, for what is no JPEG or PNG, is too large, moves, is cut off
/// or damaged.
[[nodiscard]] Result<Picture> read_still(const std::vector<std::uint8_t>& file);

}  // namespace vitrina::video
