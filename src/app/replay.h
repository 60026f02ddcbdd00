// `vitrina replay`: facts again, from the paths that were stored; may run beside the server.
#pragma once

#include <filesystem>
#include <string>

#include "base/result.h"

namespace vitrina::app {

struct ReplayRequest {
    std::filesystem::path config;
    std::string from;    // instants, RFC 3339
    std::string to;      // empty: now
    std::string camera;  // empty: all that have paths
    int threads = 2;
};

[[nodiscard]] Result<void> replay(const ReplayRequest& request);

}  // namespace vitrina::app
