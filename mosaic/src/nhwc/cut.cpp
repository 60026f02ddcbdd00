#include "nhwc/cut.h"

#include <algorithm>
#include <cmath>
#include <cstring>

namespace mosaic::nhwc {

using avx512::Element;

namespace {

// With fewer channels a whole row of the window is one segment, read from a copy with a border.
constexpr std::int64_t kFewChannels = 16;

std::uint16_t bfloat(float value) {
    std::uint32_t bits = 0;
    std::memcpy(&bits, &value, sizeof(bits));
    return static_cast<std::uint16_t>((bits + 0x7FFFU + ((bits >> 16U) & 1U)) >> 16U);
}

}  // namespace

Cut cut(const Site& site) {
    const Shape& weights = site.weights->shape;
    const ir::Conv2d& conv = *site.conv;
    Cut made;
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
    for (std::int64_t segment = 0; segment < cut.segments; ++segment) {
        const std::int64_t top = segment / columns * conv.dilation_y - site.window.y.pad_before;
        const std::int64_t left = segment % columns * conv.dilation_x - site.window.x.pad_before;
        for (std::int64_t pixel = 0; pixel < site.out_pixels(); ++pixel) {
            const std::int64_t row = pixel / site.out[2] * conv.stride_y + top;
            const std::int64_t column = pixel % site.out[2] * conv.stride_x + left;
            const bool inside = row >= 0 && row < site.in[1] && column >= 0 && column < cut.columns;
            *to++ = inside ? static_cast<std::int32_t>((row * cut.columns + column) * pixel_bytes)
                           : avx512::kOutside;
        }
    }
}

avx512::Tiles tiles_of(const Site& site, const Cut& cut) {
    avx512::Tiles tiles;
    tiles.element = site.in_form.element;
    tiles.segments = cut.segments;
    const std::int64_t per_unit = avx512::elements_per_unit(tiles.element);
    tiles.steps = (cut.elements + per_unit - 1) / per_unit;
    tiles.pixels = site.out_pixels();
    tiles.source_pixel_bytes = site.in[3] * avx512::element_bytes(tiles.element);
    tiles.source_picture_bytes = site.in[1] * site.in[2] * tiles.source_pixel_bytes;
    tiles.out_channels = site.out[3];
    tiles.activation = site.conv->activation;
    return tiles;
}

std::vector<std::byte> outside_of(const Site& site, const avx512::Tiles& tiles) {
    const auto zero = static_cast<std::byte>(tiles.element == Element::kByte ? site.in_form.zero : 0.0F);
    return std::vector<std::byte>(static_cast<std::size_t>(tiles.steps * avx512::kUnitBytes), zero);
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

Precision precision_of(Element element) {
    if (element == Element::kFloat) return Precision::kFloat32;
    return element == Element::kBFloat ? Precision::kBFloat16 : Precision::kInt8;
}

Result<Constants> pack(Lowering& lowering, const Site& site, const Cut& cut) {
    const std::int64_t channels = site.out[3];
    const std::int64_t bytes = avx512::packed_bytes(cut.segments, tiles_of(site, cut).steps, channels);
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

}  // namespace mosaic::nhwc
