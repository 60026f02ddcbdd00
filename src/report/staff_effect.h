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

/// Alike are stands that begin in the same hour of a day in the same zone, and a customer to whom staff came
/// is compared with those who had stood there as long and to whom nobody had come in their visit until then.
/// Who went to staff by himself chose to: he counts as one to whom nobody had come until then, and is taken
/// to have gained as much by it. Stands after somebody's first talk are left out. `hour_of`: of the shop's
/// day.
[[nodiscard]] StaffEffect staff_effect(const StaffFacts& facts, const std::function<int(UtcTime)>& hour_of);
/// What one member adds to the share who bought; customers whom others spoke to first are taken to have
/// gained as much by that.
[[nodiscard]] Effect bought_effect(const StaffFacts& facts, const std::function<int(UtcTime)>& hour_of,
                                   std::int64_t member);

}  // namespace vitrina::report
