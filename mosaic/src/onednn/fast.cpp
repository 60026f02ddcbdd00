#include "onednn/fast.h"

#include <algorithm>
#include <cmath>

#include "avx2/kernels.h"
#include "onednn/parallel.h"

namespace mosaic::onednn {

namespace {

using dnnl::memory;

memory::desc blocked_desc(const Shape& shape) {
    return {dims_of(shape), memory::data_type::f32, memory::format_tag::nChw8c};
}

const float* as_floats(const std::byte* bytes) {
    return reinterpret_cast<const float*>(bytes);
}
float* as_floats(std::byte* bytes) {
    return reinterpret_cast<float*>(bytes);
}

// A constant of `count` floats that `fill` writes; zero where it doesn't.
template <typename Fill>
Result<BufferId> make_constant(Lowering& lowering, std::size_t count, Fill fill) {
    MOSAIC_TRY_ASSIGN(Tensor tensor, Tensor::create(DataType::kFloat32, {static_cast<std::int64_t>(count)}));
    fill(tensor.elements<float>().data());
    return lowering.program().add_constant(std::make_shared<const Tensor>(std::move(tensor)));
}

// What every convolution here is made of.
struct Site {
    const ir::Node* node = nullptr;
    const ir::Conv2d* conv = nullptr;
    const ir::Value* weights = nullptr;
    Shape in, out;
    ir::Window2d window;

