// The file with the sealing key: one line of text, mode 0600. Private to this folder.
//
// Any thread, any process: two that make the same file at once end up with the same key.
#pragma once

#include <array>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>

#include "base/result.h"

namespace vitrina::privacy {

using KeyBytes = std::array<unsigned char, 32>;

/// The key in the file; where there is none, a new one, which is on the disk when this returns. Fails when
/// the file is not a key, can be used by others than its owner, can't be read or can't be made.
[[nodiscard]] Result<void> read_or_make_key(const std::filesystem::path& file, KeyBytes& key);

/// The same, but for making one.
[[nodiscard]] Result<void> read_key_file(const std::filesystem::path& file, KeyBytes& key);

/// All that is in the file; nothing where there is none. Fails when one is there and can't be read.
[[nodiscard]] Result<std::optional<std::string>> read_private(const std::filesystem::path& file);
/// A file of its owner's alone with this text, on the disk when this returns. What was there is replaced.
[[nodiscard]] Result<void> write_private(const std::filesystem::path& file, std::string_view text);
/// The same at the end of a file that is there.
[[nodiscard]] Result<void> append_private(const std::filesystem::path& file, std::string_view text);
/// So that what was put into the folder, or renamed in it, stays when the power goes.
void sync_folder_of(const std::filesystem::path& file);

}  // namespace vitrina::privacy
