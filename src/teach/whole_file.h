// Files that are whole or not there: written beside their place, brought to the disk, moved there. Any
// thread, as long as no two write the same file.
#pragma once

#include <cstdint>
#include <filesystem>
#include <span>
#include <string>
#include <string_view>

#include "base/result.h"

namespace vitrina::teach {

/// Makes the folders above it. On failure (a full disk, no permission) what was there before stays, and no
/// part of the new is left behind; the error names the file and the reason.
[[nodiscard]] Result<void> write_whole(const std::filesystem::path& path, std::string_view bytes);

/// Fails where it is missing, can't be read or is larger than `bytes_max`.
[[nodiscard]] Result<std::string> read_whole(const std::filesystem::path& path, std::uintmax_t bytes_max);

}  // namespace vitrina::teach
