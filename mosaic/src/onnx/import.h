// ONNX models of opset 7 to 21 as sources of graphs. See mosaic/graph.h for what is an error.
#pragma once

#include <filesystem>
#include <memory>
#include <span>

#include "graph_builder.h"

namespace mosaic::onnx {

[[nodiscard]] Result<std::unique_ptr<const GraphSource>> load(const std::filesystem::path& path);
// Without a folder: external data is an error.
[[nodiscard]] Result<std::unique_ptr<const GraphSource>> parse(std::span<const std::byte> bytes);

// Names of the operators that can be imported, sorted.
[[nodiscard]] std::vector<std::string> supported_operators();

}  // namespace mosaic::onnx
