// The table of all routes, as docs/api.md and openapi.json describe them.
#pragma once

#include <cstdint>

#include "api/router.h"

namespace vitrina::api {

/// Who may read /metrics.
enum class Metrics : std::uint8_t {
    kForOwner,  // administrators and their tokens
    kPublic,    // whoever reaches the port: for a Prometheus in a network of its own
};

[[nodiscard]] Router all_routes(Metrics metrics = Metrics::kForOwner);

}  // namespace vitrina::api
