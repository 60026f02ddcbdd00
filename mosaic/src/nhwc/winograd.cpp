// 3x3 convolutions by Winograd's minimal filtering, in float.
#include "avx512/winograd.h"

#include <algorithm>

#include "nhwc/site.h"
#include "onednn/parallel.h"
#include "winograd_weights.h"

namespace mosaic::nhwc {

namespace {

// Reads: source, weights, bias, zeros, [residual]. Writes: result, scratch.
class WinogradKernel final : public Kernel {
  public:
    WinogradKernel(const avx512::Winograd& conv, std::int64_t pictures, bool has_residual)
        : conv_(conv), pictures_(pictures), has_residual_(has_residual) {}

    void run(std::span<const std::byte* const> reads, std::span<std::byte* const> writes) override {
        conv_.weights = reads[1];
        conv_.bias = reinterpret_cast<const float*>(reads[2]);
        conv_.zeros = reinterpret_cast<const float*>(reads[3]);
        const std::byte* residual = has_residual_ ? reads[4] : nullptr;
        const std::int64_t scratch = avx512::winograd_scratch(conv_.in_channels, conv_.out_channels);
        onednn::parallel_for(pictures_ * conv_.squares(),
                             [&](std::int64_t thread, std::int64_t begin, std::int64_t end) {
                                 avx512::winograd(conv_, begin, end, reads[0], residual, writes[0],
                                                  reinterpret_cast<float*>(writes[1]) + thread * scratch);
                             });
    }

  private:
    avx512::Winograd conv_;
    std::int64_t pictures_;
    bool has_residual_;
};

// With few channels the transformations cost more than they save, and so do squares that reach far beyond the
// picture, and weights that are read from far away for few squares.
bool pays(const Site& site, std::int64_t threads) {
    constexpr std::int64_t kChannelsMin = 32;
    constexpr std::int64_t kNearWeights = 128 * 128;  // that stay in the second-level cache
    constexpr std::int64_t kSquaresMin = 48;          // of a thread, for more of them
    constexpr double kUsedMin = 0.7;
    const std::int64_t across = (site.out[2] + avx512::kWinogradSide - 1) / avx512::kWinogradSide;
    const std::int64_t down = (site.out[1] + avx512::kWinogradSide - 1) / avx512::kWinogradSide;
    const double used = static_cast<double>(site.out_pixels()) /
                        static_cast<double>(across * down * avx512::kWinogradSide * avx512::kWinogradSide);
    return site.in[3] >= kChannelsMin && site.out[3] >= kChannelsMin && used >= kUsedMin &&
           (site.in[3] * site.out[3] <= kNearWeights || site.in[0] * across * down >= kSquaresMin * threads);
}

}  // namespace

bool can_winograd(const Site& site, const Options& options) {
    const Shape& weights = site.weights->shape;
    return options.winograd && site.in_form.is_float() && weights[0] == 3 && weights[1] == 3 &&
           site.conv->stride_y == 1 && site.conv->stride_x == 1 && site.conv->dilation_y == 1 &&
           site.conv->dilation_x == 1;
}

bool is_winograd(const Site& site, const Options& options) {
    return can_winograd(site, options) && pays(site, options.threads);
}

Result<bool> lower_winograd(NhwcBackend& backend, Lowering& lowering, const Site& site) {
    const ir::Node& node = *site.node;
    const std::int64_t in = site.in[3];
    const std::int64_t out = site.out[3];
    const std::int64_t padded = avx512::vectors_of(out) * avx512::kVector;
    const std::int64_t matrix_bytes = avx512::packed_bytes(1, in, out);
    MOSAIC_TRY_ASSIGN(
        const BufferId weights,
        make_constant<std::byte>(lowering, avx512::kWinogradPoints * matrix_bytes, [&](std::byte* to) {
            std::vector<float> matrix(static_cast<std::size_t>(in * out));
            for (std::int64_t point = 0; point < avx512::kWinogradPoints; ++point) {
                transform_winograd_weights(site.weight_data(), in, out, point, matrix.data());
                avx512::pack_tiles<float>(
                    1, in, out,
                    [&](std::int64_t, std::int64_t element, std::int64_t channel) {
                        return matrix[static_cast<std::size_t>(element * out + channel)];
                    },
                    to + point * matrix_bytes);
            }
        }));
    MOSAIC_TRY_ASSIGN(const BufferId bias, make_constant<float>(lowering, padded, [&](float* to) {
                          if (site.bias != nullptr) std::copy_n(site.bias, out, to);
                      }));
    MOSAIC_TRY_ASSIGN(const BufferId zeros, make_constant<float>(lowering, padded, [](float*) {}));
    MOSAIC_TRY_ASSIGN(const Stored source, backend.stored(lowering, node.inputs[0]));
    std::vector<BufferId> reads{source.buffer, weights, bias, zeros};
    avx512::Winograd conv;
    conv.in_rows = site.in[1];
    conv.in_columns = site.in[2];
    conv.out_rows = site.out[1];
    conv.out_columns = site.out[2];
    conv.in_channels = in;
    conv.out_channels = out;
    conv.pad_top = site.window.y.pad_before;
    conv.pad_left = site.window.x.pad_before;
    conv.activation = site.conv->activation;
    conv.in = strip_of(source, in);
    if (site.conv->has_residual) {
        MOSAIC_TRY_ASSIGN(const Stored residual, residual_of(backend, lowering, site));
        conv.residual = strip_of(residual, out);
        reads.push_back(residual.buffer);
    }
    const Stored result = backend.make(lowering, node.outputs[0]);
    conv.out = strip_of(result, out);
    const std::int64_t scratch = avx512::winograd_scratch(in, out) * onednn::thread_count();
    const BufferId memory = lowering.program().add_buffer(static_cast<std::size_t>(scratch) * sizeof(float));
    lowering.add_step(node, step_name(site), "avx512 winograd fp32",
                      std::make_unique<WinogradKernel>(conv, site.in[0], site.conv->has_residual),
                      std::move(reads), {result.buffer, memory});
    return true;
}

}  // namespace mosaic::nhwc
