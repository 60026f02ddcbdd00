#include "onednn/fast_site.h"

#include <algorithm>

namespace mosaic::onednn {

dnnl::memory::desc blocked_desc(const Shape& shape) {
    return {dims_of(shape), dnnl::memory::data_type::f32, dnnl::memory::format_tag::nChw8c};
}

Result<BufferId> make_bias(Lowering& lowering, const Site& site) {
    const auto count = static_cast<std::size_t>(avx2::blocks_of(site.out[3]) * avx2::kBlock);
    return make_constant(lowering, count, [&](float* to) {
        if (!site.conv->has_bias) return;
        const auto bias = lowering.graph().value(site.node->inputs[2]).constant->elements<float>();
        std::copy(bias.begin(), bias.end(), to);
    });
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
