// What it adds that staff speak to customers, from facts: report/effect.h with customers' stands for
// occasions. Pure functions; any thread.
#pragma once

#include <cstdint>
#include <functional>

#include "base/time.h"
#include "report/effect.h"
#include "report/staff_day.h"

namespace vitrina::report {

struct StaffEffect {
    Effect bought;  // the share who bought
    Effect spent;   // minor units of money
};

/// An hour of the shop's own days.
struct ShopHour {
    std::int64_t day = 0;  // since 1970-01-01
    int hour = 0;          // of the clock, 0 to 23
};
using HourOf = std::function<ShopHour(UtcTime)>;

/// Alike are stands that begin in the same hour of the same day in the same zone: on busy days people buy
/// more and are spoken to less. Where fewer than two of them are left alone, alike are those of the same hour
/// of the same weekday. A customer to whom staff came is compared with those who had stood there as long and
/// to whom nobody had come in their visit until then.
/// Who went to staff by himself chose to: he counts as one to whom nobody had come until then, and is taken
/// to have gained as much by it. Stands after somebody's first talk are left out.
[[nodiscard]] StaffEffect staff_effect(const StaffFacts& facts, const HourOf& hour_of);
/// What one member adds to the share who bought; customers whom others spoke to first are taken to have
/// gained as much by that.
[[nodiscard]] Effect bought_effect(const StaffFacts& facts, const HourOf& hour_of, std::int64_t member);

}  // namespace vitrina::report
