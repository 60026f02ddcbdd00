// Convolutions and products of matrices for 512-bit registers, over pictures [rows][columns][channels].
// All precisions are one walk: a result pixel is the sum over segments (runs of bytes that lie together in
// the source) of units of four bytes (one float, two bfloat16 or four bytes) times vectors of sixteen weights
// of such units. Compiled with AVX-512, so call the kernels only where supported() says so. They hold no
// state and allocate nothing.
#pragma once

#include <cstddef>
#include <cstdint>

#include "ir.h"

namespace mosaic::avx512 {

enum class Element : std::uint8_t {
    kFloat,   // float
    kBFloat,  // the upper half of a float
    kByte,    // value = scale (byte - zero)
};

[[nodiscard]] constexpr std::int64_t element_bytes(Element element) {
    return element == Element::kFloat ? 4 : element == Element::kBFloat ? 2 : 1;
}
[[nodiscard]] constexpr std::int64_t elements_per_unit(Element element) {
    return 4 / element_bytes(element);
}

constexpr std::int64_t kUnitBytes = 4;
constexpr std::int64_t kVector = 16;       // lanes of a register
constexpr std::int64_t kPanelVectors = 4;  // result channels computed together, in vectors
constexpr std::int64_t kPanelChannels = kVector * kPanelVectors;
constexpr std::int64_t kPanelRows = 6;  // and result pixels
constexpr std::int32_t kOutside = -1;   // an offset beyond the edges of the picture

// Whether this processor can.
[[nodiscard]] bool supported(Element source);

// Whether pairs of bfloat16 are multiplied quicker than floats: measured once, in about two milliseconds.
// Processors differ: some do it at twice the rate of float, some at half of it.
[[nodiscard]] bool bfloat_is_faster();

// A tensor whose channels lie together.
struct Strip {
    Element element = Element::kFloat;
    float scale = 1.0F;  // kByte only
    float zero = 0.0F;
    float inverse_scale = 1.0F;
    std::int64_t pixel_bytes = 0;  // from one pixel to the next
};

struct Tiles {
    Element element = Element::kFloat;  // of the source
    std::int64_t segments = 1;
    std::int64_t steps = 0;  // units of a segment
    // Bytes from the start of a source picture to each segment of each result pixel: [segments][pixels], or
    // kOutside. Null: segment s of pixel p lies at p source_pixel_bytes + s segment_bytes, in all pictures
    // one after another.
    const std::int32_t* offsets = nullptr;
    std::int64_t pixels = 0;  // of a result picture
    std::int64_t source_picture_bytes = 0;
    std::int64_t source_pixel_bytes = 0;
    std::int64_t segment_bytes = 0;
    const std::byte* outside = nullptr;  // what a segment beyond the edges holds
    std::int64_t out_channels = 0;
    const std::byte* weights = nullptr;  // panels, each [segments][steps][vectors of the panel][16 units]
    const float* scales = nullptr;       // of each result channel; null unless kByte
    const float* bias = nullptr;         // filled up to whole vectors
    ir::Activation activation;
    Strip residual, result;
};

// result = activation(sum * scale + bias + residual) of pixels [begin, end) of all pictures together, for
// panels [panel_begin, panel_end). `residual` may be null.
void run_tiles(const Tiles& tiles, std::int64_t panel_begin, std::int64_t panel_end, std::int64_t begin,
               std::int64_t end, const std::byte* source, const std::byte* residual, std::byte* result);

[[nodiscard]] constexpr std::int64_t vectors_of(std::int64_t channels) {
    return (channels + kVector - 1) / kVector;
}
[[nodiscard]] constexpr std::int64_t panels_of(std::int64_t channels) {
    return (channels + kPanelChannels - 1) / kPanelChannels;
}

// Puts weights into panels. `weight(segment, element, channel)` is one weight, as it is to be stored; Stored
// is float, std::uint16_t (bfloat16) or std::int8_t. `to` holds packed_bytes() bytes of zeros.
[[nodiscard]] constexpr std::int64_t packed_bytes(std::int64_t segments, std::int64_t steps,
                                                  std::int64_t out_channels) {
    return segments * steps * vectors_of(out_channels) * kVector * kUnitBytes;
}
template <typename Stored, typename Weight>
void pack_tiles(std::int64_t segments, std::int64_t elements, std::int64_t out_channels, Weight weight,
                std::byte* to) {
    constexpr auto kPerUnit = kUnitBytes / static_cast<std::int64_t>(sizeof(Stored));
    const std::int64_t steps = (elements + kPerUnit - 1) / kPerUnit;
    auto* stored = reinterpret_cast<Stored*>(to);
    for (std::int64_t vector = 0; vector < vectors_of(out_channels); ++vector) {
        const std::int64_t panel = vector / kPanelVectors;
        const std::int64_t left = vectors_of(out_channels) - panel * kPanelVectors;
        const std::int64_t wide = left < kPanelVectors ? left : kPanelVectors;
        const std::int64_t start = panel * kPanelVectors * segments * steps;
        for (std::int64_t segment = 0; segment < segments; ++segment) {
            for (std::int64_t element = 0; element < elements; ++element) {
                const std::int64_t step = segment * steps + element / kPerUnit;
                const std::int64_t at = (start + step * wide + vector % kPanelVectors) * kVector * kPerUnit;
                for (std::int64_t lane = 0; lane < kVector; ++lane) {
                    const std::int64_t channel = vector * kVector + lane;
                    if (channel >= out_channels) break;
                    stored[at + lane * kPerUnit + element % kPerUnit] = weight(segment, element, channel);
                }
            }
        }
    }
}

}  // namespace mosaic::avx512
