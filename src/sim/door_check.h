// Whether the lines of a plan count everybody who comes in: what a drawing easily gets wrong. One thread.
#pragma once

#include <cstddef>

#include "domain/plan.h"
#include "sim/sites.h"

namespace vitrina::sim {

struct DoorCheck {
    std::size_t ways = 0;     // from an entrance to a place where customers stand
    std::size_t counted = 0;  // of them, those that go over lines once more inwards than outwards
};

[[nodiscard]] DoorCheck check_doors(const Plan& plan, Sites& sites);

}  // namespace vitrina::sim
