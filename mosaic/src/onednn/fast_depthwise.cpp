// Depthwise convolutions.
#include "onednn/fast_site.h"
#include "onednn/parallel.h"

namespace mosaic::onednn {

namespace {

// Reads: source, weights, bias, [scale]. Writes: result.
class DepthwiseKernel final : public Kernel {
  public:
    explicit DepthwiseKernel(const Site& site)
        : conv_(depthwise_of(site)),
          pictures_(site.in[0]),
          blocks_(avx2::blocks_of(site.out[3])),
          has_scale_(site.conv->has_input_scale) {}

    void run(std::span<const std::byte* const> reads, std::span<std::byte* const> writes) override {
        conv_.weights = as_floats(reads[1]);
        conv_.bias = as_floats(reads[2]);
        const std::int64_t in_plane = conv_.in_rows * conv_.in_columns * avx2::kBlock;
        const std::int64_t out_plane = conv_.out_rows * conv_.out_columns * avx2::kBlock;
        parallel_for(pictures_ * blocks_, [&](std::int64_t, std::int64_t begin, std::int64_t end) {
            for (std::int64_t i = begin; i < end; ++i) {
                const std::int64_t block = i % blocks_;
                const float* scale = has_scale_ ? as_floats(reads[3]) + block * avx2::kBlock : nullptr;
                avx2::depthwise_rows(conv_, block, 0, conv_.out_rows, as_floats(reads[0]) + i * in_plane, 0,
                                     scale, as_floats(writes[0]) + i * out_plane);
            }
        });
    }

  private:
    avx2::Depthwise conv_;
    std::int64_t pictures_;
    std::int64_t blocks_;
    bool has_scale_;
};

}  // namespace

bool is_depthwise(const ir::Graph& graph, const Site& site) {
    const Shape& weights = site.weights->shape;
    return std::holds_alternative<ir::DepthwiseConv2d>(site.node->op) && suits(graph, site) &&
           (site.in[0] == 1 || !site.conv->has_input_scale) && weights[3] == 1 && weights[0] == weights[1] &&
           (weights[0] == 3 || weights[0] == 5) && site.conv->stride_y == site.conv->stride_x &&
           site.conv->stride_y <= 2 && !site.conv->has_residual && !fills_padding(site) &&
           site.window.y.pad_before < weights[0] && site.window.y.pad_after < weights[0];
}

avx2::Depthwise depthwise_of(const Site& site) {
    avx2::Depthwise conv;
    conv.size = site.weights->shape[0];
    conv.stride = site.conv->stride_y;
    conv.in_rows = site.in[1];
    conv.in_columns = site.in[2];
    conv.out_rows = site.out[1];
    conv.out_columns = site.out[2];
    conv.pad_top = site.window.y.pad_before;
    conv.pad_left = site.window.x.pad_before;
    conv.activation = site.conv->activation;
    return conv;
}

Result<BufferId> pack_depthwise(Lowering& lowering, const Site& site) {
    const std::int64_t size = site.weights->shape[0];
    const auto count = static_cast<std::size_t>(size * size * avx2::blocks_of(site.out[3]) * avx2::kBlock);
    return make_constant(lowering, count, [&](float* to) {
        avx2::pack_depthwise(site.weights->constant->elements<float>().data(), size, site.out[3], to);
    });
}

Result<bool> lower_depthwise(OneDnnBackend& backend, Lowering& lowering, const Site& site) {
    const ir::Node& node = *site.node;
    MOSAIC_TRY_ASSIGN(const Picture source,
                      backend.picture_as(lowering, node.inputs[0], blocked_desc(site.in)));
    MOSAIC_TRY_ASSIGN(const BufferId weights, pack_depthwise(lowering, site));
    MOSAIC_TRY_ASSIGN(const BufferId bias, make_bias(lowering, site));
    std::vector<BufferId> reads{source.buffer, weights, bias};
    if (site.conv->has_input_scale) {
        const ir::ValueId id = node.inputs[site.conv->scale_index()];
        const Shape& shape = lowering.graph().value(id).shape;
        MOSAIC_TRY_ASSIGN(const Picture scale, backend.picture_as(lowering, id, blocked_desc(shape)));
        reads.push_back(scale.buffer);
    }
    const Picture result = backend.make_picture(lowering, node.outputs[0], blocked_desc(site.out));
    lowering.add_step(node, step_name(site), "avx2 depthwise", std::make_unique<DepthwiseKernel>(site),
                      std::move(reads), {result.buffer});
    return true;
}

}  // namespace mosaic::onednn
