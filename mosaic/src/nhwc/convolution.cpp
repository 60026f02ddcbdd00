// Convolutions as walks over segments: src/avx512/tiles.h.
#include <algorithm>
#include <cmath>
#include <cstring>
#include <limits>

#include "avx512/rows.h"
#include "nhwc/site.h"
#include "onednn/parallel.h"

namespace mosaic::nhwc {

namespace {

using avx512::Element;
using avx512::Tiles;

// Source bytes that one pass over all panels of weights reads: they should stay in the second-level cache.
constexpr std::int64_t kPassBytes = 384 * 1024;
// Where the weights don't fit there, they come from farther away for each pass, so passes are longer.
constexpr std::int64_t kWeightBytesMax = 1024 * 1024;
constexpr std::int64_t kLongPassBytes = 1024 * 1024;
constexpr std::int64_t kPassPixelsMin = 48;
// With fewer channels a whole row of the window is one segment, read from a copy with a border.
constexpr std::int64_t kFewChannels = 16;

// Reads: source, weights, bias, [scales], [offsets], [residual]. Writes: result.
class ConvolutionKernel final : public Kernel {
  public:
    struct Parts {
        bool scales = false, offsets = false, residual = false;
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
        const std::byte* residual = parts_.residual ? reads[next] : nullptr;
        const std::int64_t panels = avx512::panels_of(tiles_.out_channels);
        const std::int64_t tiles = (all_pixels_ + avx512::kPanelRows - 1) / avx512::kPanelRows;
        constexpr std::int64_t kTilesForEach = 4;  // of the threads
        if (tiles < kTilesForEach * onednn::thread_count() && panels > 1) {
            onednn::parallel_for(panels, [&](std::int64_t, std::int64_t begin, std::int64_t end) {
                avx512::run_tiles(tiles_, begin, end, 0, all_pixels_, reads[0], residual, writes[0]);
            });
            return;
        }
        onednn::parallel_for(tiles, [&](std::int64_t, std::int64_t begin, std::int64_t end) {
            const std::int64_t last = std::min(end * avx512::kPanelRows, all_pixels_);
            for (std::int64_t at = begin * avx512::kPanelRows; at < last; at += pass_pixels_) {
                avx512::run_tiles(tiles_, 0, panels, at, std::min(at + pass_pixels_, last), reads[0],
                                  residual, writes[0]);
            }
        });
    }

  private:
    Tiles tiles_;
    std::int64_t all_pixels_;
    std::int64_t pass_pixels_ = 0;
    std::vector<std::byte> outside_;
    Parts parts_;
};

// The source with zeros around it. Reads: source. Writes: result.
class BorderKernel final : public Kernel {
  public:
    BorderKernel(const Site& site, const Form& from, const Form& to, std::int64_t rows, std::int64_t columns)
        : in_(site.in),
          from_(strip_of(from, site.in[3])),
          to_(strip_of(to, site.in[3])),
          rows_(rows),
          columns_(columns),
          top_(site.window.y.pad_before),
          left_(site.window.x.pad_before) {}

    void run(std::span<const std::byte* const> reads, std::span<std::byte* const> writes) override {
        const std::int64_t row_bytes = columns_ * to_.pixel_bytes;
        // Zero is a byte of its own in a form of bytes.
        const auto nothing = static_cast<int>(to_.element == Element::kByte ? to_.zero : 0.0F);
        const std::int64_t copied = std::min(in_[2], columns_ - left_);
        onednn::parallel_for(in_[0] * rows_, [&](std::int64_t, std::int64_t begin, std::int64_t end) {
            for (std::int64_t i = begin; i < end; ++i) {
                std::byte* to = writes[0] + i * row_bytes;
                std::fill_n(to, row_bytes, static_cast<std::byte>(nothing));
                const std::int64_t row = i % rows_ - top_;
                if (row < 0 || row >= in_[1]) continue;
                const std::byte* from = reads[0] + (i / rows_ * in_[1] + row) * in_[2] * from_.pixel_bytes;
                avx512::convert(from_, from, to_, to + left_ * to_.pixel_bytes, copied * in_[3]);
            }
        });
    }

