// Fusions. A fused node takes the place of the last node of the pattern, where all of its inputs are ready.
#include <algorithm>
#include <cmath>
#include <functional>
#include <optional>
#include <utility>

#include "passes/pass.h"
#include "passes/rewrite.h"

namespace mosaic::passes {

namespace {

using ir::ActivationKind;
using ir::BinaryKind;

// The node that makes `id` if it is the only output and only one input uses it.
ir::Node* sole_maker(ir::Graph& graph, const Edges& edges, ir::ValueId id) {
    const std::size_t maker = edges.maker_of(id);
    if (maker == kNobody || edges.uses_of(id) != 1 || graph.nodes[maker].outputs.size() != 1) return nullptr;
    return &graph.nodes[maker];
}

// x and the constant c of a binary node of two inputs, one of which is a constant of one float.
struct WithConstant {
    ir::ValueId x = 0;
    float constant = 0;
};
std::optional<WithConstant> with_constant(const ir::Graph& graph, const ir::Node& node, BinaryKind kind) {
    if (kind == BinaryKind::kMultiply && is_binary(node, BinaryKind::kDivide)) {
        const auto divisor = ir::scalar_constant(graph, node.inputs[1]);
        if (!divisor || graph.value(node.inputs[0]).shape != graph.value(node.outputs[0]).shape)
            return std::nullopt;
        return WithConstant{node.inputs[0], 1.0F / *divisor};
    }
    if (!is_binary(node, kind)) return std::nullopt;
    for (const std::size_t side : {std::size_t{0}, std::size_t{1}}) {
        const auto constant = ir::scalar_constant(graph, node.inputs[side]);
        const ir::ValueId x = node.inputs[1 - side];
        if (constant && graph.value(x).shape == graph.value(node.outputs[0]).shape)
            return WithConstant{x, *constant};
    }
    return std::nullopt;
}

// x of relu6(x + 3).
std::optional<ir::ValueId> match_shifted_relu6(ir::Graph& graph, const Edges& edges, ir::ValueId id) {
    const ir::Node* relu6 = sole_maker(graph, edges, id);
    if (relu6 == nullptr) return std::nullopt;
    const auto* activate = std::get_if<ir::Activate>(&relu6->op);
    if (activate == nullptr || activate->activation.kind != ActivationKind::kRelu6) return std::nullopt;
    const ir::Node* add = sole_maker(graph, edges, relu6->inputs[0]);
    if (add == nullptr) return std::nullopt;
    const auto shifted = with_constant(graph, *add, BinaryKind::kAdd);
    if (!shifted || shifted->constant != 3.0F) return std::nullopt;
    return shifted->x;
}

struct HardPattern {
    ActivationKind kind = ActivationKind::kNone;
    float alpha = 0;
    ir::ValueId x = 0;
};

// Any order of the factors: (c x) r, x (c r), (x r) c, and c r, where r = relu6(x + 3).
std::optional<HardPattern> match_hard(ir::Graph& graph, const Edges& edges, const ir::Node& node) {
    if (const auto scaled = with_constant(graph, node, BinaryKind::kMultiply)) {
        if (const auto x = match_shifted_relu6(graph, edges, scaled->x)) {
            return HardPattern{ActivationKind::kHardSigmoid, scaled->constant, *x};
        }
        const ir::Node* product = sole_maker(graph, edges, scaled->x);
        for (const std::size_t side : {std::size_t{0}, std::size_t{1}}) {
            if (product == nullptr || !is_binary(*product, BinaryKind::kMultiply)) break;
            const auto x = match_shifted_relu6(graph, edges, product->inputs[side]);
            if (x && *x == product->inputs[1 - side])
                return HardPattern{ActivationKind::kHardSwish, scaled->constant, *x};
        }
    }
    if (!is_binary(node, BinaryKind::kMultiply)) return std::nullopt;
    for (const std::size_t side : {std::size_t{0}, std::size_t{1}}) {
        const ir::ValueId left = node.inputs[side];
        const ir::ValueId right = node.inputs[1 - side];
        const ir::Node* scaling = sole_maker(graph, edges, left);
        const auto x = match_shifted_relu6(graph, edges, right);
        if (scaling == nullptr || !x) continue;
        const auto scaled = with_constant(graph, *scaling, BinaryKind::kMultiply);
        if (scaled && scaled->x == *x) return HardPattern{ActivationKind::kHardSwish, scaled->constant, *x};
    }
    return std::nullopt;
}

ir::Activation* fusible_activation(ir::Op& op) {
    if (ir::Conv2d* conv = as_convolution(op)) return &conv->activation;
    if (auto* matmul = std::get_if<ir::MatMul>(&op)) return &matmul->activation;
    if (auto* resize = std::get_if<ir::Resize>(&op)) return &resize->activation;
    return nullptr;
}

}  // namespace

Result<std::size_t> fuse_hard_swish(ir::Graph& graph) {
    std::size_t changes = 0;
    const Edges edges(graph);
    for (ir::Node& node : graph.nodes) {
        if (const auto hard = match_hard(graph, edges, node)) {
            node.op = ir::Activate{{hard->kind, hard->alpha}};
            node.inputs = {hard->x};
            ++changes;
        }
    }
    MOSAIC_TRY(remove_dead_code(graph));
    return changes;
}

Result<std::size_t> fuse_relu6(ir::Graph& graph) {
    const auto bound_of = [](BinaryKind kind) { return kind == BinaryKind::kMaximum ? 0.0F : 6.0F; };
    std::size_t changes = 0;
    const Edges edges(graph);
    for (ir::Node& node : graph.nodes) {
        for (const auto& [outer, inner] : {std::pair{BinaryKind::kMaximum, BinaryKind::kMinimum},
                                           std::pair{BinaryKind::kMinimum, BinaryKind::kMaximum}}) {
            const auto last = with_constant(graph, node, outer);
            if (!last || last->constant != bound_of(outer)) continue;
            const ir::Node* before = sole_maker(graph, edges, last->x);
            if (before == nullptr) continue;
            const auto first = with_constant(graph, *before, inner);
            if (!first || first->constant != bound_of(inner)) continue;
            ir::ValueId x = first->x;
            // Bounds that Keras writes after a ReLU.
            const ir::Node* relu = sole_maker(graph, edges, x);
            const auto* activate = relu == nullptr ? nullptr : std::get_if<ir::Activate>(&relu->op);
            if (activate != nullptr && activate->activation.kind == ActivationKind::kRelu)
                x = relu->inputs[0];
            node.op = ir::Activate{{ActivationKind::kRelu6, 0.0F}};
            node.inputs = {x};
            ++changes;
            break;
        }
    }
    MOSAIC_TRY(remove_dead_code(graph));
    return changes;
}

Result<std::size_t> fuse_swish(ir::Graph& graph) {
    std::size_t changes = 0;
    const Edges edges(graph);
    for (ir::Node& node : graph.nodes) {
        if (!is_binary(node, BinaryKind::kMultiply)) continue;
        for (const std::size_t side : {std::size_t{0}, std::size_t{1}}) {
            const ir::ValueId x = node.inputs[1 - side];
            const ir::Node* sigmoid = sole_maker(graph, edges, node.inputs[side]);
            const auto* activate = sigmoid == nullptr ? nullptr : std::get_if<ir::Activate>(&sigmoid->op);
            if (activate == nullptr || activate->activation.kind != ActivationKind::kSigmoid ||
                sigmoid->inputs[0] != x) {
                continue;
            }
            node.op = ir::Activate{{ActivationKind::kSwish, 0.0F}};
            node.inputs = {x};
            ++changes;
            break;
        }
    }
    MOSAIC_TRY(remove_dead_code(graph));
    return changes;
}

namespace {

// The sum of two constant biases of the same shape.
Result<ir::ValueId> add_biases(ir::Graph& graph, ir::ValueId a, ir::ValueId b) {
    const std::shared_ptr<const Tensor> left = graph.value(a).constant;
    const std::shared_ptr<const Tensor> right = graph.value(b).constant;
    MOSAIC_TRY_ASSIGN(Tensor sum, Tensor::create(DataType::kFloat32, left->shape()));
    const auto from = left->elements<float>();
    std::transform(from.begin(), from.end(), right->elements<float>().begin(), sum.elements<float>().begin(),
                   std::plus<>());
    return graph.add_constant(graph.value(a).name + "/sum", std::move(sum));
}

}  // namespace

Result<std::size_t> fuse_bias(ir::Graph& graph) {
    std::size_t changes = 0;
    const Edges edges(graph);
    for (ir::Node& node : graph.nodes) {
        if (!is_binary(node, BinaryKind::kAdd)) continue;
        for (const std::size_t side : {std::size_t{0}, std::size_t{1}}) {
            ir::Node* producer = sole_maker(graph, edges, node.inputs[side]);
            const Shape shape = graph.value(node.outputs[0]).shape;
            if (producer == nullptr || shape.rank() == 0 ||
                graph.value(producer->outputs[0]).shape != shape ||
                channel_numbers(graph.value(node.inputs[1 - side]), shape[shape.rank() - 1]).empty()) {
                continue;
            }
            const auto bias = [&] {
                return as_vector(graph, node.inputs[1 - side], shape[shape.rank() - 1]);
            };
            ir::Conv2d* conv = as_convolution(producer->op);
            auto* matmul = std::get_if<ir::MatMul>(&producer->op);
            if (conv != nullptr && !conv->has_bias && !conv->has_residual &&
                conv->activation.kind == ActivationKind::kNone) {
                conv->has_bias = true;
            } else if (conv != nullptr && conv->has_bias && graph.value(producer->inputs[2]).constant &&
                       !conv->has_residual && conv->activation.kind == ActivationKind::kNone) {
                ir::Node fused = *producer;
                MOSAIC_TRY_ASSIGN(const ir::ValueId more, bias());
                MOSAIC_TRY_ASSIGN(fused.inputs[2], add_biases(graph, fused.inputs[2], more));
                take_place(node, std::move(fused));
                ++changes;
                break;
            } else if (matmul != nullptr && !matmul->has_bias &&
                       matmul->activation.kind == ActivationKind::kNone) {
                matmul->has_bias = true;
            } else {
                continue;
            }
            MOSAIC_TRY_ASSIGN(producer->inputs.emplace_back(), bias());
            take_place(node, *producer);
            ++changes;
            break;
        }
    }
    MOSAIC_TRY(remove_dead_code(graph));
    return changes;
}

Result<std::size_t> sink_activations(ir::Graph& graph) {
    std::size_t changes = 0;
    for (std::size_t i = 0; i < graph.nodes.size(); ++i) {
        const auto* activate = std::get_if<ir::Activate>(&graph.nodes[i].op);
        if (activate == nullptr) continue;
        const ir::Activation activation = activate->activation;
        const Edges edges(graph);
        const ir::Node* concat = sole_maker(graph, edges, graph.nodes[i].inputs[0]);
        if (concat == nullptr || !std::holds_alternative<ir::Concat>(concat->op)) continue;
        // Worth it only where every part can take the activation in.
        const bool all_fusible =
            std::all_of(concat->inputs.begin(), concat->inputs.end(), [&](ir::ValueId id) {
                ir::Node* maker = sole_maker(graph, edges, id);
                const ir::Activation* own = maker == nullptr ? nullptr : fusible_activation(maker->op);
                return own != nullptr && own->kind == ActivationKind::kNone;
            });
        if (!all_fusible) continue;
        const std::size_t at = edges.maker_of(graph.nodes[i].inputs[0]);
        std::vector<ir::Node> activations;
        for (ir::ValueId& part : graph.nodes[at].inputs) {
            ir::Value value = graph.value(part);
            value.name += "/activation";
            const ir::ValueId activated = graph.add_value(value);
            activations.push_back({value.name, ir::Activate{activation}, {part}, {activated}});
            part = activated;
        }
        const ir::ValueId before = graph.nodes[i].inputs[0];
        const ir::ValueId after = graph.nodes[i].outputs[0];
        graph.nodes.erase(graph.nodes.begin() + static_cast<std::ptrdiff_t>(i));
        replace_uses(graph, after, before);
        graph.nodes.insert(graph.nodes.begin() + static_cast<std::ptrdiff_t>(at), activations.begin(),
                           activations.end());
        i += activations.size() - 1;
        ++changes;
    }
    return changes;
}

Result<std::size_t> fuse_activations(ir::Graph& graph) {
    std::size_t changes = 0;
    const Edges edges(graph);
    for (ir::Node& node : graph.nodes) {
        const auto* activate = std::get_if<ir::Activate>(&node.op);
        if (activate == nullptr) continue;
        ir::Node* producer = sole_maker(graph, edges, node.inputs[0]);
        ir::Activation* fused = producer == nullptr ? nullptr : fusible_activation(producer->op);
        if (fused == nullptr || fused->kind != ActivationKind::kNone) continue;
        *fused = activate->activation;
        take_place(node, *producer);
        ++changes;
    }
    MOSAIC_TRY(remove_dead_code(graph));
    return changes;
}

Result<std::size_t> fuse_residuals(ir::Graph& graph) {
    std::size_t changes = 0;
    const Edges edges(graph);
    for (ir::Node& node : graph.nodes) {
        if (!is_binary(node, BinaryKind::kAdd) || node.inputs[0] == node.inputs[1]) continue;
        const Shape& shape = graph.value(node.outputs[0]).shape;
        if (graph.value(node.inputs[0]).shape != shape || graph.value(node.inputs[1]).shape != shape)
            continue;
        // Of two convolutions the later one takes the other's result: it is ready by then.
        std::size_t chosen = 2;
        for (const std::size_t side : {std::size_t{0}, std::size_t{1}}) {
            ir::Node* producer = sole_maker(graph, edges, node.inputs[side]);
            const ir::Conv2d* conv = producer == nullptr ? nullptr : as_convolution(producer->op);
            if (conv == nullptr || conv->has_residual || conv->activation.kind != ActivationKind::kNone)
                continue;
            if (chosen == 2 || edges.maker_of(node.inputs[side]) > edges.maker_of(node.inputs[chosen]))
                chosen = side;
        }
        if (chosen == 2) continue;
        ir::Node fused = *sole_maker(graph, edges, node.inputs[chosen]);
        as_convolution(fused.op)->has_residual = true;
        fused.inputs.push_back(node.inputs[1 - chosen]);
        take_place(node, std::move(fused));
        ++changes;
    }
    MOSAIC_TRY(remove_dead_code(graph));
    // Now relu(convolution + residual) can become one as well.
    MOSAIC_TRY(fuse_activations(graph));
    return changes;
}

}  // namespace mosaic::passes
