// Convolutions as walks over segments: src/avx512/tiles.h.
#include <algorithm>
#include <limits>

#include "avx512/rows.h"
#include "nhwc/cut.h"
#include "onednn/parallel.h"

namespace mosaic::nhwc {

namespace {

using avx512::Tiles;

// Source bytes that one pass over all panels of weights reads: they should stay in the second-level cache.
constexpr std::int64_t kPassBytes = 384 * 1024;
// Where the weights don't fit there, they come from farther away for each pass, so passes are longer.
constexpr std::int64_t kWeightBytesMax = 1024 * 1024;
constexpr std::int64_t kLongPassBytes = 1024 * 1024;
constexpr std::int64_t kPassPixelsMin = 48;
// More offsets than that, one for each segment of each result pixel, no real network has: 256 MB.
constexpr std::int64_t kOffsetsMax = std::int64_t{1} << 26;

// Reads: source, weights, bias, [scales], [offsets], [residual], [factors of the source's channels]. Writes:
// result, [weights times the factors].
class ConvolutionKernel final : public Kernel {
  public:
    struct Parts {
        bool scales = false, offsets = false, residual = false, factors = false;
    };

    ConvolutionKernel(const Tiles& tiles, std::int64_t pictures, std::vector<std::byte> outside,
                      const Parts& parts)
        : tiles_(tiles), all_pixels_(pictures * tiles.pixels), outside_(std::move(outside)), parts_(parts) {
        tiles_.outside = outside_.data();
        const std::int64_t weights = avx512::packed_bytes(tiles.segments, tiles.steps, tiles.out_channels);
        const std::int64_t pass = weights > kWeightBytesMax ? kLongPassBytes : kPassBytes;
        const std::int64_t source_bytes = tiles.source_picture_bytes * pictures;
        pass_pixels_ = std::max(pass * all_pixels_ / std::max<std::int64_t>(source_bytes, 1), kPassPixelsMin);
    }

    void run(std::span<const std::byte* const> reads, std::span<std::byte* const> writes) override {
        std::size_t next = 1;
        tiles_.weights = reads[next++];
        tiles_.bias = reinterpret_cast<const float*>(reads[next++]);
        if (parts_.scales) tiles_.scales = reinterpret_cast<const float*>(reads[next++]);
        if (parts_.offsets) tiles_.offsets = reinterpret_cast<const std::int32_t*>(reads[next++]);
        const std::byte* residual = parts_.residual ? reads[next++] : nullptr;
        if (!parts_.factors) return run_pixels(0, all_pixels_, reads[0], residual, writes[0]);
        const auto* factors = reinterpret_cast<const float*>(reads[next]);
        const auto* weights = reinterpret_cast<const float*>(tiles_.weights);
        auto* scaled = reinterpret_cast<float*>(writes[1]);
        tiles_.weights = writes[1];
        for (std::int64_t first = 0; first < all_pixels_; first += tiles_.pixels, factors += tiles_.steps) {
            avx512::scale_weights(tiles_.steps, tiles_.out_channels, factors, weights, scaled);
            run_pixels(first, first + tiles_.pixels, reads[0], residual, writes[0]);
        }
    }

  private:
    // Pixels [begin, end) of all pictures together.
    void run_pixels(std::int64_t begin, std::int64_t end, const std::byte* source, const std::byte* residual,
                    std::byte* result) const {
        const std::int64_t panels = avx512::panels_of(tiles_.out_channels);
        const std::int64_t tiles = (end - begin + avx512::kPanelRows - 1) / avx512::kPanelRows;
        constexpr std::int64_t kTilesForEach = 4;  // of the threads
        if (tiles < kTilesForEach * onednn::thread_count() && panels > 1) {
            onednn::parallel_for(panels, [&](std::int64_t, std::int64_t first, std::int64_t last) {
                avx512::run_tiles(tiles_, first, last, begin, end, source, residual, result);
            });
            return;
        }
        onednn::parallel_for(tiles, [&](std::int64_t, std::int64_t first, std::int64_t last) {
            const std::int64_t stop = std::min(begin + last * avx512::kPanelRows, end);
            for (std::int64_t at = begin + first * avx512::kPanelRows; at < stop; at += pass_pixels_) {
                avx512::run_tiles(tiles_, 0, panels, at, std::min(at + pass_pixels_, stop), source, residual,
                                  result);
            }
        });
    }

