// 1x1 convolutions.
#include <algorithm>

#include "onednn/fast_site.h"
#include "onednn/parallel.h"

namespace mosaic::onednn {

namespace {

// Reads: source, weights, bias, [residual], [scale]. Writes: result, scratch.
class PointwiseKernel final : public Kernel {
  public:
    PointwiseKernel(const Site& site, bool row_major)
        : conv_(pointwise_of(site)),
          pictures_(site.in[0]),
          pixels_(site.out_pixels()),
          has_residual_(site.conv->has_residual),
          has_scale_(site.conv->has_input_scale) {
        if (row_major) conv_.out_stride = 0;
    }

    void run(std::span<const std::byte* const> reads, std::span<std::byte* const> writes) override {
        conv_.weights = as_floats(reads[1]);
        conv_.bias = as_floats(reads[2]);
        const float* residual = has_residual_ ? as_floats(reads[3]) : nullptr;
        const float* scale = has_scale_ ? as_floats(reads[has_residual_ ? 4 : 3]) : nullptr;
        const auto scratch_floats =
            static_cast<std::int64_t>(avx2::pointwise_scratch_floats(conv_.in_channels, conv_.out_channels));
        const std::int64_t tiles = (pixels_ + avx2::kPointwiseTile - 1) / avx2::kPointwiseTile;
        parallel_for(pictures_ * tiles, [&](std::int64_t thread, std::int64_t begin, std::int64_t end) {
            float* scratch = as_floats(writes[1]) + thread * scratch_floats;
            while (begin < end) {
                const std::int64_t picture = begin / tiles;
                const std::int64_t stop = std::min(end, (picture + 1) * tiles);
                const std::int64_t first = (begin - picture * tiles) * avx2::kPointwiseTile;
                const std::int64_t last = std::min((stop - picture * tiles) * avx2::kPointwiseTile, pixels_);
                run_pixels(picture, first, last, as_floats(reads[0]), scale, residual, as_floats(writes[0]),
                           scratch);
                begin = stop;
            }
        });
    }

  private:
    void run_pixels(std::int64_t picture, std::int64_t first, std::int64_t last, const float* source,
                    const float* scale, const float* residual, float* result, float* scratch) const {
        const std::int64_t in_picture = avx2::blocks_of(conv_.in_channels) * conv_.in_stride;
        const std::int64_t residual_picture = avx2::blocks_of(conv_.out_channels) * conv_.residual_stride;
        const bool row_major = conv_.out_stride == 0;
        const std::int64_t out_pixel = row_major ? conv_.out_channels : avx2::kBlock;
        const std::int64_t out_picture = row_major ? pixels_ * conv_.out_channels : residual_picture;
        const std::int64_t at = first * avx2::kBlock;
        avx2::pointwise(conv_, last - first, source + picture * in_picture + at, scale,
                        residual == nullptr ? nullptr : residual + picture * residual_picture + at,
                        result + picture * out_picture + first * out_pixel, scratch);
    }

    avx2::Pointwise conv_;
    std::int64_t pictures_;
    std::int64_t pixels_;
    bool has_residual_;
    bool has_scale_;
};

// Whether nobody reads the value in blocks.
bool wanted_row_major(const ir::Graph& graph, ir::ValueId id) {
    return std::none_of(graph.nodes.begin(), graph.nodes.end(), [&](const ir::Node& node) {
        const bool reads = std::find(node.inputs.begin(), node.inputs.end(), id) != node.inputs.end();
        const bool plain =
            std::holds_alternative<ir::TopPeaks>(node.op) || std::holds_alternative<ir::TopK>(node.op) ||
            std::holds_alternative<ir::Reshape>(node.op) || std::holds_alternative<ir::Squeeze>(node.op);
        return reads && !plain;
    });
}

}  // namespace

bool is_pointwise(const ir::Graph& graph, const Site& site) {
    return std::holds_alternative<ir::Conv2d>(site.node->op) && suits(graph, site) &&
           (site.in[0] == 1 || !site.conv->has_input_scale) && site.weights->shape[0] == 1 &&
           site.weights->shape[1] == 1 && site.in_pixels() == site.out_pixels() && site.conv->stride_y == 1 &&
           site.conv->stride_x == 1;
}

avx2::Pointwise pointwise_of(const Site& site) {
    avx2::Pointwise conv;
    conv.in_channels = site.in[3];
    conv.out_channels = site.out[3];
    conv.activation = site.conv->activation;
    conv.in_stride = site.in_pixels() * avx2::kBlock;
    conv.out_stride = site.out_pixels() * avx2::kBlock;
    conv.residual_stride = conv.out_stride;
    return conv;
}

Result<BufferId> pack_pointwise(Lowering& lowering, const Site& site) {
    return make_constant(lowering, avx2::packed_pointwise_floats(site.in[3], site.out[3]), [&](float* to) {
        avx2::pack_pointwise(site.weights->constant->elements<float>().data(), site.in[3], site.out[3], to);
    });
}

Result<bool> lower_pointwise(OneDnnBackend& backend, Lowering& lowering, const Site& site) {
    const ir::Node& node = *site.node;
    MOSAIC_TRY_ASSIGN(const Picture source,
                      backend.picture_as(lowering, node.inputs[0], blocked_desc(site.in)));
    MOSAIC_TRY_ASSIGN(const BufferId weights, pack_pointwise(lowering, site));
    MOSAIC_TRY_ASSIGN(const BufferId bias, make_bias(lowering, site));
    std::vector<BufferId> reads{source.buffer, weights, bias};
    if (site.conv->has_residual) {
        const ir::ValueId id = node.inputs[site.conv->residual_index()];
        MOSAIC_TRY_ASSIGN(const Picture residual, backend.picture_as(lowering, id, blocked_desc(site.out)));
        reads.push_back(residual.buffer);
    }
    if (site.conv->has_input_scale) {
        const ir::ValueId id = node.inputs[site.conv->scale_index()];
        const Shape& shape = lowering.graph().value(id).shape;
        MOSAIC_TRY_ASSIGN(const Picture scale, backend.picture_as(lowering, id, blocked_desc(shape)));
        reads.push_back(scale.buffer);
    }
    const bool row_major = wanted_row_major(lowering.graph(), node.outputs[0]);
    const dnnl::memory::desc layout = row_major ? plain_desc(site.out) : blocked_desc(site.out);
    const Picture result = backend.make_picture(lowering, node.outputs[0], layout);
    const BufferId scratch =
        lowering.program().add_buffer(avx2::pointwise_scratch_floats(site.in[3], site.out[3]) *
                                      sizeof(float) * static_cast<std::size_t>(thread_count()));
    lowering.add_step(
        node, step_name(site), row_major ? "avx2 pointwise, row-major result" : "avx2 pointwise",
        std::make_unique<PointwiseKernel>(site, row_major), std::move(reads), {result.buffer, scratch});
    return true;
}

}  // namespace mosaic::onednn
