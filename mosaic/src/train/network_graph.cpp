// Between graphs and networks.
#include <algorithm>
#include <cmath>
#include <cstring>
#include <map>

#include "shape_inference.h"
#include "train/network.h"

namespace mosaic::train {

namespace {

Result<std::shared_ptr<Tensor>> copy_of(const Tensor& tensor) {
    MOSAIC_TRY_ASSIGN(Tensor copy, Tensor::create(tensor.type(), tensor.shape()));
    if (!tensor.bytes().empty())
        std::memcpy(copy.bytes().data(), tensor.bytes().data(), tensor.bytes().size());
    return std::make_shared<Tensor>(std::move(copy));
}

// Parts fused operators on the way from a graph.
class Importer {
  public:
    Importer(const ir::Graph& graph, bool trainable) : graph_(graph), trainable_(trainable) {}

    Result<Network> run() {
        for (const ir::Value& value : graph_.values) {
            Value own;
            own.name = value.name;
            own.type = value.type;
            own.shape = value.shape;
            if (value.constant) {
                own.role = Role::kConstant;
                MOSAIC_TRY_ASSIGN(own.data, copy_of(*value.constant));
            }
            network_.add_value(std::move(own));
        }
        for (const ir::Input& input : graph_.inputs) {
            network_.value(input.value).role = Role::kInput;
            network_.inputs.push_back(input.value);
        }
        for (const ir::Node& node : graph_.nodes) {
            if (!learnable(node.op)) return failure(ir::describe(node) + ": can't be learnt through");
            add(node);
        }
        for (const ir::Output& output : graph_.outputs)
            network_.outputs.push_back(output.value);
        MOSAIC_TRY(infer_shapes(network_));
        return std::move(network_);
    }

  private:
    // The rest has no gradient here.
    static bool learnable(const ir::Op& op) {
        if (const auto* conv = std::get_if<ir::Conv2d>(&op)) return conv->groups == 1;
        if (const auto* pool = std::get_if<ir::Pool>(&op)) return !pool->counts_padding;
        return !std::holds_alternative<ir::Select>(op) && !std::holds_alternative<ir::GatherElements>(op) &&
               !std::holds_alternative<ir::ScatterElements>(op) &&
               !std::holds_alternative<ir::ScatterNd>(op) && !std::holds_alternative<ir::CumulativeSum>(op) &&
               !std::holds_alternative<ir::GridSample>(op);
    }
    ValueId fresh(const std::string& name) {
        Value value;
        value.name = name;
        return network_.add_value(std::move(value));
    }
    void learn(ValueId id, bool decays) {
        Value& value = network_.value(id);
        if (value.role != Role::kConstant || value.type != DataType::kFloat32 || value.shape.rank() == 0) {
            return;
        }
        value.role = Role::kParameter;
        value.trainable = trainable_;
        value.decays = decays;
    }

    void add(const ir::Node& node) {
        ir::Op op = node.op;
        if (auto* conv = std::get_if<ir::Conv2d>(&op)) return add_convolution(node, op, *conv);
        if (auto* depthwise = std::get_if<ir::DepthwiseConv2d>(&op)) {
            return add_convolution(node, op, depthwise->conv);
        }
        if (const auto* transposed = std::get_if<ir::ConvTranspose2d>(&op)) {
            learn(node.inputs[1], true);
            if (transposed->has_bias) learn(node.inputs[2], false);
        }
        if (auto* product = std::get_if<ir::MatMul>(&op)) {
            learn(node.inputs[1], true);
            if (product->has_bias) learn(node.inputs[2], false);
            return add_activated(node, op, product->activation);
        }
        if (auto* resize = std::get_if<ir::Resize>(&op)) return add_activated(node, op, resize->activation);
        if (const auto* binary = std::get_if<ir::Binary>(&op)) {
            if (binary->kind == ir::BinaryKind::kAdd || binary->kind == ir::BinaryKind::kMultiply ||
                binary->kind == ir::BinaryKind::kPrelu) {
                for (const ValueId id : node.inputs)
                    learn(id, false);
            }
        }
        network_.nodes.push_back({node.name, op, node.inputs, node.outputs});
    }

