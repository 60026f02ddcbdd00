// Constants that a picture is multiplied by or that are added to it, between an activation and the
// convolutions that read the picture: trained scales and offsets, which cost as much time as they move
// memory.
#include <algorithm>

#include "passes/pass.h"
#include "passes/rewrite.h"

namespace mosaic::passes {

namespace {

// The activation that makes the value last of all, if it has a factor of its own.
ir::Activation* scalable_activation(ir::Node& maker) {
    ir::Activation* activation = nullptr;
    if (ir::Conv2d* conv = as_convolution(maker.op)) activation = &conv->activation;
    if (auto* activate = std::get_if<ir::Activate>(&maker.op)) activation = &activate->activation;
    const bool has_factor = activation != nullptr && (activation->kind == ir::ActivationKind::kHardSwish ||
                                                      activation->kind == ir::ActivationKind::kHardSigmoid);
    return has_factor ? activation : nullptr;
}

// Around the picture lie zeros, not what is added to it: only windows that see none of them can be told
// beforehand.
bool takes_shift(const ir::Graph& graph, ir::Node& reader, ir::ValueId picture) {
    const ir::Conv2d* conv = as_convolution(reader.op);
    if (conv == nullptr || reader.inputs[0] != picture || conv->has_input_scale || conv->groups != 1)
        return false;
    const ir::Value& weights = graph.value(reader.inputs[1]);
    if (!weights.constant || (conv->has_bias && !graph.value(reader.inputs[2]).constant)) return false;
    const auto window = ir::slide(*conv, graph.value(picture).shape, weights.shape);
    return window && window->y.pad_before == 0 && window->y.pad_after == 0 && window->x.pad_before == 0 &&
           window->x.pad_after == 0 && std::count(reader.inputs.begin(), reader.inputs.end(), picture) == 1;
}

// What a convolution of the numbers of the channels alone gives, and its bias.
Result<ir::ValueId> shifted_bias(ir::Graph& graph, const ir::Node& reader, std::span<const float> shift,
                                 std::int64_t results) {
    const bool depthwise = std::holds_alternative<ir::DepthwiseConv2d>(reader.op);
    const Shape& shape = graph.value(reader.inputs[1]).shape;
    const auto weights = graph.value(reader.inputs[1]).constant->elements<float>();
    MOSAIC_TRY_ASSIGN(Tensor to, Tensor::create(DataType::kFloat32, {results}));
    const auto target = to.elements<float>();
    std::fill(target.begin(), target.end(), 0.0F);
    // [..,CI,CO], and of depthwise ones [..,C,M], which make C times M channels.
    for (std::size_t i = 0; i < weights.size(); ++i) {
        const std::size_t channel =
            i / static_cast<std::size_t>(shape[3]) % static_cast<std::size_t>(shape[2]);
        const std::size_t result = i % static_cast<std::size_t>(depthwise ? shape[2] * shape[3] : shape[3]);
        target[result] += weights[i] * shift[shift.size() == 1 ? 0 : channel];
    }
    const ir::Conv2d& conv =
        depthwise ? std::get<ir::DepthwiseConv2d>(reader.op).conv : std::get<ir::Conv2d>(reader.op);
    if (conv.has_bias) {
        const auto bias = graph.value(reader.inputs[2]).constant->elements<float>();
        std::transform(bias.begin(), bias.end(), target.begin(), target.begin(), std::plus<>());
    }
    return graph.add_constant(reader.name + "/shifted", std::move(to));
}

}  // namespace

Result<std::size_t> scale_activations(ir::Graph& graph) {
    std::size_t changes = 0;
    const Edges edges(graph);
    for (ir::Node& node : graph.nodes) {
        if (!is_binary(node, ir::BinaryKind::kMultiply)) continue;
        for (const std::size_t side : {std::size_t{0}, std::size_t{1}}) {
            const auto factor = ir::scalar_constant(graph, node.inputs[side]);
            const ir::ValueId made = node.inputs[1 - side];
            const std::size_t maker = edges.maker_of(made);
            // Kernels bound the result by the factor: it has to stay above zero.
            if (!factor || *factor <= 0.0F || maker == kNobody || edges.uses_of(made) != 1 ||
                graph.value(made).shape != graph.value(node.outputs[0]).shape)
                continue;
            ir::Node fused = graph.nodes[maker];
            ir::Activation* activation = scalable_activation(fused);
            if (activation == nullptr) continue;
            activation->alpha *= *factor;
            take_place(node, std::move(fused));
            ++changes;
            break;
        }
    }
    MOSAIC_TRY(remove_dead_code(graph));
    return changes;
}

Result<std::size_t> fold_shifts(ir::Graph& graph) {
    std::size_t changes = 0;
    for (std::size_t i = 0; i < graph.nodes.size(); ++i) {
        const ir::Node add = graph.nodes[i];
        const ir::ValueId sum = add.outputs[0];
        const Shape shape = graph.value(sum).shape;
        if (!is_binary(add, ir::BinaryKind::kAdd) || shape.rank() != 4) continue;
        const bool second = !graph.value(add.inputs[0]).constant;
        const auto shift = channel_numbers(graph.value(add.inputs[second ? 1 : 0]), shape[3]);
        const ir::ValueId picture = add.inputs[second ? 0 : 1];
        if (shift.empty() || graph.value(picture).shape != shape) continue;
        std::vector<ir::Node*> readers;
        for (ir::Node& node : graph.nodes) {
            if (!node.inputs.empty() && takes_shift(graph, node, sum)) readers.push_back(&node);
        }
        if (readers.empty() || readers.size() != Edges(graph).uses_of(sum)) continue;
        for (ir::Node* reader : readers) {
            MOSAIC_TRY_ASSIGN(const ir::ValueId bias,
                              shifted_bias(graph, *reader, shift, graph.value(reader->outputs[0]).shape[3]));
            reader->inputs[0] = picture;
            ir::Conv2d* conv = as_convolution(reader->op);
            if (conv->has_bias) {
                reader->inputs[2] = bias;
            } else {
                reader->inputs.insert(reader->inputs.begin() + 2, bias);
                conv->has_bias = true;
            }
        }
        ++changes;
    }
    MOSAIC_TRY(remove_dead_code(graph));
    return changes;
}

}  // namespace mosaic::passes
