// Graphs as ONNX models.
#pragma once

#include <filesystem>

#include "ir.h"

namespace mosaic::onnx {

// Opset 17. The graph's shapes must have been inferred, and only the passes run that Exporter knows the
// results of: no residuals or input scales in convolutions.
[[nodiscard]] Result<void> save(const ir::Graph& graph, const std::filesystem::path& path);

}  // namespace mosaic::onnx
