// Fuzzes the import of TensorFlow.js graph models, and compiling and running what was imported.
// Input: four bytes (little-endian) with the length of the JSON text, the text, the rest is the weights. An
// input whose length doesn't fit is taken as JSON altogether.
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string_view>
#include <vector>

#include <mosaic/mosaic.h>

namespace {

// Enough for every operator, too little to waste time on one input.
constexpr std::uint64_t kMemoryBytesMax = std::uint64_t{1} << 20;
constexpr std::size_t kNodesMax = 64;
constexpr std::int64_t kOpenSize = 4;
constexpr std::int64_t kInputElementsMax = 1 << 14;

// Inputs that the model leaves open, or that are too large to run, get a small shape; the second try for
// models whose first shapes don't compile.
mosaic::Options small_options() {
    mosaic::Options options;
    options.backend = mosaic::Backend::kPortable;
    options.memory_bytes_max = kMemoryBytesMax;
    return options;
}

void run(mosaic::Session& session) {
    std::vector<mosaic::Tensor> inputs;
    std::vector<mosaic::TensorView> views;
    for (const mosaic::ValueInfo& info : session.inputs()) {
        if (info.shape.element_count() > kInputElementsMax) return;
        auto tensor = mosaic::Tensor::create(info.type, info.shape);
        if (!tensor) return;
        inputs.push_back(std::move(*tensor));
    }
    views.reserve(inputs.size());
    for (const mosaic::Tensor& input : inputs)
        views.push_back(input.view());
    static_cast<void>(session.run(views));
}

void compile_and_run(const mosaic::Graph& graph, const mosaic::Options& options) {
    auto session = mosaic::Session::compile(graph, options);
    if (session) run(*session);
}

}  // namespace

// NOLINTNEXTLINE(readability-identifier-naming): libFuzzer's name
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size);

// NOLINTNEXTLINE(readability-identifier-naming): libFuzzer's name
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
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
    if (!graph || graph->node_count() > kNodesMax) return 0;
    compile_and_run(*graph, small_options());
    for (const std::size_t rank : {std::size_t{2}, std::size_t{4}}) {
        mosaic::Options options = small_options();
        for (const std::string& name : graph->input_names()) {
            options.input_shapes[name] =
                rank == 2 ? mosaic::Shape{kOpenSize, kOpenSize} : mosaic::Shape{1, kOpenSize, kOpenSize, 3};
        }
        if (!options.input_shapes.empty()) compile_and_run(*graph, options);
    }
    return 0;
}
