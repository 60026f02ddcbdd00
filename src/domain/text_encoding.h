// Text of unknown encoding, as tills and office programs write it, as UTF-8. Pure functions; any thread.
#pragma once

#include <string>
#include <string_view>

#include "base/result.h"

namespace vitrina {

/// UTF-8 without byte order mark. UTF-16 is told by its mark, or by the zero bytes of its ASCII characters;
/// what is well-formed UTF-8 is that; everything else is Windows-1251. Fails (kConfiguration) for UTF-16
/// that is cut or has half a surrogate pair ("line 3: ..."), and for bytes that Windows-1251 doesn't have.
[[nodiscard]] Result<std::string> to_utf8(std::string_view bytes);

/// One code point, which must be a Unicode scalar value.
void append_utf8(std::string& text, char32_t point);

}  // namespace vitrina
