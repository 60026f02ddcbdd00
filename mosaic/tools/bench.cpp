#include "bench.h"

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <random>

#include "backend_choice.h"
#include "compiler.h"
#include "graph_access.h"

namespace mosaic::tools {

namespace {

// What the products and convolutions of the network multiply and add; twice that are operations.
Result<double> multiply_adds(const Graph& graph, const Options& options) {
    MOSAIC_TRY_ASSIGN(const ir::Graph source, GraphAccess::of(graph, options));
    MOSAIC_TRY_ASSIGN(const Prepared prepared, prepare(source, options));
    double total = 0;
    for (const ir::Node& node : prepared.graph.nodes) {
        const auto elements =
            static_cast<double>(prepared.graph.value(node.outputs[0]).shape.element_count());
        if (node.inputs.size() < 2) continue;
        const Shape& left = prepared.graph.value(node.inputs[0]).shape;
        const Shape& weights = prepared.graph.value(node.inputs[1]).shape;
        if (std::holds_alternative<ir::Conv2d>(node.op)) {
            total += elements * static_cast<double>(weights[0] * weights[1] * weights[2]);
        } else if (std::holds_alternative<ir::DepthwiseConv2d>(node.op)) {
            total += elements * static_cast<double>(weights[0] * weights[1]);
        } else if (const auto* matmul = std::get_if<ir::MatMul>(&node.op)) {
            total += elements * static_cast<double>(left[left.rank() - (matmul->transpose_a ? 2 : 1)]);
        }
    }
    return total;
}

Result<std::vector<Tensor>> random_inputs(const Session& session, unsigned seed) {
    std::mt19937 random(seed);
    std::vector<Tensor> tensors;
    tensors.reserve(session.inputs().size());
    for (const ValueInfo& info : session.inputs()) {
        MOSAIC_TRY_ASSIGN(Tensor tensor, Tensor::create(info.type, info.shape));
        std::normal_distribution<float> floats(0.0F, 1.0F);
        if (info.type == DataType::kFloat32) {
            for (float& element : tensor.elements<float>())
                element = floats(random);
        } else if (info.type == DataType::kInt32) {
            for (std::int32_t& element : tensor.elements<std::int32_t>())
                element = static_cast<std::int32_t>(random() % 256);
        }
        tensors.push_back(std::move(tensor));
    }
    return tensors;
}

}  // namespace

void print_peaks() {
    for (const Peak& peak : measure_peaks())
        std::printf("%s: %.1f G/s of one core\n", peak.what.c_str(), peak.gflops);
}

Result<void> bench(const Graph& graph, const Options& options, const BenchOptions& how) {
    MOSAIC_TRY_ASSIGN(const double products, multiply_adds(graph, options));
    MOSAIC_TRY_ASSIGN(Session session, Session::compile(graph, options));
    MOSAIC_TRY_ASSIGN(const std::vector<Tensor> tensors, random_inputs(session, how.seed));
    std::vector<TensorView> views;
    views.reserve(tensors.size());
    for (const Tensor& tensor : tensors)
        views.push_back(tensor.view());
    MOSAIC_TRY(session.run(views));
    std::vector<double> times_ms;
    times_ms.reserve(static_cast<std::size_t>(how.runs));
    for (int i = 0; i < how.runs; ++i) {
        const auto start = std::chrono::steady_clock::now();
        MOSAIC_TRY(session.run(views));
        const std::chrono::duration<double, std::milli> taken = std::chrono::steady_clock::now() - start;
        times_ms.push_back(taken.count());
    }
    std::sort(times_ms.begin(), times_ms.end());
    const double median = times_ms[times_ms.size() / 2];
    std::printf("median_ms %.3f min_ms %.3f max_ms %.3f runs %d\n", median, times_ms.front(), times_ms.back(),
                how.runs);
    constexpr double kPerGiga = 1e9;
    constexpr double kPerSecond = 1e3;
    const double operations = 2.0 * products / kPerGiga;  // billions
    const double reached = operations / times_ms.front() * kPerSecond;
    std::printf("operations %.3f G, at best %.1f G/s", operations, reached);
    for (const Peak& peak : measure_peaks()) {
        if (!peak.is_float32) continue;
        // Winograd's filters multiply less than that; --no-winograd shows the kernels alone.
        const double most = peak.gflops * options.threads;
        std::printf(", %.2f of %.1f (%s, %d threads)", reached / most, most, peak.what.c_str(),
                    options.threads);
    }
    std::printf("\n");
    return {};
}

}  // namespace mosaic::tools
