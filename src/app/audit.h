// `vitrina audit`: what audits of a shop say of its counts, and opening and closing one, beside a running
// server.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>

#include "base/result.h"

namespace vitrina::app {

struct AuditRequest {
    std::filesystem::path config;
    std::string action = "report";  // report, open, close
    int minutes = 1440;             // of a new audit
    int clips = 12;                 // of each stratum
    std::int64_t seed = 0;          // 0: the moment's
    bool json = false;
};

[[nodiscard]] Result<void> audit(const AuditRequest& request);

}  // namespace vitrina::app
