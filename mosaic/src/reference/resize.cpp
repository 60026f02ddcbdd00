#include <algorithm>
#include <cmath>

#include "reference/reference.h"

namespace mosaic::reference {

namespace {

// Where an output row (or column) lies between two input rows. Formula: TensorFlow's resize_bilinear_op.
struct Position {
    std::int64_t low = 0, high = 0;
    float weight = 0;  // of high
};

Position locate(std::int64_t output, std::int64_t in_size, std::int64_t out_size, const ir::Resize& resize) {
    const bool aligned = resize.align_corners && out_size > 1;
    const double ratio = static_cast<double>(aligned ? in_size - 1 : in_size) /
                         static_cast<double>(aligned ? out_size - 1 : out_size);
    const double shift = resize.half_pixel_centers ? 0.5 : 0.0;
    const double source = std::max((static_cast<double>(output) + shift) * ratio - shift, 0.0);
    Position position;
    position.low = std::min(static_cast<std::int64_t>(source), in_size - 1);
    position.high = std::min(position.low + 1, in_size - 1);
    position.weight = static_cast<float>(source - static_cast<double>(position.low));
    return position;
}

}  // namespace

void resize(const ir::Resize& resize, Inputs inputs, Outputs outputs) {
    const Shape& in = inputs[0].shape();
    const Shape& out = outputs[0].shape;
    const float* x = inputs[0].elements<float>().data();
    float* y = outputs[0].elements<float>().data();
    const std::int64_t channels = in[3];
    for (std::int64_t n = 0; n < out[0]; ++n) {
        for (std::int64_t oy = 0; oy < out[1]; ++oy) {
            const Position row = locate(oy, in[1], out[1], resize);
            for (std::int64_t ox = 0; ox < out[2]; ++ox, y += channels) {
                const Position column = locate(ox, in[2], out[2], resize);
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
            }
        }
    }
}

}  // namespace mosaic::reference
