// `vitrina simulate`: a simulated shop's days as its cameras see them, with the truth beside them.
#pragma once

#include <cstdint>
#include <filesystem>

#include "base/result.h"

namespace vitrina::app {

struct SimulateRequest {
    std::filesystem::path shop;  // docs/simulation.md
    std::filesystem::path out;   // a folder
    std::uint64_t seed = 1;
    bool join = false;  // track and join people too, as the running shop would
};

[[nodiscard]] Result<void> simulate(const SimulateRequest& request);

}  // namespace vitrina::app
