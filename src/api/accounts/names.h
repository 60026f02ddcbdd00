// Names of users and tokens, and other text of theirs that gets into the records. Pure functions, any thread.
// Private to this folder.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

#include "api/accounts/refusal.h"

namespace vitrina::api {

inline constexpr std::size_t kNameLengthMax = 64;  // code points; more doesn't fit the screen

/// Capitals to small letters, of every alphabet.
[[nodiscard]] std::u32string folded(std::u32string text);
/// The same for UTF-8; what isn't UTF-8 stays as it is.
[[nodiscard]] std::string folded(std::string_view text);

/// Why it can't be a name: empty, too long, blanks around it, control characters.
[[nodiscard]] std::optional<Refusal> check_name(const std::string& name);

/// Foreign text for one line of the audit: ASCII, without control characters, not too long.
[[nodiscard]] std::string printable(std::string_view text);

}  // namespace vitrina::api
