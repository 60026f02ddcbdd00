#include "report/sales.h"

#include <algorithm>
#include <bit>
#include <set>
#include <unordered_map>
#include <utility>

namespace vitrina::report {

Sales sales_of(const Plan& plan, std::span<const std::uint64_t> zones, std::span<const SoldLine> lines,
               const std::set<std::string>& stocked) {
    Sales sales;
    sales.fixtures.resize(plan.fixtures.size());
    sales.zone_receipts.resize(plan.zones.size());
    sales.stocked_zones = 0;
    std::unordered_map<std::string, std::size_t> fixtures;
    for (std::size_t i = 0; i < plan.fixtures.size(); ++i) {
        sales.fixtures[i].stocked = stocked.contains(plan.fixtures[i].name);
        if (!sales.fixtures[i].stocked) continue;
        fixtures.emplace(plan.fixtures[i].name, i);
        sales.stocked_zones |= zones[i];
    }
    for (std::size_t begin = 0; begin < lines.size();) {
        std::set<std::size_t> of_receipt;
        std::uint64_t in_zones = 0;
        std::size_t end = begin;
        for (; end < lines.size() && lines[end].receipt == lines[begin].receipt; ++end) {
            const SoldLine& line = lines[end];
            sales.amount_minor += line.amount_minor;
            const auto fixture = fixtures.find(line.shelf);
            if (fixture == fixtures.end()) {
                sales.unplaced += line.quantity;
                continue;
            }
            sales.fixtures[fixture->second].quantity += line.quantity;
            sales.fixtures[fixture->second].amount_minor += line.amount_minor;
            of_receipt.insert(fixture->second);
            in_zones |= zones[fixture->second];
        }
        if (lines[begin].is_sale) {
            ++sales.receipts;
            for (const std::size_t fixture : of_receipt)
                ++sales.fixtures[fixture].receipts;
            for (; in_zones != 0; in_zones &= in_zones - 1)
                ++sales.zone_receipts[static_cast<std::size_t>(std::countr_zero(in_zones))];
        }
        begin = end;
    }
    return sales;
}

}  // namespace vitrina::report
