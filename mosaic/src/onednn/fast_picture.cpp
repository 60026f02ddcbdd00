// The first convolution of a network, and bilinear resizes.
#include <algorithm>

#include "onednn/fast.h"
#include "onednn/fast_site.h"
#include "onednn/parallel.h"

namespace mosaic::onednn {

namespace {

// Reads: source, weights, bias. Writes: result.
class FirstConvolutionKernel final : public Kernel {
  public:
    explicit FirstConvolutionKernel(const Site& site) {
        conv_.size_y = site.weights->shape[0];
        conv_.size_x = site.weights->shape[1];
        conv_.stride_y = site.conv->stride_y;
        conv_.stride_x = site.conv->stride_x;
        conv_.in_channels = site.in[3];
        conv_.out_channels = site.out[3];
        conv_.in_rows = site.in[1];
        conv_.in_columns = site.in[2];
        conv_.out_rows = site.out[1];
        conv_.out_columns = site.out[2];
        conv_.pad_top = site.window.y.pad_before;
        conv_.pad_left = site.window.x.pad_before;
        conv_.activation = site.conv->activation;
    }

    void run(std::span<const std::byte* const> reads, std::span<std::byte* const> writes) override {
        conv_.weights = as_floats(reads[1]);
        conv_.bias = as_floats(reads[2]);
        parallel_for(conv_.out_rows, [&](std::int64_t, std::int64_t begin, std::int64_t end) {
            avx2::first_convolution(conv_, begin, end, as_floats(reads[0]), as_floats(writes[0]));
        });
    }

  private:
    avx2::FirstConvolution conv_;
};

std::vector<avx2::Interpolation> interpolate(const std::vector<ir::ResizeTap>& taps) {
    std::vector<avx2::Interpolation> positions;
    positions.reserve(taps.size());
    for (const ir::ResizeTap& tap : taps) {
        positions.push_back(
            {static_cast<std::int32_t>(tap.low), static_cast<std::int32_t>(tap.high), tap.weight});
    }
    return positions;
}

// Reads: source. Writes: result, one row of scratch.
class ResizeKernel final : public Kernel {
  public:
    ResizeKernel(const ir::Resize& resize, const Shape& in, const Shape& out)
        : rows_(interpolate(ir::resize_rows(resize, in, out))),
          columns_(interpolate(ir::resize_columns(resize, in, out))),
          activation_(resize.activation),
          in_columns_(in[2]),
          in_plane_(in[1] * in[2] * avx2::kBlock),
          out_plane_(out[1] * out[2] * avx2::kBlock),
          blocks_(in[0] * avx2::blocks_of(in[3])) {}

    void run(std::span<const std::byte* const> reads, std::span<std::byte* const> writes) override {
        parallel_for(blocks_, [&](std::int64_t thread, std::int64_t begin, std::int64_t end) {
            float* scratch = as_floats(writes[1]) + thread * in_columns_ * avx2::kBlock;
            for (std::int64_t block = begin; block < end; ++block) {
                avx2::resize_plane(rows_.data(), static_cast<std::int64_t>(rows_.size()), columns_.data(),
                                   static_cast<std::int64_t>(columns_.size()), in_columns_, activation_,
                                   as_floats(reads[0]) + block * in_plane_,
                                   as_floats(writes[0]) + block * out_plane_, scratch);
            }
        });
    }

  private:
    std::vector<avx2::Interpolation> rows_, columns_;
    ir::Activation activation_;
    std::int64_t in_columns_, in_plane_, out_plane_, blocks_;
};

}  // namespace

Result<bool> lower_first(OneDnnBackend& backend, Lowering& lowering, const Site& site) {
    const ir::Node& node = *site.node;
    MOSAIC_TRY_ASSIGN(const BufferId source, lowering.plain(node.inputs[0]));
    const Shape& shape = site.weights->shape;
    const std::int64_t taps = shape[0] * shape[1] * shape[2];
    const auto count = static_cast<std::size_t>(taps * avx2::blocks_of(shape[3]) * avx2::kBlock);
    MOSAIC_TRY_ASSIGN(const BufferId weights, make_constant(lowering, count, [&](float* to) {
                          avx2::pack_first(site.weights->constant->elements<float>().data(), taps, shape[3],
                                           to);
                      }));
    MOSAIC_TRY_ASSIGN(const BufferId bias, make_bias(lowering, site));
    const Picture result = backend.make_picture(lowering, node.outputs[0], blocked_desc(site.out));
    lowering.add_step(node, step_name(site), "avx2 first convolution",
                      std::make_unique<FirstConvolutionKernel>(site), {source, weights, bias},
                      {result.buffer});
    return true;
}

bool is_first(const OneDnnBackend& backend, const ir::Graph& graph, const Site& site) {
    constexpr std::int64_t kFewChannels = 4;
    return std::holds_alternative<ir::Conv2d>(site.node->op) && suits(graph, site) && site.in[0] == 1 &&
           site.in[3] <= kFewChannels && !backend.has_picture(site.node->inputs[0]) &&
           !site.conv->has_residual && !site.conv->has_input_scale && !fills_padding(site);
}

Result<bool> lower_fast_resize(OneDnnBackend& backend, Lowering& lowering, std::size_t index) {
    const ir::Node& node = lowering.graph().nodes[index];
    const auto& resize = std::get<ir::Resize>(node.op);
    const Shape& in = lowering.graph().value(node.inputs[0]).shape;
    const Shape& out = lowering.graph().value(node.outputs[0]).shape;
    if (!backend.prefers_own_kernels() || !backend.has_picture(node.inputs[0]) || in[3] % avx2::kBlock != 0 ||
        resize.mode == ir::ResizeMode::kCubic || !avx2::has_activation(resize.activation)) {
        return false;
    }
    MOSAIC_TRY_ASSIGN(const Picture source, backend.picture_as(lowering, node.inputs[0], blocked_desc(in)));
    const Picture result = backend.make_picture(lowering, node.outputs[0], blocked_desc(out));
    const BufferId scratch = lowering.program().add_buffer(
        static_cast<std::size_t>(in[2] * avx2::kBlock * thread_count()) * sizeof(float));
    lowering.add_step(node, ir::op_name(node.op), "avx2 resize",
                      std::make_unique<ResizeKernel>(resize, in, out), {source.buffer},
                      {result.buffer, scratch});
    return true;
}

}  // namespace mosaic::onednn
