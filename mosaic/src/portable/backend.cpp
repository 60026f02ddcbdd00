#include "portable/backend.h"

#include <algorithm>
#include <limits>

namespace mosaic::portable {

namespace {

const float* floats(const std::byte* bytes) {
    return reinterpret_cast<const float*>(bytes);
}

// A convolution, or a product of matrices as one over a picture of one row.
struct Site {
    const ir::Node* node = nullptr;
    ir::Conv2d conv;
    std::shared_ptr<const Tensor> weights, bias;
    Shape in, kernel, out;
    ir::Window2d window;

    [[nodiscard]] bool reads_pixel_by_pixel() const {
        return kernel[0] == 1 && kernel[1] == 1 && conv.stride_y == 1 && conv.stride_x == 1 &&
               window.y.pad_before == 0 && window.x.pad_before == 0 && out[1] == in[1] && out[2] == in[2];
    }
    [[nodiscard]] std::int64_t segments() const { return kernel[0] * kernel[1]; }
};

std::vector<std::int32_t> offsets_of(const Site& site) {
    std::vector<std::int32_t> offsets;
    offsets.reserve(static_cast<std::size_t>(site.segments() * site.out[1] * site.out[2]));
    for (std::int64_t ky = 0; ky < site.kernel[0]; ++ky) {
        for (std::int64_t kx = 0; kx < site.kernel[1]; ++kx) {
            for (std::int64_t pixel = 0; pixel < site.out[1] * site.out[2]; ++pixel) {
                const std::int64_t y = pixel / site.out[2] * site.conv.stride_y + ky * site.conv.dilation_y -
                                       site.window.y.pad_before;
                const std::int64_t x = pixel % site.out[2] * site.conv.stride_x + kx * site.conv.dilation_x -
                                       site.window.x.pad_before;
                const bool inside = y >= 0 && y < site.in[1] && x >= 0 && x < site.in[2];
                offsets.push_back(inside ? static_cast<std::int32_t>((y * site.in[2] + x) * site.in[3])
                                         : kOutside);
            }
        }
    }
    return offsets;
}

// Reads: source, [residual]. Writes: result.
class TilesKernel final : public Kernel {
  public:
    explicit TilesKernel(const Site& site)
        : pictures_(site.in[0]),
          in_floats_(site.in[1] * site.in[2] * site.in[3]),
          out_floats_(site.out[1] * site.out[2] * site.out[3]),
          has_residual_(site.conv.has_residual) {
        const std::int64_t segments = site.segments();
        const std::int64_t steps = site.in[3];
        const std::int64_t channels = site.out[3];
        const std::int64_t rows = segments * steps;
        weights_.resize(static_cast<std::size_t>(panels_of(channels) * rows * kPanel));
        const auto from = site.weights->elements<float>();
        for (std::int64_t row = 0; row < rows; ++row) {
            for (std::int64_t c = 0; c < channels; ++c) {
                const std::int64_t to = (c / kPanel * rows + row) * kPanel + c % kPanel;
                weights_[static_cast<std::size_t>(to)] = from[static_cast<std::size_t>(row * channels + c)];
            }
        }
        bias_.resize(static_cast<std::size_t>(panels_of(channels) * kPanel));
        if (site.bias != nullptr) {
            const auto bias = site.bias->elements<float>();
            std::copy(bias.begin(), bias.end(), bias_.begin());
        }
        if (!site.reads_pixel_by_pixel()) {
            offsets_ = offsets_of(site);
            outside_.resize(static_cast<std::size_t>(steps));
            tiles_.offsets = offsets_.data();
            tiles_.outside = outside_.data();
        }
        tiles_.segments = segments;
        tiles_.steps = steps;
        tiles_.pixels = site.out[1] * site.out[2];
        tiles_.out_channels = channels;
        tiles_.weights = weights_.data();
        tiles_.bias = bias_.data();
        tiles_.activation = site.conv.activation;
    }

    void run(std::span<const std::byte* const> reads, std::span<std::byte* const> writes) override {
        for (std::int64_t picture = 0; picture < pictures_; ++picture) {
            const float* residual = has_residual_ ? floats(reads[1]) + picture * out_floats_ : nullptr;
            kernels().tiles(tiles_, floats(reads[0]) + picture * in_floats_, residual,
                            reinterpret_cast<float*>(writes[0]) + picture * out_floats_);
        }
    }

  private:
    std::int64_t pictures_, in_floats_, out_floats_;
    bool has_residual_;
    std::vector<float> weights_, bias_, outside_;
    std::vector<std::int32_t> offsets_;
    Tiles tiles_;
};

// Reads: source. Writes: result.
class DepthwiseKernel final : public Kernel {
  public:
    explicit DepthwiseKernel(const Site& site)
        : weights_(site.weights), bias_(site.bias), pictures_(site.in[0]) {
        conv_.size_y = site.kernel[0];
        conv_.size_x = site.kernel[1];
        conv_.stride_y = site.conv.stride_y;
        conv_.stride_x = site.conv.stride_x;
        conv_.dilation_y = site.conv.dilation_y;
        conv_.dilation_x = site.conv.dilation_x;
        conv_.pad_top = site.window.y.pad_before;
        conv_.pad_left = site.window.x.pad_before;
        conv_.in_rows = site.in[1];
        conv_.in_columns = site.in[2];
        conv_.out_rows = site.out[1];
        conv_.out_columns = site.out[2];
        conv_.channels = site.in[3];
        conv_.weights = weights_->elements<float>().data();
        conv_.bias = bias_ == nullptr ? nullptr : bias_->elements<float>().data();
        conv_.activation = site.conv.activation;
    }

