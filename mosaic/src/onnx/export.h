// Graphs as ONNX models.
#pragma once

#include <filesystem>

#include "ir.h"
#include "mosaic/calibration.h"

namespace mosaic::onnx {

// Opset 17. The graph's shapes must have been inferred, and only the passes run that Exporter knows the
// results of: no residuals or input scales in convolutions. With a calibration the layers that it doesn't
// keep in float compute with bytes, as engines recognise it: a pair of QuantizeLinear and DequantizeLinear
// before each of them, their weights as signed bytes with a scale for each result channel.
[[nodiscard]] Result<void> save(const ir::Graph& graph, const std::filesystem::path& path,
                                const Calibration* calibration);

}  // namespace mosaic::onnx
