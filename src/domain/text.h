// Text as people write it: UTF-8. Pure functions; any thread.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace vitrina {

/// The code points of UTF-8 text; empty when it is not well formed.
[[nodiscard]] std::optional<std::u32string> decode_utf8(std::string_view text);

/// `text` as a JSON string with its quotes. Bytes that are not UTF-8 become U+FFFD.
[[nodiscard]] std::string json_quoted(std::string_view text);

}  // namespace vitrina