    void run(std::span<const std::byte* const> reads, std::span<std::byte* const> writes) override {
        const std::int64_t in = conv_.in_rows * conv_.in_columns * conv_.channels;
        const std::int64_t out = conv_.out_rows * conv_.out_columns * conv_.channels;
        for (std::int64_t picture = 0; picture < pictures_; ++picture) {
            kernels().depthwise(conv_, floats(reads[0]) + picture * in,
                                reinterpret_cast<float*>(writes[0]) + picture * out);
        }
    }

  private:
    std::shared_ptr<const Tensor> weights_, bias_;
    std::int64_t pictures_;
    Depthwise conv_;
};

// Nothing where weights or bias aren't constants, channels lie in groups, or offsets wouldn't fit.
Result<std::optional<Site>> convolution_site(const ir::Graph& graph, const ir::Node& node) {
    const auto* depthwise = std::get_if<ir::DepthwiseConv2d>(&node.op);
    Site site;
    site.node = &node;
    site.conv = depthwise != nullptr ? depthwise->conv : std::get<ir::Conv2d>(node.op);
    const ir::Value& weights = graph.value(node.inputs[1]);
    site.weights = weights.constant;
    site.kernel = weights.shape;
    site.in = graph.value(node.inputs[0]).shape;
    site.out = graph.value(node.outputs[0]).shape;
    const bool suits =
        depthwise != nullptr ? site.kernel[3] == 1 && !site.conv.has_residual : site.conv.groups == 1;
    if (!suits || site.weights == nullptr || site.conv.has_input_scale || site.out.element_count() == 0 ||
        site.in[1] * site.in[2] * site.in[3] > std::numeric_limits<std::int32_t>::max()) {
        return std::optional<Site>();
    }
    if (site.conv.has_bias) {
        site.bias = graph.value(node.inputs[2]).constant;
        if (site.bias == nullptr) return std::optional<Site>();
    }
    MOSAIC_TRY_ASSIGN(site.window, ir::slide(site.conv, site.in, site.kernel));
    return std::optional(std::move(site));
}

// [M,K] times a constant [K,N].
std::optional<Site> product_site(const ir::Graph& graph, const ir::Node& node) {
    const auto& matmul = std::get<ir::MatMul>(node.op);
    const ir::Value& a = graph.value(node.inputs[0]);
    const ir::Value& b = graph.value(node.inputs[1]);
    if (matmul.transpose_a || matmul.transpose_b || a.shape.rank() != 2 || b.shape.rank() != 2 ||
        b.constant == nullptr || a.shape.element_count() == 0 || b.shape.element_count() == 0) {
        return std::nullopt;
    }
    Site site;
    site.node = &node;
    site.conv.activation = matmul.activation;
    site.weights = b.constant;
    if (matmul.has_bias) {
        site.bias = graph.value(node.inputs[2]).constant;
        if (site.bias == nullptr) return std::nullopt;
    }
    site.in = {1, 1, a.shape[0], a.shape[1]};
    site.kernel = {1, 1, b.shape[0], b.shape[1]};
    site.out = {1, 1, a.shape[0], b.shape[1]};
    return site;
}

}  // namespace

Result<bool> PortableBackend::lower(Lowering& lowering, std::size_t index) {
    const ir::Graph& graph = lowering.graph();
    const ir::Node& node = graph.nodes[index];
    const bool depthwise = std::holds_alternative<ir::DepthwiseConv2d>(node.op);
    std::optional<Site> site;
    if (depthwise || std::holds_alternative<ir::Conv2d>(node.op)) {
        MOSAIC_TRY_ASSIGN(site, convolution_site(graph, node));
    } else if (std::holds_alternative<ir::MatMul>(node.op)) {
        site = product_site(graph, node);
    }
    if (!site) return lower_picture_operator(lowering, node);
    MOSAIC_TRY_ASSIGN(const BufferId source, lowering.plain(node.inputs[0]));
    std::vector<BufferId> reads{source};
    if (site->conv.has_residual) {
        MOSAIC_TRY_ASSIGN(const BufferId residual, lowering.plain(node.inputs[site->conv.residual_index()]));
        reads.push_back(residual);
    }
    const BufferId result = lowering.program().add_buffer(lowering.plain_bytes(node.outputs[0]));
    lowering.publish_plain(node.outputs[0], result);
    std::unique_ptr<Kernel> kernel;
    if (depthwise) {
        kernel = std::make_unique<DepthwiseKernel>(*site);
    } else {
        kernel = std::make_unique<TilesKernel>(*site);
    }
    lowering.add_step(node, ir::op_name(node.op), kernels().name, std::move(kernel), std::move(reads),
                      {result});
    return true;
}

Result<BufferId> PortableBackend::make_plain(Lowering& lowering, ir::ValueId id) {
    return failure("value " + lowering.graph().value(id).name + " is used before it is made");
}

}  // namespace mosaic::portable
