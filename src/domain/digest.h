// A short fingerprint of text, the same everywhere. Pure function; any thread.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace vitrina {

/// BLAKE2b of `content` as 2 * `length` lowercase hex digits, `length` from 1 to 16. Shorter than 16 bytes it
/// tells things apart; it doesn't keep secrets.
[[nodiscard]] std::string hex_digest(std::string_view content, std::size_t length);

}  // namespace vitrina
