// A simulated shop's file (docs/simulation.md): read and checked. What is wrong is told with its line and
// key.
#pragma once

#include <filesystem>
#include <string>
#include <string_view>

#include "base/result.h"
#include "sim/shop.h"

namespace vitrina::app {

/// `path` is the file's own: the plan it names is beside it.
[[nodiscard]] Result<sim::Shop> parse_sim_shop(std::string_view text, const std::filesystem::path& path);

[[nodiscard]] Result<sim::Shop> load_sim_shop(const std::filesystem::path& path);

}  // namespace vitrina::app
