// Days of a simulated shop's life: sightings, receipts and the truth, as files (docs/simulation.md).
#pragma once

#include <cstdint>
#include <filesystem>

#include "base/result.h"
#include "sim/shop.h"

namespace vitrina::app {

/// `shop` has a behaviour. `out` is there.
[[nodiscard]] Result<void> simulate_days(const sim::Shop& shop, std::uint64_t seed,
                                         const std::filesystem::path& out);

}  // namespace vitrina::app
