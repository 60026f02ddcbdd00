#include "passes/rewrite.h"

#include <algorithm>

#include "passes/pass.h"

namespace mosaic::passes {

Edges::Edges(const ir::Graph& graph) : maker(graph.values.size(), kNobody), uses(graph.values.size(), 0) {
    for (std::size_t i = 0; i < graph.nodes.size(); ++i) {
        for (const ir::ValueId id : graph.nodes[i].outputs)
            maker[static_cast<std::size_t>(id)] = i;
        for (const ir::ValueId id : graph.nodes[i].inputs)
            ++uses[static_cast<std::size_t>(id)];
    }
    for (const ir::Output& output : graph.outputs)
        ++uses[static_cast<std::size_t>(output.value)];
}

void replace_uses(ir::Graph& graph, ir::ValueId from, ir::ValueId to) {
    for (ir::Node& node : graph.nodes)
        std::replace(node.inputs.begin(), node.inputs.end(), from, to);
    for (ir::Output& output : graph.outputs) {
        if (output.value == from) output.value = to;
    }
}

std::span<const float> channel_numbers(const ir::Value& value, std::int64_t channels) {
    if (!value.constant || value.type != DataType::kFloat32) return {};
    const std::int64_t count = value.shape.element_count();
    const bool along_last = value.shape.rank() > 0 && value.shape[value.shape.rank() - 1] == count;
    if (count != 1 && (count != channels || !along_last)) return {};
    return value.constant->elements<float>();
}

Result<ir::ValueId> as_vector(ir::Graph& graph, ir::ValueId id, std::int64_t channels, std::int64_t repeats) {
    if (graph.value(id).shape == Shape{channels * repeats}) return id;
    const std::shared_ptr<const Tensor> from = graph.value(id).constant;
    const auto source = from->elements<float>();
    MOSAIC_TRY_ASSIGN(Tensor to, Tensor::create(DataType::kFloat32, {channels * repeats}));
    const auto target = to.elements<float>();
    for (std::size_t i = 0; i < target.size(); ++i)
        target[i] = source[i % source.size()];
    return graph.add_constant(graph.value(id).name + "/vector", std::move(to));
}

bool is_binary(const ir::Node& node, ir::BinaryKind kind) {
    const auto* binary = std::get_if<ir::Binary>(&node.op);
    return binary != nullptr && binary->kind == kind;
}

void take_place(ir::Node& last, ir::Node fused) {
    fused.outputs = last.outputs;
    fused.name = last.name;
    last = std::move(fused);
}

ir::Conv2d* as_convolution(ir::Op& op) {
    if (auto* conv = std::get_if<ir::Conv2d>(&op)) return conv;
    if (auto* depthwise = std::get_if<ir::DepthwiseConv2d>(&op)) return &depthwise->conv;
    return nullptr;
}

Result<std::size_t> remove_dead_code(ir::Graph& graph) {
    std::vector<bool> needed(graph.values.size(), false);
    for (const ir::Output& output : graph.outputs)
        needed[static_cast<std::size_t>(output.value)] = true;
    std::vector<ir::Node> kept;
    for (std::size_t i = graph.nodes.size(); i-- > 0;) {
        ir::Node& node = graph.nodes[i];
        const bool used = std::any_of(node.outputs.begin(), node.outputs.end(),
                                      [&](ir::ValueId id) { return needed[static_cast<std::size_t>(id)]; });
        if (!used) continue;
        for (const ir::ValueId id : node.inputs)
            needed[static_cast<std::size_t>(id)] = true;
        kept.push_back(std::move(node));
    }
    const std::size_t removed = graph.nodes.size() - kept.size();
    graph.nodes.assign(std::make_move_iterator(kept.rbegin()), std::make_move_iterator(kept.rend()));
    for (std::size_t i = 0; i < graph.values.size(); ++i) {
        if (!needed[i]) graph.values[i].constant.reset();
    }
    return removed;
}

const std::vector<Pass>& folding_passes() {
    static const std::vector<Pass> kPasses = {
        {"fold_constants", "compute what depends on constants only", fold_constants},
        {"remove_identities", "drop Identity, casts to the same type and padding by nothing",
         remove_identities},
        {"fold_padding", "put zeros around a picture into the padding of what reads it", fold_padding},
        {"fold_scales", "multiply the weights of a convolution instead of its result", fold_scales},
        {"fuse_bias", "put a constant added to each channel into the convolution", fuse_bias},
        {"remove_dead_code", "drop what nobody needs", remove_dead_code},
    };
    return kPasses;
}

const std::vector<Pass>& standard_passes() {
    static const std::vector<Pass> kPasses = {
        {"fold_constants", "compute what depends on constants only", fold_constants},
        {"remove_identities", "drop Identity, casts to the same type and padding by nothing",
         remove_identities},
        {"fold_padding", "put zeros around a picture into the padding of what reads it", fold_padding},
        {"split_transposed", "make transposed convolutions of windows side by side 1x1 and a rearrangement",
         split_transposed},
        {"fuse_relu6", "recognise what is bounded by 0 and 6", fuse_relu6},
        {"fuse_hard_swish", "recognise hard-swish and hard-sigmoid", fuse_hard_swish},
        {"fuse_swish", "recognise x sigmoid(x)", fuse_swish},
        {"fold_scales", "multiply the weights of a convolution instead of its result", fold_scales},
        {"fuse_bias", "put a constant added to each channel into the convolution", fuse_bias},
        {"fold_scales", "the same once more, for those that a bias hid", fold_scales},
        {"sink_activations", "move activations from after a concatenation to before it", sink_activations},
        {"fuse_activations", "put activations into convolutions, products and resizes", fuse_activations},
        {"scale_activations", "put a factor after an activation into the activation's own",
         scale_activations},
        {"fold_shifts", "put what is added before convolutions into their bias", fold_shifts},
        {"fuse_residuals", "put the addition of another tensor into the convolution", fuse_residuals},
        {"fuse_input_scales", "put a factor for each channel into the convolutions that read the product",
         fuse_input_scales},
        {"fuse_few_scales", "put a factor for each channel into convolutions of few weights",
         fuse_few_scales},
        {"fuse_depthwise_scales", "put a factor for each channel into depthwise convolutions",
         fuse_depthwise_scales},
        {"merge_equal_nodes", "compute once what is computed twice", merge_equal_nodes},
        {"fuse_top_peaks", "recognise the search for the highest local maxima", fuse_top_peaks},
        {"remove_dead_code", "drop what nobody needs", remove_dead_code},
    };
    return kPasses;
}

}  // namespace mosaic::passes
