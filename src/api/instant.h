// Instants as text: RFC 3339. Pure functions; any thread.
#pragma once

#include <string>
#include <string_view>

#include "base/result.h"
#include "base/time.h"

namespace vitrina::api {

/// "2026-11-23T17:18:39.123Z".
[[nodiscard]] std::string to_text(UtcTime instant);

/// An instant with or without a fraction, in UTC or with an offset, of the years 1970 to 9999; digits below
/// the millisecond are dropped. Fails (kConfiguration) with what would be right.
[[nodiscard]] Result<UtcTime> parse_instant(std::string_view text);

}  // namespace vitrina::api