    [[nodiscard]] std::int64_t in_pixels() const { return in[1] * in[2]; }
    [[nodiscard]] std::int64_t out_pixels() const { return out[1] * out[2]; }
};

Result<Site> inspect(const ir::Graph& graph, const ir::Node& node) {
    Site site;
    site.node = &node;
    const auto* depthwise = std::get_if<ir::DepthwiseConv2d>(&node.op);
    site.conv = depthwise != nullptr ? &depthwise->conv : &std::get<ir::Conv2d>(node.op);
    site.weights = &graph.value(node.inputs[1]);
    site.in = graph.value(node.inputs[0]).shape;
    site.out = graph.value(node.outputs[0]).shape;
    MOSAIC_TRY_ASSIGN(site.window, ir::slide(*site.conv, site.in, site.weights->shape));
    return site;
}

// The bias, or zeros, filled up to whole blocks.
Result<BufferId> make_bias(Lowering& lowering, const Site& site) {
    const auto count = static_cast<std::size_t>(avx2::blocks_of(site.out[3]) * avx2::kBlock);
    return make_constant(lowering, count, [&](float* to) {
        if (!site.conv->has_bias) return;
        const auto bias = lowering.graph().value(site.node->inputs[2]).constant->elements<float>();
        std::copy(bias.begin(), bias.end(), to);
    });
}

std::string step_name(const Site& site) {
    std::string name = ir::op_name(site.node->op);
    if (site.conv->has_input_scale) name.append("+scale");
    if (site.conv->has_residual) name.append("+residual");
    if (site.conv->activation.kind != ir::ActivationKind::kNone)
        name.append("+").append(to_string(site.conv->activation));
    return name;
}

// Conditions that all kernels share: one picture, constants, known activation.
bool suits(const ir::Graph& graph, const Site& site) {
    const bool constant_bias = !site.conv->has_bias || graph.value(site.node->inputs[2]).constant != nullptr;
    return site.weights->constant != nullptr && constant_bias && site.in[0] == 1 &&
           site.conv->dilation_y == 1 && site.conv->dilation_x == 1 &&
           avx2::has_activation(site.conv->activation);
}

// Channels beyond the last must stay zero, and these activations don't keep zero.
bool fills_padding(const Site& site) {
    const auto kind = site.conv->activation.kind;
    const bool moves_zero = kind == ir::ActivationKind::kSigmoid || kind == ir::ActivationKind::kHardSigmoid;
    return moves_zero && site.out[3] % avx2::kBlock != 0;
}

// ---- 1x1
// ----------------------------------------------------------------------------------------------------------

bool is_pointwise(const ir::Graph& graph, const Site& site) {
    return std::holds_alternative<ir::Conv2d>(site.node->op) && suits(graph, site) &&
           site.weights->shape[0] == 1 && site.weights->shape[1] == 1 &&
           site.in_pixels() == site.out_pixels() && site.conv->stride_y == 1 && site.conv->stride_x == 1;
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

// Reads: source, weights, bias, [residual], [scale]. Writes: result, scratch.
class PointwiseKernel final : public Kernel {
  public:
    PointwiseKernel(const Site& site, bool row_major)
        : conv_(pointwise_of(site)),
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
        const std::int64_t scratch_floats =
            static_cast<std::int64_t>(avx2::pointwise_scratch_floats(conv_.in_channels));
        const std::int64_t pixel_floats = conv_.out_stride == 0 ? conv_.out_channels : avx2::kBlock;
        const std::int64_t tiles = (pixels_ + avx2::kPointwiseTile - 1) / avx2::kPointwiseTile;
        parallel_for(tiles, [&](std::int64_t thread, std::int64_t begin, std::int64_t end) {
            const std::int64_t first = begin * avx2::kPointwiseTile;
            const std::int64_t last = std::min(end * avx2::kPointwiseTile, pixels_);
            avx2::pointwise(conv_, last - first, as_floats(reads[0]) + first * avx2::kBlock, scale,
                            residual == nullptr ? nullptr : residual + first * avx2::kBlock,
                            as_floats(writes[0]) + first * pixel_floats,
                            as_floats(writes[1]) + thread * scratch_floats);
        });
    }

  private:
    avx2::Pointwise conv_;
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
    const memory::desc layout = row_major ? plain_desc(site.out) : blocked_desc(site.out);
    const Picture result = backend.make_picture(lowering, node.outputs[0], layout);
    const BufferId scratch =
        lowering.program().add_buffer(avx2::pointwise_scratch_floats(site.in[3]) * sizeof(float) *
                                      static_cast<std::size_t>(thread_count()));
    lowering.add_step(
        node, step_name(site), row_major ? "avx2 pointwise, row-major result" : "avx2 pointwise",
        std::make_unique<PointwiseKernel>(site, row_major), std::move(reads), {result.buffer, scratch});
    return true;
}

// ---- depthwise
// ----------------------------------------------------------------------------------------------------

bool is_depthwise(const ir::Graph& graph, const Site& site) {
    const Shape& weights = site.weights->shape;
    return std::holds_alternative<ir::DepthwiseConv2d>(site.node->op) && suits(graph, site) &&
           weights[3] == 1 && weights[0] == weights[1] && (weights[0] == 3 || weights[0] == 5) &&
           site.conv->stride_y == site.conv->stride_x && site.conv->stride_y <= 2 &&
           !site.conv->has_residual && !fills_padding(site) && site.window.y.pad_before < weights[0] &&
           site.window.y.pad_after < weights[0];
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

// Reads: source, weights, bias, [scale]. Writes: result.
class DepthwiseKernel final : public Kernel {
  public:
    explicit DepthwiseKernel(const Site& site)
        : conv_(depthwise_of(site)),
          blocks_(avx2::blocks_of(site.out[3])),
          has_scale_(site.conv->has_input_scale) {}

    void run(std::span<const std::byte* const> reads, std::span<std::byte* const> writes) override {
        conv_.weights = as_floats(reads[1]);
        conv_.bias = as_floats(reads[2]);
        const std::int64_t in_plane = conv_.in_rows * conv_.in_columns * avx2::kBlock;
        const std::int64_t out_plane = conv_.out_rows * conv_.out_columns * avx2::kBlock;
        parallel_for(blocks_, [&](std::int64_t, std::int64_t begin, std::int64_t end) {
            for (std::int64_t block = begin; block < end; ++block) {
                const float* scale = has_scale_ ? as_floats(reads[3]) + block * avx2::kBlock : nullptr;
                avx2::depthwise_rows(conv_, block, 0, conv_.out_rows, as_floats(reads[0]) + block * in_plane,
                                     0, scale, as_floats(writes[0]) + block * out_plane);
            }
        });
    }

  private:
    avx2::Depthwise conv_;
    std::int64_t blocks_;
    bool has_scale_;
};

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

// ---- 1x1 and depthwise in one
// -------------------------------------------------------------------------------------

// The tensor between the two would go to memory and back; computed a few rows at a time it stays in the
// second-level cache.
constexpr std::int64_t kBandBytes = 192 * 1024;
// Smaller tensors stay in the cache anyway.
constexpr std::int64_t kBetweenBytesMin = 1024 * 1024;
// The source of a band is read once for each group of channels, so it must be small too.
constexpr std::int64_t kExpandedFromMax = 32;

// Output rows of a band.
std::int64_t band_rows(const avx2::Depthwise& conv) {
    const std::int64_t row_bytes =
        conv.in_columns * 2 * avx2::kBlock * static_cast<std::int64_t>(sizeof(float));
    const std::int64_t rows = (kBandBytes / row_bytes - conv.size) / conv.stride + 1;
    return std::clamp<std::int64_t>(rows, 1, conv.out_rows);
}

std::int64_t band_input_rows(const avx2::Depthwise& conv) {
    return (band_rows(conv) - 1) * conv.stride + conv.size;
}

// Of the buffer that holds the largest group of a band, for one thread.
std::int64_t band_floats(const avx2::Depthwise& conv) {
    constexpr std::int64_t kGroupBlocksMax = 3;
    return band_input_rows(conv) * conv.in_columns * kGroupBlocksMax * avx2::kBlock;
}

// Reads: source, weights and bias of the 1x1, weights and bias of the depthwise. Writes: result, band.
class ExpandedDepthwiseKernel final : public Kernel {
  public:
    ExpandedDepthwiseKernel(const Site& expand, const Site& depthwise)
        : expand_(pointwise_of(expand)),
          depthwise_(depthwise_of(depthwise)),
          band_rows_(band_rows(depthwise_)) {
        expand_.out_stride = band_input_rows(depthwise_) * depthwise_.in_columns * avx2::kBlock;
    }

    void run(std::span<const std::byte* const> reads, std::span<std::byte* const> writes) override {
        expand_.weights = as_floats(reads[1]);
        expand_.bias = as_floats(reads[2]);
        depthwise_.weights = as_floats(reads[3]);
        depthwise_.bias = as_floats(reads[4]);
        const std::int64_t bands = (depthwise_.out_rows + band_rows_ - 1) / band_rows_;
        parallel_for(bands, [&](std::int64_t thread, std::int64_t begin, std::int64_t end) {
            float* band = as_floats(writes[1]) + thread * band_floats(depthwise_);
            for (std::int64_t i = begin; i < end; ++i) {
                const std::int64_t row_end = std::min((i + 1) * band_rows_, depthwise_.out_rows);
                run_band(i * band_rows_, row_end, as_floats(reads[0]), as_floats(writes[0]), band);
            }
        });
    }

  private:
    void run_band(std::int64_t begin, std::int64_t end, const float* source, float* result, float* band) {
        const std::int64_t columns = depthwise_.in_columns;
        const std::int64_t first = std::max<std::int64_t>(begin * depthwise_.stride - depthwise_.pad_top, 0);
        const std::int64_t last = std::min(
            (end - 1) * depthwise_.stride - depthwise_.pad_top + depthwise_.size, depthwise_.in_rows);
        const std::int64_t out_plane = depthwise_.out_rows * depthwise_.out_columns * avx2::kBlock;
        for (std::int64_t g = 0; g < avx2::pointwise_group_count(expand_.out_channels); ++g) {
            const avx2::PointwiseGroup group = avx2::pointwise_group(expand_.out_channels, g);
            avx2::pointwise_one_group(expand_, g, (last - first) * columns,
                                      source + first * columns * avx2::kBlock, band);
            for (std::int64_t i = 0; i < group.blocks; ++i) {
                const std::int64_t block = group.first_block + i;
                avx2::depthwise_rows(depthwise_, block, begin, end, band + i * expand_.out_stride, first,
                                     nullptr, result + block * out_plane);
            }
        }
    }

    avx2::Pointwise expand_;
    avx2::Depthwise depthwise_;
    std::int64_t band_rows_;
};

// The 1x1 convolution before a depthwise one, if the two should run as one.
Result<const ir::Node*> find_expansion(const ir::Graph& graph, const Site& depthwise) {
    const ir::ValueId between = depthwise.node->inputs[0];
    const ir::Node* none = nullptr;
    if (depthwise.conv->has_input_scale) return none;
    const auto makes = [&](const ir::Node& node) { return node.outputs[0] == between; };
    const auto maker = std::find_if(graph.nodes.begin(), graph.nodes.end(), makes);
    if (maker == graph.nodes.end() || !std::holds_alternative<ir::Conv2d>(maker->op)) return none;
    MOSAIC_TRY_ASSIGN(const Site expand, inspect(graph, *maker));
    if (!is_pointwise(graph, expand) || expand.conv->has_residual || expand.conv->has_input_scale)
        return none;
    const std::int64_t bytes = expand.out.element_count() * static_cast<std::int64_t>(sizeof(float));
    return expand.in[3] <= kExpandedFromMax && bytes >= kBetweenBytesMin && expand.out[3] % avx2::kBlock == 0
               ? &*maker
               : none;
}

Result<bool> lower_expanded(OneDnnBackend& backend, Lowering& lowering, const Site& expand,
                            const Site& depthwise) {
    MOSAIC_TRY_ASSIGN(const Picture source,
                      backend.picture_as(lowering, expand.node->inputs[0], blocked_desc(expand.in)));
    MOSAIC_TRY_ASSIGN(const BufferId expand_weights, pack_pointwise(lowering, expand));
    MOSAIC_TRY_ASSIGN(const BufferId expand_bias, make_bias(lowering, expand));
    MOSAIC_TRY_ASSIGN(const BufferId weights, pack_depthwise(lowering, depthwise));
    MOSAIC_TRY_ASSIGN(const BufferId bias, make_bias(lowering, depthwise));
    const Picture result =
        backend.make_picture(lowering, depthwise.node->outputs[0], blocked_desc(depthwise.out));
    const auto floats = static_cast<std::size_t>(band_floats(depthwise_of(depthwise)) * thread_count());
    const BufferId band = lowering.program().add_buffer(floats * sizeof(float));
    lowering.add_step(*depthwise.node, step_name(expand) + " " + step_name(depthwise),
                      "avx2 pointwise and depthwise",
                      std::make_unique<ExpandedDepthwiseKernel>(expand, depthwise),
                      {source.buffer, expand_weights, expand_bias, weights, bias}, {result.buffer, band});
    return true;
}

// Whether only a depthwise convolution that takes it in reads the node's result.
Result<bool> is_taken_in(const ir::Graph& graph, const ir::Node& node) {
    const ir::Node* reader = nullptr;
    std::size_t uses = 0;
    for (const ir::Node& other : graph.nodes) {
        for (const ir::ValueId id : other.inputs) {
            if (id != node.outputs[0]) continue;
            ++uses;
            reader = &other;
        }
    }
    for (const ir::Output& output : graph.outputs)
        uses += output.value == node.outputs[0] ? 1 : 0;
    if (uses != 1 || reader == nullptr || !std::holds_alternative<ir::DepthwiseConv2d>(reader->op))
        return false;
    MOSAIC_TRY_ASSIGN(const Site depthwise, inspect(graph, *reader));
    if (!is_depthwise(graph, depthwise)) return false;
    MOSAIC_TRY_ASSIGN(const ir::Node* expansion, find_expansion(graph, depthwise));
    return expansion == &node;
}

// ---- the first convolution
// ----------------------------------------------------------------------------------------

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
    return std::holds_alternative<ir::Conv2d>(site.node->op) && suits(graph, site) &&
           site.in[3] <= kFewChannels && !backend.has_picture(site.node->inputs[0]) &&
           !site.conv->has_residual && !site.conv->has_input_scale && !fills_padding(site);
}

// ---- resize
// -------------------------------------------------------------------------------------------------------

// Formula: reference/resize.cpp.
std::vector<avx2::Interpolation> interpolate(std::int64_t in, std::int64_t out, const ir::Resize& resize) {
    const bool aligned = resize.align_corners && out > 1;
    const double ratio =
        static_cast<double>(aligned ? in - 1 : in) / static_cast<double>(aligned ? out - 1 : out);
    const double shift = resize.half_pixel_centers ? 0.5 : 0.0;
    std::vector<avx2::Interpolation> positions;
    for (std::int64_t i = 0; i < out; ++i) {
        const double source = std::max((static_cast<double>(i) + shift) * ratio - shift, 0.0);
        const std::int64_t low = std::min(static_cast<std::int64_t>(source), in - 1);
        positions.push_back({static_cast<std::int32_t>(low),
                             static_cast<std::int32_t>(std::min(low + 1, in - 1)),
                             static_cast<float>(source - static_cast<double>(low))});
    }
    return positions;
}

// Reads: source. Writes: result, one row of scratch.
class ResizeKernel final : public Kernel {
  public:
    ResizeKernel(const ir::Resize& resize, const Shape& in, const Shape& out)
        : rows_(interpolate(in[1], out[1], resize)),
          columns_(interpolate(in[2], out[2], resize)),
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

Result<bool> lower_fast_convolution(OneDnnBackend& backend, Lowering& lowering, std::size_t index) {
    if (!backend.prefers_own_kernels()) return false;
    const ir::Graph& graph = lowering.graph();
    MOSAIC_TRY_ASSIGN(const Site site, inspect(graph, graph.nodes[index]));
    if (is_first(backend, graph, site)) return lower_first(backend, lowering, site);
    if (is_pointwise(graph, site)) {
        MOSAIC_TRY_ASSIGN(const bool taken_in, is_taken_in(graph, *site.node));
        return taken_in ? true : lower_pointwise(backend, lowering, site);
    }
    if (!is_depthwise(graph, site)) return false;
    MOSAIC_TRY_ASSIGN(const ir::Node* expansion, find_expansion(graph, site));
    if (expansion != nullptr) {
        MOSAIC_TRY_ASSIGN(const bool taken_in, is_taken_in(graph, *expansion));
        if (taken_in) {
            MOSAIC_TRY_ASSIGN(const Site expand, inspect(graph, *expansion));
            return lower_expanded(backend, lowering, expand, site);
        }
    }
    return lower_depthwise(backend, lowering, site);
}

Result<bool> lower_fast_resize(OneDnnBackend& backend, Lowering& lowering, std::size_t index) {
    const ir::Node& node = lowering.graph().nodes[index];
    const auto& resize = std::get<ir::Resize>(node.op);
    const Shape& in = lowering.graph().value(node.inputs[0]).shape;
    const Shape& out = lowering.graph().value(node.outputs[0]).shape;
    if (!backend.prefers_own_kernels() || !backend.has_picture(node.inputs[0]) || in[3] % avx2::kBlock != 0 ||
        !avx2::has_activation(resize.activation)) {
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
