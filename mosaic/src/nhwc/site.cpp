#include "nhwc/site.h"

#include <algorithm>
#include <cmath>

namespace mosaic::nhwc {

Result<std::optional<Site>> inspect(const NhwcBackend& backend, const ir::Graph& graph,
                                    const ir::Node& node) {
    Site site;
    site.node = &node;
    const auto* depthwise = std::get_if<ir::DepthwiseConv2d>(&node.op);
    site.conv = depthwise != nullptr ? &depthwise->conv : &std::get<ir::Conv2d>(node.op);
    site.weights = &graph.value(node.inputs[1]);
    site.in = graph.value(node.inputs[0]).shape;
    site.out = graph.value(node.outputs[0]).shape;
    const bool grouped = depthwise == nullptr && site.conv->groups > 1;
    if (site.weights->constant == nullptr || grouped) return std::optional<Site>();
    if (site.conv->has_bias) {
        const auto& bias = graph.value(node.inputs[2]).constant;
        if (bias == nullptr) return std::optional<Site>();
        site.bias = bias->elements<float>().data();
    }
    if (backend.forms().reduced.contains(&node)) site.in_form = backend.forms().of(node.inputs[0]);
    MOSAIC_TRY_ASSIGN(site.window, ir::slide(*site.conv, site.in, site.weights->shape));
    return std::optional(site);
}

std::string step_name(const Site& site) {
    std::string name = ir::op_name(site.node->op);
    if (site.conv->has_input_scale) name.append("+scale");
    if (site.conv->has_residual) name.append("+residual");
    if (site.conv->activation.kind != ir::ActivationKind::kNone)
        name.append("+").append(to_string(site.conv->activation));
    return name;
}

std::vector<float> weight_scales(const Site& site) {
    constexpr float kWeightMax = 127.0F;
    const std::int64_t channels = site.out[3];
    std::vector<float> scales(static_cast<std::size_t>(channels), 0.0F);
    const auto weights = site.weights->constant->elements<float>();
    for (std::size_t i = 0; i < weights.size(); ++i) {
        float& largest = scales[i % static_cast<std::size_t>(channels)];
        largest = std::max(largest, std::abs(weights[i]));
    }
    for (float& scale : scales)
        scale = scale > 0 ? scale / kWeightMax : 1.0F;
    return scales;
}

Result<Stored> residual_of(NhwcBackend& backend, Lowering& lowering, const Site& site) {
    if (!site.conv->has_residual) return Stored{};
    return backend.stored(lowering, site.node->inputs[site.conv->residual_index()]);
}

}  // namespace mosaic::nhwc