  private:
    Shape in_;
    avx512::Strip from_, to_;
    std::int64_t rows_, columns_, top_, left_;
};

// How a convolution is cut into segments.
struct Cut {
    std::int64_t segments = 1, elements = 0;  // of a segment
    std::int64_t rows = 0, columns = 0;       // of the source, with its border if it has one
    bool bordered = false;
    bool linear = false;  // pixel after pixel, no offsets
};

Cut cut(const Site& site) {
    const Shape& weights = site.weights->shape;
    const ir::Conv2d& conv = *site.conv;
    Cut made;
    made.rows = site.in[1];
    made.columns = site.in[2];
    const bool padded = site.window.y.pad_before > 0 || site.window.x.pad_before > 0 ||
                        site.window.y.pad_after > 0 || site.window.x.pad_after > 0;
    if (weights[0] == 1 && weights[1] == 1 && conv.stride_y == 1 && conv.stride_x == 1 && !padded) {
        made.elements = weights[2];
        made.linear = true;
    } else if (weights[2] < kFewChannels && weights[1] > 1 && conv.dilation_x == 1) {
        made.segments = weights[0];
        made.elements = weights[1] * weights[2];
        made.bordered = true;
        made.rows = (site.out[1] - 1) * conv.stride_y + (weights[0] - 1) * conv.dilation_y + 1;
        made.columns = (site.out[2] - 1) * conv.stride_x + weights[1];
    } else {
        made.segments = weights[0] * weights[1];
        made.elements = weights[2];
    }
    return made;
}

void fill_offsets(const Site& site, const Cut& cut, std::int64_t pixel_bytes, std::int32_t* to) {
    const ir::Conv2d& conv = *site.conv;
    const std::int64_t columns = site.weights->shape[1];
    const std::int64_t top = cut.bordered ? 0 : site.window.y.pad_before;
    const std::int64_t left = cut.bordered ? 0 : site.window.x.pad_before;
    for (std::int64_t segment = 0; segment < cut.segments; ++segment) {
        const std::int64_t ky = cut.bordered ? segment : segment / columns;
        const std::int64_t kx = cut.bordered ? 0 : segment % columns;
        for (std::int64_t pixel = 0; pixel < site.out_pixels(); ++pixel) {
            const std::int64_t row = pixel / site.out[2] * conv.stride_y + ky * conv.dilation_y - top;
            const std::int64_t column = pixel % site.out[2] * conv.stride_x + kx * conv.dilation_x - left;
            const bool inside = row >= 0 && row < cut.rows && column >= 0 && column < cut.columns;
            *to++ = inside ? static_cast<std::int32_t>((row * cut.columns + column) * pixel_bytes)
                           : avx512::kOutside;
        }
    }
}

std::uint16_t bfloat(float value) {
    std::uint32_t bits = 0;
    std::memcpy(&bits, &value, sizeof(bits));
    return static_cast<std::uint16_t>((bits + 0x7FFFU + ((bits >> 16U) & 1U)) >> 16U);
}

// Weights, bias and scales of the form that the convolution computes with.
struct Constants {
    BufferId weights = kNoBuffer, bias = kNoBuffer, scales = kNoBuffer;
};

Result<Constants> pack(Lowering& lowering, const Site& site, const Cut& cut, std::int64_t steps) {
    const std::int64_t channels = site.out[3];
    const std::int64_t bytes = avx512::packed_bytes(cut.segments, steps, channels);
    const std::int64_t padded = avx512::vectors_of(channels) * avx512::kVector;
    const float* weights = site.weight_data();
    const auto at = [&](std::int64_t segment, std::int64_t element, std::int64_t channel) {
        return weights[(segment * cut.elements + element) * channels + channel];
    };
    std::vector<float> bias(static_cast<std::size_t>(padded), 0.0F);
    if (site.bias != nullptr) std::copy_n(site.bias, channels, bias.begin());
    Constants made;
    if (site.in_form.element == Element::kFloat) {
        MOSAIC_TRY_ASSIGN(made.weights, make_constant<std::byte>(lowering, bytes, [&](std::byte* to) {
                              avx512::pack_tiles<float>(cut.segments, cut.elements, channels, at, to);
                          }));
    } else if (site.in_form.element == Element::kBFloat) {
        MOSAIC_TRY_ASSIGN(made.weights, make_constant<std::byte>(lowering, bytes, [&](std::byte* to) {
                              avx512::pack_tiles<std::uint16_t>(
                                  cut.segments, cut.elements, channels,
                                  [&](auto segment, auto element, auto channel) {
                                      return bfloat(at(segment, element, channel));
                                  },
                                  to);
                          }));
    } else {
        const std::vector<float> weight_scale = weight_scales(site);
        std::vector<std::int64_t> sums(static_cast<std::size_t>(channels), 0);
        const auto quantized = [&](auto segment, auto element, auto channel) {
            const auto c = static_cast<std::size_t>(channel);
            const auto rounded = std::lround(at(segment, element, channel) / weight_scale[c]);
            sums[c] += rounded;
            return static_cast<std::int8_t>(rounded);
        };
        MOSAIC_TRY_ASSIGN(made.weights, make_constant<std::byte>(lowering, bytes, [&](std::byte* to) {
                              avx512::pack_tiles<std::int8_t>(cut.segments, cut.elements, channels, quantized,
                                                              to);
                          }));
        MOSAIC_TRY_ASSIGN(made.scales, make_constant<float>(lowering, padded, [&](float* to) {
                              for (std::size_t c = 0; c < sums.size(); ++c) {
                                  to[c] = site.in_form.scale * weight_scale[c];
                                  // What the zero of the source's bytes adds to every sum.
                                  bias[c] -= to[c] * site.in_form.zero * static_cast<float>(sums[c]);
                              }
                          }));
    }
    MOSAIC_TRY_ASSIGN(made.bias, make_constant<float>(lowering, padded, [&](float* to) {
                          std::copy(bias.begin(), bias.end(), to);
                      }));
    return made;
}

// The source in the form that the convolution computes with, with a border if it wants one.
Result<BufferId> source_of(NhwcBackend& backend, Lowering& lowering, const Site& site, const Cut& cut) {
    const ir::ValueId id = site.node->inputs[0];
    if (!cut.bordered) return backend.stored_as(lowering, id, site.in_form);
    MOSAIC_TRY_ASSIGN(const Stored from, backend.stored(lowering, id));
    const Shape shape{site.in[0], cut.rows, cut.columns, site.in[3]};
    // Segments are read in whole units, beyond the last element.
    const BufferId bordered = lowering.program().add_buffer(bytes_of(shape, site.in_form) + kSlackBytes);
    lowering.add_step(*site.node, "Border", "avx512 border",
                      std::make_unique<BorderKernel>(site, from.form, site.in_form, cut.rows, cut.columns),
                      {from.buffer}, {bordered});
    return bordered;
}

const char* kernel_name(Element element) {
    switch (element) {
        case Element::kFloat:
            return "avx512 tiles fp32";
        case Element::kBFloat:
            return "avx512 tiles bf16";
        case Element::kByte:
            return "avx512 tiles int8";
    }
    return "";
}

Result<bool> lower_site(NhwcBackend& backend, Lowering& lowering, const Site& site) {
    const ir::Node& node = *site.node;
    const Element element = site.in_form.element;
    const Cut made = cut(site);
    const std::int64_t pixel_bytes = site.in[3] * avx512::element_bytes(element);
    const std::int64_t picture_bytes = made.rows * made.columns * pixel_bytes;
    if (picture_bytes > std::numeric_limits<std::int32_t>::max()) return false;

    Tiles tiles;
    tiles.element = element;
    tiles.segments = made.segments;
    const std::int64_t per_unit = avx512::elements_per_unit(element);
    tiles.steps = (made.elements + per_unit - 1) / per_unit;
    tiles.pixels = site.out_pixels();
    tiles.source_picture_bytes = picture_bytes;
    tiles.source_pixel_bytes = pixel_bytes;
    tiles.out_channels = site.out[3];
    tiles.activation = site.conv->activation;

    MOSAIC_TRY_ASSIGN(const BufferId source, source_of(backend, lowering, site, made));
    MOSAIC_TRY_ASSIGN(const Constants constants, pack(lowering, site, made, tiles.steps));
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
                fill_offsets(site, made, pixel_bytes, to);
            }));
        reads.push_back(offsets);
    }
    if (site.conv->has_residual) {
        parts.residual = true;
        MOSAIC_TRY_ASSIGN(const Stored residual, residual_of(backend, lowering, site));
        tiles.residual = strip_of(residual, site.out[3]);
        reads.push_back(residual.buffer);
    }
    const Stored result = backend.make(lowering, node.outputs[0]);
    tiles.result = strip_of(result, site.out[3]);
    const auto zero = static_cast<std::byte>(element == Element::kByte ? site.in_form.zero : 0.0F);
    std::vector<std::byte> outside(static_cast<std::size_t>(tiles.steps * avx512::kUnitBytes), zero);
    lowering.add_step(node, step_name(site), kernel_name(element),
                      std::make_unique<ConvolutionKernel>(tiles, site.in[0], std::move(outside), parts),
                      std::move(reads), {result.buffer});
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
    pointwise.tiles.source_pixel_bytes = site.in[3] * avx512::element_bytes(Element::kFloat);
    pointwise.tiles.out_channels = site.out[3];
    pointwise.tiles.activation = site.conv->activation;
    MOSAIC_TRY_ASSIGN(const Constants constants, pack(lowering, site, made, made.elements));
    pointwise.weights = constants.weights;
    pointwise.bias = constants.bias;
    return pointwise;
}

