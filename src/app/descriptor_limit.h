// How many files and sockets this program may have open. Called by one thread, before others begin.
#pragma once

#include <cstdint>

#include "api/server.h"

namespace vitrina::app {

/// For cameras (64, with two streams and four sockets each, over UDP), the records, the models and the log.
inline constexpr std::int64_t kDescriptorsKept = 640;
/// What the program asks for: all connections beside that, and as much again in reserve.
inline constexpr std::int64_t kDescriptorsWanted = 4096;
static_assert(kDescriptorsWanted >= 2 * (kDescriptorsKept + api::ServerLimits{}.connections_max));

/// Raises the limit as far as is wanted and the system lets us. What it is then.
[[nodiscard]] std::int64_t raise_descriptor_limit();

/// Connections that leave enough for everything else; never none.
[[nodiscard]] int connections_within(std::int64_t descriptors);

}  // namespace vitrina::app
