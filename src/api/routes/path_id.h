// The number of a record that an address names. A pure function; any thread.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "api/http.h"

namespace vitrina::api {

/// {id} of the request's pattern; nothing where it is none that a record has: those are 1 and more.
[[nodiscard]] std::optional<std::int64_t> id_of(const Request& request);
/// The same of another part of the address.
[[nodiscard]] std::optional<std::int64_t> number_of(std::string_view text);

}  // namespace vitrina::api
