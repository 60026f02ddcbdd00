// What the last bytes of a file say about whether it is whole, for containers that promise nothing at their
// beginning. Private to this folder.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "video/ffmpeg_handles.h"

namespace vitrina::video {

/// Why a file that ends in `tail` is cut. `container` is FFmpeg's name. Nothing when it is whole, or when
/// nobody can tell: for other containers, and where the tail is damaged.
[[nodiscard]] std::optional<std::string> why_tail_is_cut(std::string_view container,
                                                         std::span<const std::uint8_t> tail);

/// The same of an opened file. Moves its reading position.
[[nodiscard]] std::optional<std::string> why_tail_is_cut(AVFormatContext& format);

}  // namespace vitrina::video
