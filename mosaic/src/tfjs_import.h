// Reads TensorFlow.js graph models into the compiler's graph. See mosaic/graph.h for what is an error.
#pragma once

#include <cstddef>
#include <filesystem>
#include <span>
#include <string_view>

#include "ir.h"

namespace mosaic::tfjs {

[[nodiscard]] Result<ir::Graph> load(const std::filesystem::path& json_path);
[[nodiscard]] Result<ir::Graph> parse(std::string_view json, std::span<const std::byte> weights);

}  // namespace mosaic::tfjs
