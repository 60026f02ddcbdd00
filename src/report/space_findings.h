// What is wrong with a zoning: each finding with the figures that say so, in no language. Pure functions; any
// thread.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "domain/plan.h"
#include "insight/space.h"
#include "report/sales.h"

namespace vitrina::report {

/// Of fewer people shares say little.
inline constexpr std::int64_t kFewPeople = 100;

struct Finding {
    enum class Kind : std::uint8_t {
        kOffTheWay,      // few of the visitors come there
        kWalkedThrough,  // few of those who pass stop
        kSellsLittle,    // few of those who stop buy
        kDeadFloor,      // a stretch of floor that is hardly entered
    };
    Kind kind = Kind::kOffTheWay;
    std::size_t zone = 0;    // of the plan; not of kDeadFloor
    std::int64_t part = 0;   // people, or receipts of kSellsLittle
    std::int64_t whole = 0;  // of so many
    double share = 0;
    double usual = 0;  // in this shop
    std::int64_t touched = 0;
    insight::DeadArea area;  // of kDeadFloor
};

/// "off_the_way", "walked_through", "sells_little", "dead_floor".
[[nodiscard]] std::string_view to_text(Finding::Kind kind);

/// Departments in the plan's order, then the largest dead floors.
[[nodiscard]] std::vector<Finding> findings_of(const Plan& plan, const insight::SpaceUse& use,
                                               const std::optional<Sales>& sales);

}  // namespace vitrina::report
