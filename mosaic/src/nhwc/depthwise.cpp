// Depthwise convolutions.
#include <algorithm>

#include "avx512/rows.h"
#include "nhwc/site.h"
#include "onednn/parallel.h"

namespace mosaic::nhwc {

namespace {

// Reads: source, weights, bias, [scale]. Writes: result.
class DepthwiseKernel final : public Kernel {
  public:
    DepthwiseKernel(const avx512::Depthwise& conv, std::int64_t pictures, bool has_scale)
        : conv_(conv), pictures_(pictures), has_scale_(has_scale) {}

    void run(std::span<const std::byte* const> reads, std::span<std::byte* const> writes) override {
        conv_.weights = reinterpret_cast<const float*>(reads[1]);
        conv_.bias = reinterpret_cast<const float*>(reads[2]);
        const avx512::Sliding& window = conv_.window;
        const std::int64_t in_picture = window.in_rows * window.in_columns * window.in.pixel_bytes;
        const std::int64_t out_picture = window.out_rows * window.out_columns * window.out.pixel_bytes;
        const std::int64_t rows = window.out_rows;
        onednn::parallel_for(pictures_ * rows, [&](std::int64_t, std::int64_t begin, std::int64_t end) {
            avx512::Depthwise conv = conv_;
            for (std::int64_t at = begin; at < end;) {
                const std::int64_t picture = at / rows;
                const std::int64_t last = std::min(end, (picture + 1) * rows);
                if (has_scale_)
                    conv.scale = reinterpret_cast<const float*>(reads[3]) + picture * window.channels;
                avx512::depthwise_rows(conv, at - picture * rows, last - picture * rows,
                                       reads[0] + picture * in_picture, writes[0] + picture * out_picture);
                at = last;
            }
        });
    }

  private:
    avx512::Depthwise conv_;
    std::int64_t pictures_;
    bool has_scale_;
};

avx512::Sliding sliding_of(const Site& site, const Form& in) {
    avx512::Sliding window;
    window.size_y = site.weights->shape[0];
    window.size_x = site.weights->shape[1];
    window.stride_y = site.conv->stride_y;
    window.stride_x = site.conv->stride_x;
    window.pad_top = site.window.y.pad_before;
    window.pad_left = site.window.x.pad_before;
    window.in_rows = site.in[1];
    window.in_columns = site.in[2];
    window.out_rows = site.out[1];
    window.out_columns = site.out[2];
    window.channels = site.out[3];
    window.in = strip_of(in, site.in[3]);
    return window;
}

}  // namespace

Result<bool> lower_depthwise(NhwcBackend& backend, Lowering& lowering, const ir::Node& node) {
    MOSAIC_TRY_ASSIGN(const std::optional<Site> found, inspect(backend, lowering.graph(), node));
    if (!found || !is_depthwise(*found) || found->conv->has_residual || found->out.element_count() == 0)
        return false;
    const Site& site = *found;
    MOSAIC_TRY_ASSIGN(const Stored source, backend.stored(lowering, node.inputs[0]));
    const bool bytes = source.form.element == avx512::Element::kByte;
    if (bytes && site.conv->has_input_scale) return false;
    MOSAIC_TRY_ASSIGN(DepthwiseParts made, make_depthwise(lowering, site, source.form));
    const Stored result = backend.make(lowering, node.outputs[0]);
    made.conv.window.out = strip_of(result, site.out[3]);
    std::vector<BufferId> reads{source.buffer, made.weights, made.bias};
    if (site.conv->has_input_scale) {
        MOSAIC_TRY_ASSIGN(const BufferId scale, lowering.plain(node.inputs[site.conv->scale_index()]));
        reads.push_back(scale);
    }
    lowering.add_step(node, step_name(site), bytes ? "avx512 depthwise int8" : "avx512 depthwise",
                      std::make_unique<DepthwiseKernel>(made.conv, site.in[0], site.conv->has_input_scale),
                      std::move(reads), {result.buffer});
    return true;
}

bool is_depthwise(const Site& site) {
    return std::holds_alternative<ir::DepthwiseConv2d>(site.node->op) && site.weights->shape[3] == 1 &&
           site.weights->shape[0] <= avx512::kDepthwiseRowsMax;
}

Result<DepthwiseParts> make_depthwise(Lowering& lowering, const Site& site, const Form& source) {
    const bool bytes = source.element == avx512::Element::kByte;
    const float scale = bytes ? source.scale : 1.0F;
    const float zero = bytes ? source.zero : 0.0F;
    const std::int64_t channels = site.out[3];
    const std::int64_t padded = avx512::vectors_of(channels) * avx512::kVector;
    const std::int64_t taps = site.weights->shape[0] * site.weights->shape[1];
    std::vector<float> bias(static_cast<std::size_t>(padded), 0.0F);
    if (site.bias != nullptr) std::copy_n(site.bias, channels, bias.begin());
    DepthwiseParts made;
    MOSAIC_TRY_ASSIGN(made.weights, make_constant<float>(lowering, taps * padded, [&](float* to) {
                          for (std::int64_t i = 0; i < taps * channels; ++i) {
                              const std::int64_t channel = i % channels;
                              const float weight = site.weight_data()[i] * scale;
                              to[i / channels * padded + channel] = weight;
                              bias[static_cast<std::size_t>(channel)] -= zero * weight;
                          }
                      }));
    MOSAIC_TRY_ASSIGN(made.bias, make_constant<float>(lowering, padded, [&](float* to) {
                          std::copy(bias.begin(), bias.end(), to);
                      }));
    made.conv.window = sliding_of(site, source);
    made.conv.dilation_y = site.conv->dilation_y;
    made.conv.dilation_x = site.conv->dilation_x;
    made.conv.activation = site.conv->activation;
    return made;
}

}  // namespace mosaic::nhwc