Result<bool> lower_convolution(NhwcBackend& backend, Lowering& lowering, std::size_t index) {
    const ir::Graph& graph = lowering.graph();
    MOSAIC_TRY_ASSIGN(const std::optional<Site> found, inspect(backend, graph, graph.nodes[index]));
    if (!found || found->conv->has_input_scale || found->out.element_count() == 0) return false;
    MOSAIC_TRY_ASSIGN(const KernelKind kernel, choose_kernel(backend, lowering, *found));
    if (kernel == KernelKind::kWinograd) return lower_winograd(backend, lowering, *found);
    if (kernel == KernelKind::kOneDnn) {
        MOSAIC_TRY_ASSIGN(const bool done, backend.lower_behind(lowering, index));
        if (done) return true;
    }
    return lower_site(backend, lowering, *found);
}

// A 1x1 convolution over a picture of one row: [1,1,M,K] with weights [1,1,K,N].
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
    site.in = {1, 1, a.shape[0], a.shape[1]};
    site.out = {1, 1, out[0], out[1]};
    if (matmul.has_bias) site.bias = graph.value(node.inputs[2]).constant->elements<float>().data();
    if (backend.forms().reduced.contains(&node)) site.in_form = backend.forms().of(node.inputs[0]);
    MOSAIC_TRY_ASSIGN(site.window, ir::slide(conv, site.in, weights.shape));
    return lower_site(backend, lowering, site);
}

}  // namespace mosaic::nhwc