    Tiles tiles_;
    std::int64_t all_pixels_;
    std::int64_t pass_pixels_ = 0;
    std::vector<std::byte> outside_;
    Parts parts_;
};

Result<bool> lower_site(NhwcBackend& backend, Lowering& lowering, const Site& site) {
    const ir::Node& node = *site.node;
    const Cut made = cut(site);
    if (made.bordered) return lower_bordered(backend, lowering, site);
    Tiles tiles = tiles_of(site, made);
    if (tiles.source_picture_bytes > std::numeric_limits<std::int32_t>::max()) return false;
    if (!made.linear && made.segments > kOffsetsMax / std::max<std::int64_t>(tiles.pixels, 1)) return false;
    MOSAIC_TRY_ASSIGN(const BufferId source, backend.stored_as(lowering, node.inputs[0], site.in_form));
    MOSAIC_TRY_ASSIGN(const Constants constants, pack(lowering, site, made));
    std::vector<BufferId> reads{source, constants.weights, constants.bias};
    ConvolutionKernel::Parts parts;
    if (constants.scales != kNoBuffer) {
        parts.scales = true;
        reads.push_back(constants.scales);
    }
    if (!made.linear) {
        parts.offsets = true;
        MOSAIC_TRY_ASSIGN(
            const BufferId offsets,
            make_constant<std::int32_t>(lowering, made.segments * tiles.pixels, [&](std::int32_t* to) {
                fill_offsets(site, made, tiles.source_pixel_bytes, to);
            }));
        reads.push_back(offsets);
    }
    if (site.conv->has_residual) {
        parts.residual = true;
        MOSAIC_TRY_ASSIGN(const Stored residual, residual_of(backend, lowering, site));
        tiles.residual = strip_of(residual, site.out[3]);
        reads.push_back(residual.buffer);
    }
    if (site.conv->has_input_scale) {
        parts.factors = true;
        MOSAIC_TRY_ASSIGN(const BufferId factors, lowering.plain(node.inputs[site.conv->scale_index()]));
        reads.push_back(factors);
    }
    const Stored result = backend.make(lowering, node.outputs[0]);
    std::vector<BufferId> writes{result.buffer};
    if (parts.factors) {
        const std::int64_t bytes = avx512::packed_bytes(tiles.segments, tiles.steps, tiles.out_channels);
        writes.push_back(lowering.program().add_buffer(static_cast<std::size_t>(bytes)));
    }
    tiles.result = strip_of(result, site.out[3]);
    lowering.add_step(node, step_name(site), kernel_name(tiles.element),
                      std::make_unique<ConvolutionKernel>(tiles, site.in[0], outside_of(site, tiles), parts),
                      std::move(reads), std::move(writes));
    lowering.last_step().precision = precision_of(tiles.element);
    return true;
}

}  // namespace

bool is_pointwise(const Site& site) {
    return cut(site).linear;
}

Result<Pointwise> make_pointwise(Lowering& lowering, const Site& site) {
    const Cut made = cut(site);
    Pointwise pointwise;
    pointwise.tiles.steps = made.elements;
    pointwise.tiles.source_pixel_bytes = site.in[3] * avx512::element_bytes(avx512::Element::kFloat);
    pointwise.tiles.out_channels = site.out[3];
    pointwise.tiles.activation = site.conv->activation;
    MOSAIC_TRY_ASSIGN(const Constants constants, pack(lowering, site, made));
    pointwise.weights = constants.weights;
    pointwise.bias = constants.bias;
    return pointwise;
}

Result<bool> lower_convolution(NhwcBackend& backend, Lowering& lowering, std::size_t index) {
    const ir::Graph& graph = lowering.graph();
    MOSAIC_TRY_ASSIGN(const std::optional<Site> found, inspect(backend, graph, graph.nodes[index]));
    if (!found || found->out.element_count() == 0) return false;
    if (found->conv->has_input_scale) {
        const bool plain = is_pointwise(*found) && found->in_form.is_float();
        return plain ? lower_site(backend, lowering, *found) : false;
    }
    MOSAIC_TRY_ASSIGN(const KernelKind kernel, choose_kernel(backend, lowering, *found));
    if (kernel == KernelKind::kWinograd) return lower_winograd(backend, lowering, *found);
    if (kernel == KernelKind::kOneDnn) {
        MOSAIC_TRY_ASSIGN(const bool done, backend.lower_behind(lowering, index));
        if (done) return true;
    }
    return lower_site(backend, lowering, *found);
}

// A 1x1 convolution over a picture of one row: [1,1,M,K] with weights [1,1,K,N]. Several matrices with the
// same weights are one of all their rows.
Result<bool> lower_matmul(NhwcBackend& backend, Lowering& lowering, const ir::Node& node) {
    const auto& matmul = std::get<ir::MatMul>(node.op);
    const ir::Graph& graph = lowering.graph();
    const ir::Value& a = graph.value(node.inputs[0]);
    const ir::Value& b = graph.value(node.inputs[1]);
    const Shape& out = graph.value(node.outputs[0]).shape;
    if (!is_plain_product(graph, node) || out.element_count() == 0 || a.shape.element_count() == 0)
        return false;
    ir::Conv2d conv;
    conv.has_bias = matmul.has_bias;
    conv.activation = matmul.activation;
    ir::Value weights = b;
    weights.shape = {1, 1, b.shape[0], b.shape[1]};
    Site site;
    site.node = &node;
    site.conv = &conv;
    site.weights = &weights;
    const std::int64_t rows = a.shape.element_count() / b.shape[0];
    site.in = {1, 1, rows, b.shape[0]};
    site.out = {1, 1, rows, b.shape[1]};
    if (matmul.has_bias) site.bias = graph.value(node.inputs[2]).constant->elements<float>().data();
    if (backend.forms().reduced.contains(&node)) site.in_form = backend.forms().of(node.inputs[0]);
    MOSAIC_TRY_ASSIGN(site.window, ir::slide(conv, site.in, weights.shape));
    return lower_site(backend, lowering, site);
}

}  // namespace mosaic::nhwc
