// TensorFlow.js graph models as sources of graphs. See mosaic/graph.h for what is an error.
#pragma once

#include <cstddef>
#include <filesystem>
#include <memory>
#include <span>
#include <string_view>

#include "graph_builder.h"

namespace mosaic::tfjs {

[[nodiscard]] Result<std::unique_ptr<const GraphSource>> load(const std::filesystem::path& json_path);
[[nodiscard]] Result<std::unique_ptr<const GraphSource>> parse(std::string_view json,
                                                               std::span<const std::byte> weights);

}  // namespace mosaic::tfjs
