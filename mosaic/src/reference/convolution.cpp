#include <algorithm>

#include "invariant.h"
#include "reference/reference.h"

namespace mosaic::reference {

namespace {

// Everything about a convolution that both kinds need.
struct Geometry {
    Shape in, weights, out;
    ir::Window2d window;
    std::span<const float> x, w, bias, residual, scale;
    std::span<float> y;

    Geometry(const ir::Conv2d& conv, Inputs inputs, Outputs outputs)
        : in(inputs[0].shape()),
          weights(inputs[1].shape()),
          out(outputs[0].shape),
          x(inputs[0].elements<float>()),
          w(inputs[1].elements<float>()),
          y(outputs[0].elements<float>()) {
        const auto slid = ir::slide(conv, in, weights);
        MOSAIC_ASSERT(slid.has_value());
        window = *slid;
        if (conv.has_bias) bias = inputs[2].elements<float>();
        if (conv.has_residual) residual = inputs[conv.residual_index()].elements<float>();
        if (conv.has_input_scale) scale = inputs[conv.scale_index()].elements<float>();
    }

    // Channel c of the pixel of batch n that begins at x_at, scaled.
    [[nodiscard]] float input(std::int64_t n, std::int64_t x_at, std::int64_t c) const {
        const float value = x[static_cast<std::size_t>(x_at + c)];
        return scale.empty() ? value : value * scale[static_cast<std::size_t>(n * in[3] + c)];
    }
};

// Adds the residual and applies the activation to the channels of one pixel.
void finish(const ir::Conv2d& conv, std::span<float> pixel, std::span<const float> residual) {
    for (std::size_t c = 0; c < pixel.size(); ++c) {
        if (!residual.empty()) pixel[c] += residual[c];
        pixel[c] = activate(conv.activation, pixel[c]);
    }
}

// Calls visit(first element of the input pixel, first element of the weights) for every position of the
// window that lies in the picture; both are offsets.
template <typename Visit>
void for_each_tap(const ir::Conv2d& conv, const Geometry& g, std::int64_t n, std::int64_t oy, std::int64_t ox,
                  std::int64_t weights_per_tap, Visit visit) {
    for (std::int64_t ky = 0; ky < g.weights[0]; ++ky) {
        const std::int64_t iy = oy * conv.stride_y - g.window.y.pad_before + ky * conv.dilation_y;
        if (iy < 0 || iy >= g.in[1]) continue;
        for (std::int64_t kx = 0; kx < g.weights[1]; ++kx) {
            const std::int64_t ix = ox * conv.stride_x - g.window.x.pad_before + kx * conv.dilation_x;
            if (ix < 0 || ix >= g.in[2]) continue;
            visit(((n * g.in[1] + iy) * g.in[2] + ix) * g.in[3], (ky * g.weights[1] + kx) * weights_per_tap);
        }
    }
}

// Calls compute(n, oy, ox, pixel) for every output pixel, with the bias already in it, and finishes the
// pixel.
template <typename Compute>
void for_each_pixel(const ir::Conv2d& conv, const Geometry& g, Compute compute) {
    const auto channels = static_cast<std::size_t>(g.out[3]);
    std::size_t at = 0;
    for (std::int64_t n = 0; n < g.out[0]; ++n) {
        for (std::int64_t oy = 0; oy < g.out[1]; ++oy) {
            for (std::int64_t ox = 0; ox < g.out[2]; ++ox, at += channels) {
                const std::span<float> pixel = g.y.subspan(at, channels);
                if (g.bias.empty()) {
                    std::fill(pixel.begin(), pixel.end(), 0.0F);
                } else {
                    std::copy(g.bias.begin(), g.bias.end(), pixel.begin());
                }
                compute(n, oy, ox, pixel.data());
                finish(conv, pixel, g.residual.empty() ? g.residual : g.residual.subspan(at, channels));
            }
        }
    }
}

}  // namespace

void convolve(const ir::Conv2d& conv, Inputs inputs, Outputs outputs) {
    const Geometry g(conv, inputs, outputs);
    const std::int64_t ci_count = g.in[3];
    const std::int64_t co_count = g.out[3];
    const std::int64_t ci_of_group = ci_count / conv.groups;
    const std::int64_t co_of_group = co_count / conv.groups;
    for_each_pixel(conv, g, [&](std::int64_t n, std::int64_t oy, std::int64_t ox, float* pixel) {
        for_each_tap(conv, g, n, oy, ox, ci_of_group * co_count, [&](std::int64_t x_at, std::int64_t w_at) {
            for (std::int64_t ci = 0; ci < ci_count; ++ci) {
                const float x = g.input(n, x_at, ci);
                const std::int64_t first = ci / ci_of_group * co_of_group;
                const float* w = &g.w[static_cast<std::size_t>(w_at + ci % ci_of_group * co_count)];
                for (std::int64_t co = first; co < first + co_of_group; ++co)
                    pixel[co] += x * w[co];
            }
        });
    });
}

void convolve_transposed(const ir::ConvTranspose2d& conv, Inputs inputs, Outputs outputs) {
    const Shape& in = inputs[0].shape();
    const Shape& weights = inputs[1].shape();
    const Shape& out = outputs[0].shape;
    const float* x = inputs[0].elements<float>().data();
    const float* w = inputs[1].elements<float>().data();
    const std::span<float> y = outputs[0].elements<float>();
    const std::int64_t ci_of_group = in[3] / conv.groups;
    const std::int64_t co_of_group = weights[2];
    for (std::size_t i = 0; i < y.size(); ++i)
        y[i] = conv.has_bias ? inputs[2].elements<float>()[i % static_cast<std::size_t>(out[3])] : 0.0F;
    const auto add_tap = [&](const float* pixel, const float* tap, float* to) {
        for (std::int64_t co = 0; co < out[3]; ++co) {
            const std::int64_t first = co / co_of_group * ci_of_group;
            const float* factors = tap + co % co_of_group * in[3];
            float sum = 0;
            for (std::int64_t ci = first; ci < first + ci_of_group; ++ci)
                sum += pixel[ci] * factors[ci];
            to[co] += sum;
        }
    };
    for (std::int64_t row = 0; row < in[0] * in[1]; ++row) {
        const std::int64_t n = row / in[1];
        for (std::int64_t ix = 0; ix < in[2]; ++ix) {
            const float* pixel = x + (row * in[2] + ix) * in[3];
            for (std::int64_t tap = 0; tap < weights[0] * weights[1]; ++tap) {
                const std::int64_t oy =
                    row % in[1] * conv.stride_y - conv.padding.top + tap / weights[1] * conv.dilation_y;
                const std::int64_t ox =
                    ix * conv.stride_x - conv.padding.left + tap % weights[1] * conv.dilation_x;
                if (oy < 0 || oy >= out[1] || ox < 0 || ox >= out[2]) continue;
                add_tap(pixel, w + tap * co_of_group * in[3],
                        y.data() + ((n * out[1] + oy) * out[2] + ox) * out[3]);
            }
        }
    }
}

void convolve_depthwise(const ir::Conv2d& conv, Inputs inputs, Outputs outputs) {
    const Geometry g(conv, inputs, outputs);
    const std::int64_t channels = g.in[3];
    const std::int64_t multiplier = g.weights[3];
    for_each_pixel(conv, g, [&](std::int64_t n, std::int64_t oy, std::int64_t ox, float* pixel) {
        for_each_tap(conv, g, n, oy, ox, channels * multiplier, [&](std::int64_t x_at, std::int64_t w_at) {
            const float* w = &g.w[static_cast<std::size_t>(w_at)];
            for (std::int64_t c = 0; c < channels; ++c) {
                const float x = g.input(n, x_at, c);
                for (std::int64_t m = 0; m < multiplier; ++m) {
                    pixel[c * multiplier + m] += x * w[c * multiplier + m];
                }
            }
        });
    });
}

}  // namespace mosaic::reference
