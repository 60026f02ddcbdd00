// Multiplications by a number for each channel, before or after a convolution.
#include <algorithm>

#include "passes/pass.h"
#include "passes/rewrite.h"

namespace mosaic::passes {

namespace {

// A copy of a constant whose last dimension is multiplied by the factors.
Result<ir::ValueId> scaled(ir::Graph& graph, ir::ValueId id, std::span<const float> factors,
                           std::int64_t channels) {
    const std::shared_ptr<const Tensor> from = graph.value(id).constant;
    MOSAIC_TRY_ASSIGN(Tensor to, Tensor::create(DataType::kFloat32, from->shape()));
    const auto source = from->elements<float>();
    const auto target = to.elements<float>();
    for (std::size_t i = 0; i < source.size(); ++i) {
        const std::size_t channel = i % static_cast<std::size_t>(channels);
        target[i] = source[i] * factors[factors.size() == 1 ? 0 : channel];
    }
    return graph.add_constant(graph.value(id).name + "/scaled", std::move(to));
}

}  // namespace

Result<std::size_t> fold_scales(ir::Graph& graph) {
    std::size_t changes = 0;
    const Edges edges(graph);
    for (ir::Node& node : graph.nodes) {
        if (!is_binary(node, ir::BinaryKind::kMultiply)) continue;
        for (const std::size_t side : {std::size_t{0}, std::size_t{1}}) {
            const std::size_t maker = edges.maker_of(node.inputs[side]);
            if (maker == kNobody || edges.uses_of(node.inputs[side]) != 1) continue;
            ir::Node fused = graph.nodes[maker];
            const ir::Conv2d* conv = as_convolution(fused.op);
            const Shape& shape = graph.value(node.outputs[0]).shape;
            if (conv == nullptr || graph.value(node.inputs[side]).shape != shape) continue;
            const std::int64_t channels = shape[3];
            const auto factors = channel_numbers(graph.value(node.inputs[1 - side]), channels);
            const bool constant = graph.value(fused.inputs[1]).constant &&
                                  (!conv->has_bias || graph.value(fused.inputs[2]).constant);
            if (factors.empty() || !constant || conv->has_residual || conv->has_input_scale ||
                conv->activation.kind != ir::ActivationKind::kNone) {
                continue;
            }
            // The last dimensions of depthwise weights, [C,M], are the output channels too.
            const bool depthwise = std::holds_alternative<ir::DepthwiseConv2d>(fused.op);
            const Shape& weights = graph.value(fused.inputs[1]).shape;
            MOSAIC_TRY_ASSIGN(fused.inputs[1], scaled(graph, fused.inputs[1], factors,
                                                      depthwise ? weights[2] * weights[3] : channels));
            if (conv->has_bias) {
                MOSAIC_TRY_ASSIGN(fused.inputs[2], scaled(graph, fused.inputs[2], factors, channels));
            }
            take_place(node, std::move(fused));
            ++changes;
            break;
        }
    }
    MOSAIC_TRY(remove_dead_code(graph));
    return changes;
}

namespace {

bool is_depthwise(const ir::Graph& /*graph*/, const ir::Node& node) {
    return std::holds_alternative<ir::DepthwiseConv2d>(node.op);
}

bool has_few_weights(const ir::Graph& graph, const ir::Node& node) {
    const auto* conv = std::get_if<ir::Conv2d>(&node.op);
    if (conv == nullptr) return is_depthwise(graph, node);
    const Shape& in = graph.value(node.inputs[0]).shape;
    const Shape& out = graph.value(node.outputs[0]).shape;
    const Shape& weights = graph.value(node.inputs[1]).shape;
    const bool pixel_by_pixel = weights[0] == 1 && weights[1] == 1 && conv->groups == 1 && in[1] == out[1] &&
                                in[2] == out[2] && conv->stride_y == 1 && conv->stride_x == 1;
    return pixel_by_pixel && in[0] > 0 && weights.element_count() < in.element_count() / in[0];
}

Result<std::size_t> fuse_scales_into(ir::Graph& graph,
                                     bool (*takes_scale)(const ir::Graph&, const ir::Node&)) {
    std::size_t changes = 0;
    for (std::size_t i = 0; i < graph.nodes.size(); ++i) {
        const ir::Node multiply = graph.nodes[i];
        if (!is_binary(multiply, ir::BinaryKind::kMultiply)) continue;
        const ir::ValueId product = multiply.outputs[0];
        const Shape shape = graph.value(product).shape;
        if (shape.rank() != 4 || graph.value(product).type != DataType::kFloat32 || shape[1] * shape[2] == 1)
            continue;
        const Shape factors{shape[0], 1, 1, shape[3]};
        const bool second = graph.value(multiply.inputs[1]).shape == factors;
        const ir::ValueId scale = multiply.inputs[second ? 1 : 0];
        const ir::ValueId picture = multiply.inputs[second ? 0 : 1];
        if (graph.value(scale).shape != factors || graph.value(picture).shape != shape) continue;
        const Edges edges(graph);
        std::vector<ir::Node*> readers;
        for (ir::Node& node : graph.nodes) {
            const ir::Conv2d* conv = as_convolution(node.op);
            const bool takes = conv != nullptr && takes_scale(graph, node) && !conv->has_input_scale &&
                               node.inputs[0] == product && graph.value(node.inputs[1]).constant &&
                               std::count(node.inputs.begin(), node.inputs.end(), product) == 1;
            if (takes) readers.push_back(&node);
        }
        if (readers.empty() || readers.size() != edges.uses_of(product)) continue;
        for (ir::Node* reader : readers) {
            as_convolution(reader->op)->has_input_scale = true;
            reader->inputs[0] = picture;
            reader->inputs.push_back(scale);
        }
        ++changes;
    }
    MOSAIC_TRY(remove_dead_code(graph));
    return changes;
}

}  // namespace

Result<std::size_t> fuse_input_scales(ir::Graph& graph) {
    return fuse_scales_into(graph, [](const ir::Graph&, const ir::Node&) { return true; });
}

Result<std::size_t> fuse_few_scales(ir::Graph& graph) {
    return fuse_scales_into(graph, has_few_weights);
}

Result<std::size_t> fuse_depthwise_scales(ir::Graph& graph) {
    return fuse_scales_into(graph, is_depthwise);
}

}  // namespace mosaic::passes
