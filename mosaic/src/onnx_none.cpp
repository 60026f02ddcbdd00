// Stands in for src/onnx in a build without it.
#include "onnx/export.h"
#include "onnx/import.h"

namespace mosaic::onnx {

Result<std::unique_ptr<const GraphSource>> load(const std::filesystem::path& path) {
    return failure(path.string() + ": neither a TensorFlow.js model, nor was mosaic built with ONNX");
}

Result<std::unique_ptr<const GraphSource>> parse(std::span<const std::byte>) {
    return failure("mosaic was built without ONNX");
}

Result<void> save(const ir::Graph&, const std::filesystem::path&, const Calibration*) {
    return failure("mosaic was built without ONNX");
}

std::vector<std::string> supported_operators() {
    return {};
}

}  // namespace mosaic::onnx
