// 3x3 convolutions by Winograd's minimal filtering.
#include "avx2/winograd.h"
#include "onednn/fast_site.h"
#include "onednn/parallel.h"

namespace mosaic::onednn {

namespace {

avx2::Winograd winograd_of(const Site& site) {
    avx2::Winograd conv;
    conv.pictures = site.in[0];
    conv.in_channels = site.in[3];
    conv.out_channels = site.out[3];
    conv.in_rows = site.in[1];
    conv.in_columns = site.in[2];
    conv.out_rows = site.out[1];
    conv.out_columns = site.out[2];
    conv.pad_top = site.window.y.pad_before;
    conv.pad_left = site.window.x.pad_before;
    conv.activation = site.conv->activation;
    return conv;
}

// Reads: source, weights, bias, [residual]. Writes: result, scratch.
class WinogradKernel final : public Kernel {
  public:
    explicit WinogradKernel(const Site& site)
        : conv_(winograd_of(site)),
          scratch_floats_(static_cast<std::int64_t>(avx2::winograd_scratch_floats(conv_))),
          has_residual_(site.conv->has_residual) {}

    void run(std::span<const std::byte* const> reads, std::span<std::byte* const> writes) override {
        conv_.weights = as_floats(reads[1]);
        conv_.bias = as_floats(reads[2]);
        const float* residual = has_residual_ ? as_floats(reads[3]) : nullptr;
        parallel_for(conv_.squares(), [&](std::int64_t thread, std::int64_t begin, std::int64_t end) {
            avx2::winograd(conv_, begin, end, as_floats(reads[0]), residual, as_floats(writes[0]),
                           as_floats(writes[1]) + thread * scratch_floats_);
        });
    }

  private:
    avx2::Winograd conv_;
    std::int64_t scratch_floats_;
    bool has_residual_;
};

}  // namespace

bool is_winograd(const ir::Graph& graph, const Site& site) {
    // With fewer channels the transformations take longer than what they save.
    constexpr std::int64_t kChannelsMin = 16;
    return std::holds_alternative<ir::Conv2d>(site.node->op) && suits(graph, site) &&
           site.weights->shape[0] == 3 && site.weights->shape[1] == 3 && site.conv->stride_y == 1 &&
           site.conv->stride_x == 1 && !site.conv->has_input_scale && !fills_padding(site) &&
           site.in[3] >= kChannelsMin && site.out[3] >= kChannelsMin;
}

Result<bool> lower_winograd(OneDnnBackend& backend, Lowering& lowering, const Site& site) {
    const ir::Node& node = *site.node;
    MOSAIC_TRY_ASSIGN(const Picture source,
                      backend.picture_as(lowering, node.inputs[0], blocked_desc(site.in)));
    const auto packed_floats = avx2::packed_winograd_floats(site.in[3], site.out[3]);
    MOSAIC_TRY_ASSIGN(const BufferId weights, make_constant(lowering, packed_floats, [&](float* to) {
                          avx2::pack_winograd(site.weights->constant->elements<float>().data(), site.in[3],
                                              site.out[3], to);
                      }));
    MOSAIC_TRY_ASSIGN(const BufferId bias, make_bias(lowering, site));
    std::vector<BufferId> reads{source.buffer, weights, bias};
    if (site.conv->has_residual) {
        const ir::ValueId id = node.inputs[site.conv->residual_index()];
        MOSAIC_TRY_ASSIGN(const Picture residual, backend.picture_as(lowering, id, blocked_desc(site.out)));
        reads.push_back(residual.buffer);
    }
    const Picture result = backend.make_picture(lowering, node.outputs[0], blocked_desc(site.out));
    const std::size_t scratch_floats =
        avx2::winograd_scratch_floats(winograd_of(site)) * static_cast<std::size_t>(thread_count());
    const BufferId scratch = lowering.program().add_buffer(scratch_floats * sizeof(float));
    lowering.add_step(node, step_name(site), "avx2 winograd 4x4", std::make_unique<WinogradKernel>(site),
                      std::move(reads), {result.buffer, scratch});
    return true;
}

}  // namespace mosaic::onednn
