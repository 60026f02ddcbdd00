// Shares as they are answered. Pure functions; any thread.
#pragma once

#include <cstdint>

#include <nlohmann/json.hpp>

namespace vitrina::api {

/// A share with its 95 % interval (Wilson); null where there is nothing to share, and where the part is
/// larger than the whole: then one of both was miscounted, and no share is true.
[[nodiscard]] nlohmann::ordered_json share_of(std::int64_t part, std::int64_t whole);

}  // namespace vitrina::api
