#include <algorithm>
#include <array>
#include <cmath>

#include "reference/reference.h"

namespace mosaic::reference {

namespace {

// Bilinear (formula: TensorFlow's resize_bilinear_op) and nearest, whose two rows are the same one.
void interpolate(const ir::Resize& resize, Inputs inputs, Outputs outputs) {
    const Shape& in = inputs[0].shape();
    const Shape& out = outputs[0].shape;
    const float* x = inputs[0].elements<float>().data();
    float* y = outputs[0].elements<float>().data();
    const std::int64_t channels = in[3];
    for (std::int64_t n = 0; n < out[0]; ++n) {
        for (std::int64_t out_row = 0; out_row < out[1]; ++out_row) {
            const ir::ResizeTap row = ir::resize_row(resize, in, out, out_row);
            for (std::int64_t out_column = 0; out_column < out[2]; ++out_column) {
                const ir::ResizeTap column = ir::resize_column(resize, in, out, out_column);
                const auto pixel = [&](std::int64_t iy, std::int64_t ix) {
                    return x + ((n * in[1] + iy) * in[2] + ix) * channels;
                };
                const float* top_left = pixel(row.low, column.low);
                const float* top_right = pixel(row.low, column.high);
                const float* bottom_left = pixel(row.high, column.low);
                const float* bottom_right = pixel(row.high, column.high);
                for (std::int64_t c = 0; c < channels; ++c) {
                    const float top = top_left[c] + (top_right[c] - top_left[c]) * column.weight;
                    const float bottom = bottom_left[c] + (bottom_right[c] - bottom_left[c]) * column.weight;
                    y[c] = activate(resize.activation, top + (bottom - top) * row.weight);
                }
                y += channels;
            }
        }
    }
}

// Four neighbours along one axis and their weights; formula: Keys 1981, with coefficient a.
struct CubicTap {
    std::array<std::int64_t, 4> at{};
    std::array<float, 4> weight{};
};

CubicTap cubic_tap(const ir::Resize& resize, std::int64_t input, std::int64_t output, float factor,
                   std::int64_t index) {
    const auto a = static_cast<double>(resize.cubic);
    const double place = ir::resize_place(resize, input, output, factor, index);
    const double base = std::floor(place);
    CubicTap tap;
    double total = 0;
    std::array<double, 4> weights{};
    for (std::size_t k = 0; k < 4; ++k) {
        const double neighbour = base + static_cast<double>(k) - 1;
        const double distance = std::abs(place - neighbour);
        double weight = distance <= 1 ? ((a + 2) * distance - (a + 3)) * distance * distance + 1
                                      : ((a * distance - 5 * a) * distance + 8 * a) * distance - 4 * a;
        const bool outside = neighbour < 0 || neighbour > static_cast<double>(input - 1);
        if (resize.excludes_outside && outside) weight = 0;
        weights[k] = weight;
        total += weight;
        tap.at[k] = static_cast<std::int64_t>(std::clamp(neighbour, 0.0, static_cast<double>(input - 1)));
    }
    for (std::size_t k = 0; k < 4; ++k)
        tap.weight[k] = static_cast<float>(resize.excludes_outside ? weights[k] / total : weights[k]);
    return tap;
}

void interpolate_cubic(const ir::Resize& resize, Inputs inputs, Outputs outputs) {
    const Shape& in = inputs[0].shape();
    const Shape& out = outputs[0].shape;
    const float* x = inputs[0].elements<float>().data();
    float* y = outputs[0].elements<float>().data();
    const std::int64_t channels = in[3];
    for (std::int64_t n = 0; n < out[0]; ++n) {
        for (std::int64_t out_row = 0; out_row < out[1]; ++out_row) {
            const CubicTap row = cubic_tap(resize, in[1], out[1], resize.factor_y, out_row);
            for (std::int64_t out_column = 0; out_column < out[2]; ++out_column) {
                const CubicTap column = cubic_tap(resize, in[2], out[2], resize.factor_x, out_column);
                for (std::int64_t c = 0; c < channels; ++c) {
                    float sum = 0;
                    for (std::size_t k = 0; k < 16; ++k) {
                        const std::int64_t pixel = (n * in[1] + row.at[k / 4]) * in[2] + column.at[k % 4];
                        sum += x[pixel * channels + c] * row.weight[k / 4] * column.weight[k % 4];
                    }
                    y[c] = activate(resize.activation, sum);
                }
                y += channels;
            }
        }
    }
}

}  // namespace

void resize(const ir::Resize& resize, Inputs inputs, Outputs outputs) {
    if (resize.mode == ir::ResizeMode::kCubic) {
        interpolate_cubic(resize, inputs, outputs);
    } else {
        interpolate(resize, inputs, outputs);
    }
}

}  // namespace mosaic::reference
