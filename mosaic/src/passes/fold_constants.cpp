#include <algorithm>

#include "passes/pass.h"
#include "passes/rewrite.h"
#include "reference/reference.h"

namespace mosaic::passes {

namespace {

// Folding must not make a small file into a huge constant.
constexpr std::int64_t kFoldedElementsMax = std::int64_t{1} << 22;

std::int64_t elements_of(const ir::Graph& graph, const std::vector<ir::ValueId>& values) {
    std::int64_t elements = 0;
    for (const ir::ValueId id : values)
        elements += graph.value(id).shape.element_count();
    return elements;
}

}  // namespace

bool can_fold(const ir::Graph& graph, const ir::Node& node) {
    if (std::holds_alternative<ir::Conv2d>(node.op) || std::holds_alternative<ir::DepthwiseConv2d>(node.op) ||
        std::holds_alternative<ir::MatMul>(node.op)) {
        return false;  // could take long; nobody computes networks of constants
    }
    return std::all_of(node.inputs.begin(), node.inputs.end(),
                       [&](ir::ValueId id) { return graph.value(id).constant != nullptr; }) &&
           elements_of(graph, node.outputs) <= std::max(kFoldedElementsMax, elements_of(graph, node.inputs));
}

Result<void> fold_node(ir::Graph& graph, const ir::Node& node) {
    std::vector<TensorView> inputs;
    std::vector<Tensor> results;
    std::vector<reference::MutableView> outputs;
    inputs.reserve(node.inputs.size());
    results.reserve(node.outputs.size());
    outputs.reserve(node.outputs.size());
    for (const ir::ValueId id : node.inputs)
        inputs.push_back(graph.value(id).constant->view());
    for (const ir::ValueId id : node.outputs) {
        MOSAIC_TRY_ASSIGN(Tensor tensor, Tensor::create(graph.value(id).type, graph.value(id).shape));
        outputs.push_back({tensor.type(), tensor.shape(), tensor.bytes().data()});
        results.push_back(std::move(tensor));
    }
    reference::run(node.op, inputs, outputs);
    for (std::size_t i = 0; i < results.size(); ++i)
        graph.value(node.outputs[i]).constant = std::make_shared<const Tensor>(std::move(results[i]));
    return {};
}

Result<std::size_t> fold_constants(ir::Graph& graph) {
    std::size_t changes = 0;
    std::vector<ir::Node> kept;
    for (ir::Node& node : graph.nodes) {
        if (!can_fold(graph, node)) {
            kept.push_back(std::move(node));
            continue;
        }
        MOSAIC_TRY(fold_node(graph, node));
        ++changes;
    }
    graph.nodes = std::move(kept);
    return changes;
}

namespace {

// As exporters write it before every window whose padding is none.
bool pads_nothing(const ir::Node& node) {
    const auto* pad = std::get_if<ir::Pad>(&node.op);
    const auto none = [](std::int64_t size) { return size == 0; };
    return pad != nullptr && std::all_of(pad->before.begin(), pad->before.end(), none) &&
           std::all_of(pad->after.begin(), pad->after.end(), none);
}

}  // namespace

Result<std::size_t> remove_identities(ir::Graph& graph) {
    std::size_t changes = 0;
    std::vector<ir::Node> kept;
    const Edges edges(graph);
    for (std::size_t i = 0; i < graph.nodes.size(); ++i) {
        ir::Node& node = graph.nodes[i];
        const auto* cast = std::get_if<ir::Cast>(&node.op);
        const bool same = std::holds_alternative<ir::Identity>(node.op) || pads_nothing(node) ||
                          (cast != nullptr && cast->to == graph.value(node.inputs[0]).type);
        const auto is_output = [&](const ir::Output& output) { return output.value == node.outputs[0]; };
        // An output of the graph needs memory of its own, which inputs and constants don't have.
        const bool needed = edges.maker_of(node.inputs[0]) == kNobody &&
                            std::any_of(graph.outputs.begin(), graph.outputs.end(), is_output);
        if (same && !needed) {
            for (std::size_t k = i + 1; k < graph.nodes.size(); ++k) {
                auto& inputs = graph.nodes[k].inputs;
                std::replace(inputs.begin(), inputs.end(), node.outputs[0], node.inputs[0]);
            }
            for (ir::Output& output : graph.outputs) {
                if (output.value == node.outputs[0]) output.value = node.inputs[0];
            }
            ++changes;
        } else {
            kept.push_back(std::move(node));
        }
    }
    graph.nodes = std::move(kept);
    return changes;
}

}  // namespace mosaic::passes
