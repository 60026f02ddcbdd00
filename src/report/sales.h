// What was sold where. Plain data.
#pragma once

#include <cstdint>
#include <vector>

namespace vitrina::report {

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

}  // namespace vitrina::report
