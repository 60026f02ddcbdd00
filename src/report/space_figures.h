// How a floor is used, as figures and in words. Pure functions; any thread.
#pragma once

#include <optional>
#include <string>

#include <nlohmann/json_fwd.hpp>

#include "domain/plan.h"
#include "insight/space.h"
#include "report/sales.h"

namespace vitrina::report {

[[nodiscard]] nlohmann::ordered_json space_json(const Plan& plan, const insight::Space& space,
                                                const insight::SpaceUse& use,
                                                const std::optional<Sales>& sales);

/// What is wrong with the zoning, each sentence with its figures (Markdown).
[[nodiscard]] std::string space_report(const Plan& plan, const insight::SpaceUse& use,
                                       const std::optional<Sales>& sales);

/// In which zones the floor before each fixture lies: a bit for each.
[[nodiscard]] std::vector<std::uint64_t> zones_of_fixtures(const Plan& plan,
                                                           const insight::FloorRaster& raster);

}  // namespace vitrina::report
