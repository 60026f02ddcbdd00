// What every convolution here is made of.
#pragma once

#include "avx512/rows.h"
#include "convolution_site.h"
#include "nhwc/backend.h"

namespace mosaic::nhwc {

struct Site : ConvolutionSite {
    const float* bias = nullptr;  // null: none
    Form in_form;                 // that it computes with

    // The value of a weight [row][column][in][out] of the model's file.
    [[nodiscard]] const float* weight_data() const { return weights->constant->elements<float>().data(); }
};

// Nothing if the weights or the bias aren't constants, or the channels lie in groups.
[[nodiscard]] Result<std::optional<Site>> inspect(const NhwcBackend& backend, const ir::Graph& graph,
                                                  const ir::Node& node);
// One scale for each result channel, so that the largest weight of the channel is 127.
[[nodiscard]] std::vector<float> weight_scales(const Site& site);
// The residual as it lies, or kNoBuffer and float form where there is none.
[[nodiscard]] Result<Stored> residual_of(NhwcBackend& backend, Lowering& lowering, const Site& site);

// 1x1 whose result pixels are the source's.
[[nodiscard]] bool is_pointwise(const Site& site);
// In float, linear; its pixels, residual and result are left open.
struct Pointwise {
    avx512::Tiles tiles;
    BufferId weights = kNoBuffer, bias = kNoBuffer;
};
[[nodiscard]] Result<Pointwise> make_pointwise(Lowering& lowering, const Site& site);

// One weight for each tap and channel.
[[nodiscard]] bool is_depthwise(const Site& site);
// Its result is left open.
struct DepthwiseParts {
    avx512::Depthwise conv;
    BufferId weights = kNoBuffer, bias = kNoBuffer;
};
[[nodiscard]] Result<DepthwiseParts> make_depthwise(Lowering& lowering, const Site& site, const Form& source);

// 3x3 by Winograd's minimal filtering.
[[nodiscard]] bool can_winograd(const Site& site, const Options& options);
// And should, by the fixed rule.
[[nodiscard]] bool is_winograd(const Site& site, const Options& options);
[[nodiscard]] Result<bool> lower_winograd(NhwcBackend& backend, Lowering& lowering, const Site& site);

}  // namespace mosaic::nhwc
