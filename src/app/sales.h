// Receipts as JSON lines (docs/simulation.md), and which goods lie at which fixture, to what was sold where.
// One thread.
#pragma once

#include <cstdint>
#include <filesystem>
#include <vector>

#include "base/result.h"
#include "domain/plan.h"
#include "report/sales.h"

namespace vitrina::app {

/// `planogram`: CSV, sku and fixture; `zones`: of each fixture, a bit for each zone. Errors say the line.
[[nodiscard]] Result<report::Sales> load_sales(const std::filesystem::path& receipts,
                                               const std::filesystem::path& planogram, const Plan& plan,
                                               const std::vector<std::uint64_t>& zones);

}  // namespace vitrina::app
