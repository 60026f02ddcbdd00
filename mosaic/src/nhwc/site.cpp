#include "nhwc/site.h"

#include <algorithm>
#include <cmath>

namespace mosaic::nhwc {

Result<std::optional<Site>> inspect(const NhwcBackend& backend, const ir::Graph& graph,
                                    const ir::Node& node) {
    Site site;
    MOSAIC_TRY_ASSIGN(static_cast<ConvolutionSite&>(site), inspect_convolution(graph, node));
    const bool grouped = std::holds_alternative<ir::Conv2d>(node.op) && site.conv->groups > 1;
    if (site.weights->constant == nullptr || grouped) return std::optional<Site>();
    if (site.conv->has_bias) {
        const auto& bias = graph.value(node.inputs[2]).constant;
        if (bias == nullptr) return std::optional<Site>();
        site.bias = bias->elements<float>().data();
    }
    if (backend.forms().reduced.contains(&node)) site.in_form = backend.forms().of(node.inputs[0]);
    return std::optional(site);
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