    // `activation` is a part of `op`.
    void add_activated(const ir::Node& node, ir::Op& op, ir::Activation& activation) {
        const ir::Activation wanted = activation;
        activation = {};
        if (wanted.kind == ir::ActivationKind::kNone) {
            network_.nodes.push_back({node.name, op, node.inputs, node.outputs});
            return;
        }
        const ValueId before = fresh(node.name + "/linear");
        network_.nodes.push_back({node.name + "/linear", op, node.inputs, {before}});
        network_.nodes.push_back({node.name, ir::Op(ir::Activate{wanted}), {before}, node.outputs});
    }

    void add_convolution(const ir::Node& node, ir::Op& op, ir::Conv2d& conv) {
        const ir::Conv2d fused = conv;
        conv.has_residual = conv.has_input_scale = false;
        ir::Node part = node;
        part.inputs.resize(fused.has_bias ? 3 : 2);
        learn(part.inputs[1], true);
        if (fused.has_bias) learn(part.inputs[2], false);
        if (fused.has_input_scale) {
            const ValueId scaled = fresh(node.name + "/scaled");
            network_.nodes.push_back({node.name + "/scaled",
                                      ir::Op(ir::Binary{ir::BinaryKind::kMultiply}),
                                      {node.inputs[0], node.inputs[fused.scale_index()]},
                                      {scaled}});
            part.inputs[0] = scaled;
        }
        if (!fused.has_residual) return add_activated(part, op, conv.activation);
        conv.activation = {};
        const ValueId product = fresh(node.name + "/product");
        network_.nodes.push_back({node.name + "/product", op, part.inputs, {product}});
        const bool activated = fused.activation.kind != ir::ActivationKind::kNone;
        const ValueId sum = activated ? fresh(node.name + "/sum") : node.outputs[0];
        network_.nodes.push_back({node.name + "/sum",
                                  ir::Op(ir::Binary{ir::BinaryKind::kAdd}),
                                  {product, node.inputs[fused.residual_index()]},
                                  {sum}});
        if (activated) {
            network_.nodes.push_back(
                {node.name, ir::Op(ir::Activate{fused.activation}), {sum}, node.outputs});
        }
    }

    const ir::Graph& graph_;
    bool trainable_;
    Network network_;
};

// Puts a network into a graph.
class Exporter {
  public:
    explicit Exporter(const Network& network) : network_(network) {}

    Result<ir::Graph> run() {
        for (const Value& value : network_.values) {
            ir::Value own{value.name, value.type, value.shape, nullptr};
            if (value.data && value.role != Role::kStatistic) {
                MOSAIC_TRY_ASSIGN(own.constant, copy_of(*value.data));
            }
            graph_.add_value(std::move(own));
        }
        for (const ValueId id : network_.inputs) {
            const Value& value = network_.value(id);
            graph_.inputs.push_back({id, {value.shape.sizes().begin(), value.shape.sizes().end()}, true});
        }
        for (const Node& node : network_.nodes)
            MOSAIC_TRY(add(node));
        for (const ValueId id : network_.outputs)
            graph_.outputs.push_back({network_.value(id).name, id});
        MOSAIC_TRY(ir::infer_shapes(graph_));
        return std::move(graph_);
    }

  private:
    Result<void> add(const Node& node) {
        if (const auto* op = std::get_if<ir::Op>(&node.op)) {
            graph_.nodes.push_back({node.name, *op, node.inputs, node.outputs});
            return {};
        }
        if (std::holds_alternative<Dropout>(node.op)) {
            graph_.nodes.push_back({node.name, ir::Identity{}, node.inputs, node.outputs});
            return {};
        }
        if (const auto* norm = std::get_if<BatchNorm>(&node.op)) return add_batch_norm(node, *norm);
        return add_layer_norm(node, std::get<LayerNorm>(node.op));
    }

