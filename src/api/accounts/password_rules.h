// What a password must be. Length is what counts (NIST SP 800-63B); beyond that only what guessers try first
// is refused: common words, walks along the keyboard, the user's own name. Nothing has to be mixed in.
// Pure functions, any thread. Private to this folder.
#pragma once

#include <cstddef>
#include <optional>
#include <string>

#include "api/accounts/refusal.h"

namespace vitrina::api {

inline constexpr std::size_t kPasswordLengthMin = 10;   // characters
inline constexpr std::size_t kPasswordLengthMax = 128;  // longer than any that is typed or generated

/// Why `name` can't have this password; nothing when he can.
[[nodiscard]] std::optional<Refusal> check_new_password(const std::string& name, const std::string& password);

}  // namespace vitrina::api
