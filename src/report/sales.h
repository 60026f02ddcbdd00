// What was sold where. Plain data, and a pure function; any thread.
#pragma once

#include <cstdint>
#include <set>
#include <span>
#include <string>
#include <vector>

#include "domain/plan.h"

namespace vitrina::report {

struct Sales {
    struct OfFixture {
        std::int64_t receipts = 0;  // on which something of it stands
        double quantity = 0;
        std::int64_t amount_minor = 0;
        bool stocked = true;  // false: the planogram doesn't say what lies there
    };
    std::int64_t receipts = 0;
    std::int64_t amount_minor = 0;
    std::int64_t repeated = 0;                // receipts that came again, not counted
    std::vector<OfFixture> fixtures;          // in the plan's order
    std::vector<std::int64_t> zone_receipts;  // in the plan's order: with something that lies in the zone
    /// A bit for each zone in which the planogram says that goods lie: of others nothing is known.
    std::uint64_t stocked_zones = ~std::uint64_t{0};
    double unplaced = 0;  // sold, and not in the planogram
};

/// A line of a receipt, by where its goods lie.
struct SoldLine {
    std::int64_t receipt = 0;  // its number
    std::string shelf;         // empty: nobody said
    double quantity = 0;       // here and below less than 0 for a return
    std::int64_t amount_minor = 0;
    bool is_sale = true;
};

/// `lines` by receipts; `zones` of each fixture, a bit for each (zones_of_fixtures()); `stocked`: shelves of
/// the planogram, which are fixtures of the plan by their names. Returns lower quantities and amounts;
/// receipts are sales.
[[nodiscard]] Sales sales_of(const Plan& plan, std::span<const std::uint64_t> zones,
                             std::span<const SoldLine> lines, const std::set<std::string>& stocked);

}  // namespace vitrina::report
