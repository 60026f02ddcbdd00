// The program's figures for Prometheus. Any thread.
#pragma once

#include <string>

#include "api/services.h"
#include "base/result.h"

namespace vitrina::api {

/// In Prometheus' text format.
[[nodiscard]] Result<std::string> metrics_text(const Services& services);

}  // namespace vitrina::api
