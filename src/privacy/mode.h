// What the shop may know of who comes (docs/privacy.md). Plain values.
#pragma once

#include <cstdint>
#include <string_view>

namespace vitrina::privacy {

enum class Mode : std::uint8_t {
    kAnonymous,     // nothing that identifies outlives the visit, and nobody is compared to anybody
    kPseudonymous,  // that somebody was here today already; forgotten at the end of the day
    kRecognition,
};
/// Whom the mode kRecognition recognises.
enum class Whom : std::uint8_t { kEnrolledAndWatchlist, kAll };

/// "anonymous", "pseudonymous", "recognition"; "enrolled-and-watchlist", "all".
[[nodiscard]] std::string_view to_text(Mode mode);
[[nodiscard]] std::string_view to_text(Whom whom);

}  // namespace vitrina::privacy
