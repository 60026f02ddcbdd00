#include <algorithm>
#include <limits>

#include "invariant.h"
#include "reference/reference.h"

namespace mosaic::reference {

void pool(const ir::Pool& pool, Inputs inputs, Outputs outputs) {
    const Shape& in = inputs[0].shape();
    const Shape& out = outputs[0].shape;
    const auto window = ir::slide(pool, in);
    MOSAIC_ASSERT(window.has_value());
    const bool maximum = pool.kind == ir::PoolKind::kMax;
    const float* x = inputs[0].elements<float>().data();
    float* pixel = outputs[0].elements<float>().data();
    const std::int64_t channels = in[3];
    for (std::int64_t n = 0; n < out[0]; ++n) {
        for (std::int64_t oy = 0; oy < out[1]; ++oy) {
            const std::int64_t top = oy * pool.stride_y - window->y.pad_before;
            for (std::int64_t ox = 0; ox < out[2]; ++ox, pixel += channels) {
                const std::int64_t left = ox * pool.stride_x - window->x.pad_before;
                const std::int64_t y0 = std::max<std::int64_t>(top, 0),
                                   y1 = std::min(top + pool.size_y, in[1]);
                const std::int64_t x0 = std::max<std::int64_t>(left, 0),
                                   x1 = std::min(left + pool.size_x, in[2]);
                std::fill(pixel, pixel + channels, maximum ? -std::numeric_limits<float>::infinity() : 0.0F);
                for (std::int64_t iy = y0; iy < y1; ++iy) {
                    for (std::int64_t ix = x0; ix < x1; ++ix) {
                        const float* source = x + ((n * in[1] + iy) * in[2] + ix) * channels;
                        for (std::int64_t c = 0; c < channels; ++c) {
                            pixel[c] = maximum ? std::max(pixel[c], source[c]) : pixel[c] + source[c];
                        }
                    }
                }
                if (maximum) continue;
                const auto counted = [](std::int64_t begin, std::int64_t end, const ir::Window& side,
                                        std::int64_t in_size, std::int64_t more, bool padding) {
                    if (!padding) return std::min(end, in_size) - std::max<std::int64_t>(begin, 0);
                    return std::min(end, in_size + side.pad_after - more) - begin;
                };
                const auto count = static_cast<float>(
                    counted(top, top + pool.size_y, window->y, in[1], pool.more_y, pool.counts_padding) *
                    counted(left, left + pool.size_x, window->x, in[2], pool.more_x, pool.counts_padding));
                for (std::int64_t c = 0; c < channels; ++c)
                    pixel[c] /= count;
            }
        }
    }
}

}  // namespace mosaic::reference
