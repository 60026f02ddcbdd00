// Fuzzes the import of TensorFlow.js graph models, and compiling and running what was imported.
// Input: four bytes (little-endian) with the length of the JSON text, the text, the rest is the weights. An
// input whose length doesn't fit is taken as JSON altogether.
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string_view>

#include "compile_and_run.h"

// NOLINTNEXTLINE(readability-identifier-naming): libFuzzer's name
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size);

// NOLINTNEXTLINE(readability-identifier-naming): libFuzzer's name
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using vitrina::fuzz::kOpenSize;
    std::string_view json(reinterpret_cast<const char*>(data), size);
    std::span<const std::byte> weights;
    std::uint32_t length = 0;
    if (size >= sizeof(length)) {
        std::memcpy(&length, data, sizeof(length));
        if (length <= size - sizeof(length)) {
            json = json.substr(sizeof(length), length);
            weights = std::as_bytes(std::span(data, size)).subspan(sizeof(length) + length);
        }
    }
    const auto graph = mosaic::Graph::parse_tfjs(json, weights);
    if (graph) {
        vitrina::fuzz::compile_and_run(
            *graph, {mosaic::Shape{kOpenSize, kOpenSize}, mosaic::Shape{1, kOpenSize, kOpenSize, 3}});
    }
    return 0;
}
