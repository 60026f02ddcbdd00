// The JSON form of a floor plan (docs/layout.md, docs/layout.schema.json): read and checked, and written.
// Pure functions but for load_plan(); any thread.
#pragma once

#include <cstddef>
#include <filesystem>
#include <string>
#include <string_view>

#include "base/result.h"
#include "domain/plan.h"

namespace vitrina {

inline constexpr double kPlanSideMin = 0.5;  // m
inline constexpr double kPlanSideMax = 1000;
inline constexpr double kDrawingSideMax = 5000;  // m, of a drawing of which the plan is a part
inline constexpr std::size_t kWallsMax = 2048;   // a drawing's lines, each a wall
inline constexpr std::size_t kDoorsMax = 64;
inline constexpr std::size_t kFixturesMax = 512;
inline constexpr std::size_t kPlanCamerasMax = 64;  // as many as a shop may have
inline constexpr double kPlanZoneAreaMin = 0.01;    // square metres: less than a foot
inline constexpr double kPlanLineLengthMin = 0.1;   // m
inline constexpr double kCameraHeightMax = 50;      // m
inline constexpr double kDistortionMax = 0.5;       // of k1, either way: a fish-eye is -0.5

/// The plan in `json`; errors as parse_layout() has them.
[[nodiscard]] Result<Plan> parse_plan(std::string_view json, const std::string& name);

/// The plan in a file; a missing file or a directory is a kConfiguration error too.
[[nodiscard]] Result<Plan> load_plan(const std::filesystem::path& path);

/// The JSON form, laid out for reading. parse_plan() of it gives the same plan.
[[nodiscard]] std::string to_json(const Plan& plan);

}  // namespace vitrina
