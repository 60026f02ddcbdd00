#include "convolution_site.h"

namespace mosaic {

Result<ConvolutionSite> inspect_convolution(const ir::Graph& graph, const ir::Node& node) {
    ConvolutionSite site;
    site.node = &node;
    const auto* depthwise = std::get_if<ir::DepthwiseConv2d>(&node.op);
    site.conv = depthwise != nullptr ? &depthwise->conv : &std::get<ir::Conv2d>(node.op);
    site.weights = &graph.value(node.inputs[1]);
    site.in = graph.value(node.inputs[0]).shape;
    site.out = graph.value(node.outputs[0]).shape;
    MOSAIC_TRY_ASSIGN(site.window, ir::slide(*site.conv, site.in, site.weights->shape));
    return site;
}

std::string step_name(const ConvolutionSite& site) {
    std::string name = ir::op_name(site.node->op);
    if (site.conv->has_input_scale) name.append("+scale");
    if (site.conv->has_residual) name.append("+residual");
    if (site.conv->activation.kind != ir::ActivationKind::kNone)
        name.append("+").append(to_string(site.conv->activation));
    return name;
}

}  // namespace mosaic
