// What the lowering of the kernels of src/avx2 shares; private to the files fast*.cpp.
#pragma once

#include "avx2/kernels.h"
#include "convolution_site.h"
#include "onednn/backend.h"

namespace mosaic::onednn {

using Site = ConvolutionSite;

[[nodiscard]] dnnl::memory::desc blocked_desc(const Shape& shape);
// The bias, or zeros, filled up to whole blocks.
[[nodiscard]] Result<BufferId> make_bias(Lowering& lowering, const Site& site);
// Conditions that all kernels share: constants, no dilation, known activation.
[[nodiscard]] bool suits(const ir::Graph& graph, const Site& site);
// Channels beyond the last must stay zero, and these activations don't keep zero.
[[nodiscard]] bool fills_padding(const Site& site);

// 1x1.
[[nodiscard]] bool is_pointwise(const ir::Graph& graph, const Site& site);
[[nodiscard]] avx2::Pointwise pointwise_of(const Site& site);
[[nodiscard]] Result<BufferId> pack_pointwise(Lowering& lowering, const Site& site);
[[nodiscard]] Result<bool> lower_pointwise(OneDnnBackend& backend, Lowering& lowering, const Site& site);

// Depthwise.
[[nodiscard]] bool is_depthwise(const ir::Graph& graph, const Site& site);
[[nodiscard]] avx2::Depthwise depthwise_of(const Site& site);
[[nodiscard]] Result<BufferId> pack_depthwise(Lowering& lowering, const Site& site);
[[nodiscard]] Result<bool> lower_depthwise(OneDnnBackend& backend, Lowering& lowering, const Site& site);

// 1x1 and depthwise in one.
// The 1x1 convolution before a depthwise one, if the two should run as one.
[[nodiscard]] Result<const ir::Node*> find_expansion(const ir::Graph& graph, const Site& depthwise);
// Whether only a depthwise convolution that takes it in reads the node's result.
[[nodiscard]] Result<bool> is_taken_in(const ir::Graph& graph, const ir::Node& node);
[[nodiscard]] Result<bool> lower_expanded(OneDnnBackend& backend, Lowering& lowering, const Site& expand,
                                          const Site& depthwise);

// 3x3 by Winograd's minimal filtering.
[[nodiscard]] bool is_winograd(const ir::Graph& graph, const Site& site);
[[nodiscard]] Result<bool> lower_winograd(OneDnnBackend& backend, Lowering& lowering, const Site& site);

// The first of a network.
[[nodiscard]] Result<bool> lower_first(OneDnnBackend& backend, Lowering& lowering, const Site& site);
[[nodiscard]] bool is_first(const OneDnnBackend& backend, const ir::Graph& graph, const Site& site);

inline const float* as_floats(const std::byte* bytes) {
    return reinterpret_cast<const float*>(bytes);
}
inline float* as_floats(std::byte* bytes) {
    return reinterpret_cast<float*>(bytes);
}

// A constant of `count` floats that `fill` writes; zero where it doesn't.
template <typename Fill>
Result<BufferId> make_constant(Lowering& lowering, std::size_t count, Fill fill) {
    MOSAIC_TRY_ASSIGN(Tensor tensor, Tensor::create(DataType::kFloat32, {static_cast<std::int64_t>(count)}));
    fill(tensor.elements<float>().data());
    return lowering.program().add_constant(std::make_shared<const Tensor>(std::move(tensor)));
}

}  // namespace mosaic::onednn
