#include "train/network.h"

#include <algorithm>

#include "shape_inference.h"

namespace mosaic::train {

ValueId Network::add_value(Value value) {
    values.push_back(std::move(value));
    return static_cast<ValueId>(values.size() - 1);
}

ValueId Network::add_node(std::string name, Op op, std::vector<ValueId> node_inputs) {
    Value value;
    value.name = name;
    const ValueId output = add_value(std::move(value));
    nodes.push_back({std::move(name), std::move(op), std::move(node_inputs), {output}});
    return output;
}

std::vector<ValueId> Network::parameters() const {
    std::vector<ValueId> ids;
    for (std::size_t i = 0; i < values.size(); ++i) {
        const bool kept = values[i].role == Role::kParameter || values[i].role == Role::kStatistic;
        if (kept) ids.push_back(static_cast<ValueId>(i));
    }
    return ids;
}

std::int64_t Network::parameter_count() const {
    std::int64_t count = 0;
    for (const ValueId id : parameters())
        count += value(id).shape.element_count();
    return count;
}

const char* op_name(const Op& op) {
    struct Name {
        const char* operator()(const ir::Op& inner) const { return ir::op_name(inner); }
        const char* operator()(const BatchNorm&) const { return "BatchNorm"; }
        const char* operator()(const LayerNorm&) const { return "LayerNorm"; }
        const char* operator()(const Dropout&) const { return "Dropout"; }
    };
    return std::visit(Name{}, op);
}

namespace {

Result<void> check_channels(const Network& network, const Node& node) {
    const Shape& x = network.value(node.inputs[0]).shape;
    if (x.rank() == 0) return failure("normalises a scalar");
    for (std::size_t i = 1; i < node.inputs.size(); ++i) {
        const Shape& shape = network.value(node.inputs[i]).shape;
        if (shape.rank() != 1 || shape[0] != x[x.rank() - 1]) {
            return failure(shape.to_string() + " doesn't fit the channels of " + x.to_string());
        }
    }
    return {};
}

// The operators that ir.h doesn't have.
Result<Shape> infer_own(const Network& network, const Node& node) {
    const Shape& x = network.value(node.inputs[0]).shape;
    if (!std::holds_alternative<Dropout>(node.op)) MOSAIC_TRY(check_channels(network, node));
    return x;
}

}  // namespace

Result<void> infer_shapes(Network& network) {
    // The shape inference of graphs reads and writes a graph: one that has the values and no nodes.
    ir::Graph graph;
    graph.values.reserve(network.values.size());
    for (const Value& value : network.values)
        graph.values.push_back({value.name, value.type, value.shape, value.data});
    for (const Node& node : network.nodes) {
        if (const auto* op = std::get_if<ir::Op>(&node.op)) {
            MOSAIC_TRY(ir::infer_node(graph, {node.name, *op, node.inputs, node.outputs}));
            for (const ValueId id : node.outputs) {
                network.value(id).shape = graph.value(id).shape;
                network.value(id).type = graph.value(id).type;
            }
        } else {
            auto shape = infer_own(network, node);
            if (!shape) {
                return failure("node " + node.name + " (" + op_name(node.op) + "): " + shape.error().message);
            }
            network.value(node.outputs[0]).shape = *shape;
            graph.value(node.outputs[0]).shape = *shape;
        }
    }
    return {};
}

Result<void> set_batch(Network& network, std::int64_t batch) {
    for (const ValueId id : network.inputs) {
        Value& value = network.value(id);
        std::vector<std::int64_t> sizes(value.shape.sizes().begin(), value.shape.sizes().end());
        if (sizes.empty()) return failure("input " + value.name + " is a scalar and has no batch");
        sizes[0] = batch;
        MOSAIC_TRY_ASSIGN(value.shape, Shape::create(sizes));
    }
    return infer_shapes(network);
}

}  // namespace mosaic::train
