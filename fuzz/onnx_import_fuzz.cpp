// Fuzzes the import of ONNX models, and compiling and running what was imported. Input: the file.
#include <cstddef>
#include <cstdint>
#include <span>

#include "compile_and_run.h"

// NOLINTNEXTLINE(readability-identifier-naming): libFuzzer's name
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size);

// NOLINTNEXTLINE(readability-identifier-naming): libFuzzer's name
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using vitrina::fuzz::kOpenSize;
    const auto graph = mosaic::Graph::parse_onnx(std::as_bytes(std::span(data, size)));
    if (graph) {
        vitrina::fuzz::compile_and_run(
            *graph, {mosaic::Shape{kOpenSize, kOpenSize}, mosaic::Shape{1, 3, kOpenSize, kOpenSize}});
    }
    return 0;
}
