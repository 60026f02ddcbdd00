// What the fuzzers of mosaic's importers do with a graph that was imported: compile and run it, with the
// model's own shapes and with small ones.
#pragma once

#include <cstddef>
#include <cstdint>
#include <utility>
#include <vector>

#include <mosaic/mosaic.h>

namespace vitrina::fuzz {

// Enough for every operator, too little to waste time on one input.
constexpr std::uint64_t kMemoryBytesMax = std::uint64_t{1} << 20;
constexpr std::size_t kNodesMax = 64;
constexpr std::int64_t kOpenSize = 4;
constexpr std::int64_t kInputElementsMax = 1 << 14;

inline mosaic::Options small_options() {
    mosaic::Options options;
    options.backend = mosaic::Backend::kPortable;
    options.memory_bytes_max = kMemoryBytesMax;
    return options;
}

inline void run(mosaic::Session& session) {
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

// Whether it could be compiled.
inline bool compile_and_run(const mosaic::Graph& graph, const mosaic::Options& options) {
    auto session = mosaic::Session::compile(graph, options);
    if (session) run(*session);
    return session.has_value();
}

// The kernels that users get. They take longer to prepare than these inputs take to run, so each model meets
// them once only, with the first shapes that it can be compiled for.
inline void compile_and_run_fast(const mosaic::Graph& graph, mosaic::Options options) {
    options.backend = mosaic::Backend::kAuto;
    options.threads = 1;
    compile_and_run(graph, options);
}

// Inputs that the model leaves open, or that are too large to run, get a small shape in the later tries.
inline void compile_and_run(const mosaic::Graph& graph, const std::vector<mosaic::Shape>& shapes) {
    if (graph.node_count() > kNodesMax) return;
    bool compiled = compile_and_run(graph, small_options());
    if (compiled) compile_and_run_fast(graph, small_options());
    for (const mosaic::Shape& shape : shapes) {
        mosaic::Options options = small_options();
        for (const std::string& name : graph.input_names())
            options.input_shapes[name] = shape;
        if (options.input_shapes.empty() || !compile_and_run(graph, options) || compiled) continue;
        compiled = true;
        compile_and_run_fast(graph, options);
    }
}

}  // namespace vitrina::fuzz
