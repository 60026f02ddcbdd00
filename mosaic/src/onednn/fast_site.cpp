#include "onednn/fast_site.h"

#include <algorithm>

namespace mosaic::onednn {

dnnl::memory::desc blocked_desc(const Shape& shape) {
    return {dims_of(shape), dnnl::memory::data_type::f32, dnnl::memory::format_tag::nChw8c};
}

Result<Site> inspect(const ir::Graph& graph, const ir::Node& node) {
    Site site;
    site.node = &node;
    const auto* depthwise = std::get_if<ir::DepthwiseConv2d>(&node.op);
    site.conv = depthwise != nullptr ? &depthwise->conv : &std::get<ir::Conv2d>(node.op);
    site.weights = &graph.value(node.inputs[1]);
    site.in = graph.value(node.inputs[0]).shape;
    site.out = graph.value(node.outputs[0]).shape;
    MOSAIC_TRY_ASSIGN(site.window, ir::slide(*site.conv, site.in, site.weights->shape));
    return site;
}

Result<BufferId> make_bias(Lowering& lowering, const Site& site) {
    const auto count = static_cast<std::size_t>(avx2::blocks_of(site.out[3]) * avx2::kBlock);
    return make_constant(lowering, count, [&](float* to) {
        if (!site.conv->has_bias) return;
        const auto bias = lowering.graph().value(site.node->inputs[2]).constant->elements<float>();
        std::copy(bias.begin(), bias.end(), to);
    });
}

std::string step_name(const Site& site) {
    std::string name = ir::op_name(site.node->op);
    if (site.conv->has_input_scale) name.append("+scale");
    if (site.conv->has_residual) name.append("+residual");
    if (site.conv->activation.kind != ir::ActivationKind::kNone)
        name.append("+").append(to_string(site.conv->activation));
    return name;
}

bool suits(const ir::Graph& graph, const Site& site) {
    const bool constant_bias = !site.conv->has_bias || graph.value(site.node->inputs[2]).constant != nullptr;
    const bool grouped = std::holds_alternative<ir::Conv2d>(site.node->op) && site.conv->groups > 1;
    return site.weights->constant != nullptr && constant_bias && !grouped && site.conv->dilation_y == 1 &&
           site.conv->dilation_x == 1 && avx2::has_activation(site.conv->activation);
}

bool fills_padding(const Site& site) {
    const auto kind = site.conv->activation.kind;
    const bool moves_zero = kind == ir::ActivationKind::kSigmoid || kind == ir::ActivationKind::kHardSigmoid;
    return moves_zero && site.out[3] % avx2::kBlock != 0;
}

}  // namespace mosaic::onednn