    ValueId step(const std::string& name, ir::Op op, std::vector<ValueId> inputs) {
        const ValueId id = graph_.add_value({name, DataType::kFloat32, {}, nullptr});
        graph_.nodes.push_back({name, std::move(op), std::move(inputs), {id}});
        return id;
    }
    Result<ValueId> constant(const std::string& name, const Shape& shape, const std::vector<float>& numbers) {
        MOSAIC_TRY_ASSIGN(Tensor tensor, Tensor::create(DataType::kFloat32, shape));
        std::copy(numbers.begin(), numbers.end(), tensor.elements<float>().begin());
        return graph_.add_constant(name, std::move(tensor));
    }
    [[nodiscard]] std::span<const float> numbers(ValueId id) const {
        return std::as_const(*network_.value(id).data).elements<float>();
    }

    // x * (scale / deviation) + (shift - mean * scale / deviation)
    Result<void> add_batch_norm(const Node& node, const BatchNorm& norm) {
        const auto scale = numbers(node.inputs[1]);
        const auto shift = numbers(node.inputs[2]);
        const auto mean = numbers(node.inputs[3]);
        const auto variance = numbers(node.inputs[4]);
        std::vector<float> factor(scale.size());
        std::vector<float> offset(scale.size());
        for (std::size_t c = 0; c < scale.size(); ++c) {
            factor[c] = scale[c] / std::sqrt(variance[c] + norm.epsilon);
            offset[c] = shift[c] - mean[c] * factor[c];
        }
        const Shape channels{static_cast<std::int64_t>(scale.size())};
        MOSAIC_TRY_ASSIGN(const ValueId by, constant(node.name + "/factor", channels, factor));
        MOSAIC_TRY_ASSIGN(const ValueId to, constant(node.name + "/offset", channels, offset));
        const ValueId product =
            step(node.name + "/product", ir::Binary{ir::BinaryKind::kMultiply}, {node.inputs[0], by});
        if (!norm.relu) {
            graph_.nodes.push_back(
                {node.name, ir::Binary{ir::BinaryKind::kAdd}, {product, to}, node.outputs});
            return {};
        }
        const ValueId sum = step(node.name + "/sum", ir::Binary{ir::BinaryKind::kAdd}, {product, to});
        graph_.nodes.push_back(
            {node.name, ir::Activate{{ir::ActivationKind::kRelu, 0.0F}}, {sum}, node.outputs});
        return {};
    }

    Result<void> add_layer_norm(const Node& node, const LayerNorm& norm) {
        const ir::Reduce mean_of{ir::ReduceKind::kMean, {-1}, true};
        const ValueId x = node.inputs[0];
        const ValueId mean = step(node.name + "/mean", mean_of, {x});
        const ValueId centred =
            step(node.name + "/centred", ir::Binary{ir::BinaryKind::kSubtract}, {x, mean});
        const ValueId squares = step(node.name + "/squares", ir::Unary{ir::UnaryKind::kSquare}, {centred});
        const ValueId variance = step(node.name + "/variance", mean_of, {squares});
        MOSAIC_TRY_ASSIGN(const ValueId epsilon, constant(node.name + "/epsilon", {}, {norm.epsilon}));
        const ValueId safe = step(node.name + "/safe", ir::Binary{ir::BinaryKind::kAdd}, {variance, epsilon});
        const ValueId factor = step(node.name + "/factor", ir::Unary{ir::UnaryKind::kRsqrt}, {safe});
        const ValueId normal =
            step(node.name + "/normal", ir::Binary{ir::BinaryKind::kMultiply}, {centred, factor});
        const ValueId scaled =
            step(node.name + "/scaled", ir::Binary{ir::BinaryKind::kMultiply}, {normal, node.inputs[1]});
        graph_.nodes.push_back(
            {node.name, ir::Binary{ir::BinaryKind::kAdd}, {scaled, node.inputs[2]}, node.outputs});
        return {};
    }

    const Network& network_;
    ir::Graph graph_;
};

}  // namespace

Result<Network> from_graph(const ir::Graph& graph, bool trainable) {
    return Importer(graph, trainable).run();
}

Result<ir::Graph> to_graph(const Network& network) {
    return Exporter(network).run();
}

}  // namespace mosaic::train
