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
        return !std::holds_alternative<ir::ConvTranspose2d>(op) && !std::holds_alternative<ir::Select>(op) &&
               !std::holds_alternative<ir::GatherElements>(op) &&
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
        if (const auto* norm = std::get_if<LayerNorm>(&node.op)) return add_layer_norm(node, *norm);
        return add_transposed(node);
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

    // A picture with zeros between its pixels, convolved with the mirrored weights, is the same sum; graphs
    // have no transposed convolution. The zeros come from Pad and Reshape.
    Result<void> add_transposed(const Node& node) {
        const ir::Conv2d& conv = std::get<TransposedConv2d>(node.op).conv;
        const Shape& in = network_.value(node.inputs[0]).shape;
        const Value& weights = network_.value(node.inputs[1]);
        const Shape& window = weights.shape;
        const Shape& out = network_.value(node.outputs[0]).shape;
        MOSAIC_TRY_ASSIGN(const ir::Window2d slid, ir::slide(conv, out, window));
        const auto mirrored = numbers(node.inputs[1]);
        std::vector<float> turned(mirrored.size());
        const std::int64_t outs = window[2];
        const std::int64_t ins = window[3];
        for (std::int64_t ky = 0; ky < window[0]; ++ky) {
            for (std::int64_t kx = 0; kx < window[1]; ++kx) {
                for (std::int64_t o = 0; o < outs; ++o) {
                    for (std::int64_t i = 0; i < ins; ++i) {
                        const std::int64_t from = ((ky * window[1] + kx) * outs + o) * ins + i;
                        const std::int64_t tap = (window[0] - 1 - ky) * window[1] + (window[1] - 1 - kx);
                        turned[static_cast<std::size_t>((tap * ins + i) * outs + o)] =
                            mirrored[static_cast<std::size_t>(from)];
                    }
                }
            }
        }
        MOSAIC_TRY_ASSIGN(const ValueId kernel,
                          constant(node.name + "/mirrored", {window[0], window[1], ins, outs}, turned));
        const ValueId spread = spread_pixels(node, conv, in);
        ir::Conv2d plain;
        plain.dilation_y = conv.dilation_y;
        plain.dilation_x = conv.dilation_x;
        plain.has_bias = conv.has_bias;
        plain.padding = around(conv, window, slid, in, out);
        std::vector<ValueId> inputs = {spread, kernel};
        if (conv.has_bias) inputs.push_back(node.inputs[2]);
        graph_.nodes.push_back({node.name, plain, std::move(inputs), node.outputs});
        return {};
    }

    // [N,H,W,C] to [N, H * sy - (sy - 1), W * sx - (sx - 1), C].
    ValueId spread_pixels(const Node& node, const ir::Conv2d& conv, const Shape& in) {
        if (conv.stride_y == 1 && conv.stride_x == 1) return node.inputs[0];
        const auto sized = [](std::initializer_list<std::int64_t> sizes) {
            ir::Reshape reshape;
            for (const std::int64_t size : sizes)
                reshape.sizes.push_back({size, 0, 0});
            return reshape;
        };
        const ValueId apart =
            step(node.name + "/apart", sized({in[0], in[1], 1, in[2], 1, in[3]}), {node.inputs[0]});
        ir::Pad zeros;
        zeros.before = {0, 0, 0, 0, 0, 0};
        zeros.after = {0, 0, conv.stride_y - 1, 0, conv.stride_x - 1, 0};
        const ValueId padded = step(node.name + "/zeros", zeros, {apart});
        const ValueId wide =
            step(node.name + "/wide", sized({in[0], in[1] * conv.stride_y, in[2] * conv.stride_x, in[3]}),
                 {padded});
        ir::Slice cut;
        cut.begin = {0, 0, 0, 0};
        cut.size = {in[0], in[1] * conv.stride_y - (conv.stride_y - 1),
                    in[2] * conv.stride_x - (conv.stride_x - 1), in[3]};
        return step(node.name + "/spread", cut, {wide});
    }

    static ir::Padding around(const ir::Conv2d& conv, const Shape& window, const ir::Window2d& slid,
                              const Shape& in, const Shape& out) {
        const auto before = [](std::int64_t size, std::int64_t dilation, std::int64_t pad) {
            return (size - 1) * dilation - pad;
        };
        ir::Padding padding;
        padding.kind = ir::PaddingKind::kExplicit;
        padding.top = before(window[0], conv.dilation_y, slid.y.pad_before);
        padding.left = before(window[1], conv.dilation_x, slid.x.pad_before);
        const std::int64_t tall = (in[1] - 1) * conv.stride_y + 1 + padding.top;
        const std::int64_t wide = (in[2] - 1) * conv.stride_x + 1 + padding.left;
        padding.bottom = out[1] + (window[0] - 1) * conv.dilation_y - tall;
        padding.right = out[2] + (window[1] - 1) * conv.dilation_x - wide;
        return padding;
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
