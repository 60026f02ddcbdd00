// What was sold where: receipts as JSON lines (docs/simulation.md), and which goods lie at which fixture. One
// thread.
#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <string>
#include <vector>

#include "base/result.h"
#include "domain/plan.h"

namespace vitrina::app {

struct Sales {
    struct OfFixture {
        std::int64_t receipts = 0;  // on which something of it stands
        double quantity = 0;
        std::int64_t amount_minor = 0;
    };
    std::int64_t receipts = 0;
    std::int64_t amount_minor = 0;
    std::int64_t repeated = 0;                // receipts that came again, not counted
    std::vector<OfFixture> fixtures;          // in the plan's order
    std::vector<std::int64_t> zone_receipts;  // in the plan's order: with something that lies in the zone
    double unplaced = 0;                      // sold, and not in the planogram
};

/// `planogram`: CSV, sku and fixture; `zones`: of each fixture, a bit for each zone. Errors say the line.
[[nodiscard]] Result<Sales> load_sales(const std::filesystem::path& receipts,
                                       const std::filesystem::path& planogram, const Plan& plan,
                                       const std::vector<std::uint64_t>& zones);

}  // namespace vitrina::app
