// Pictures read at places that a grid names. Formulas: ONNX's GridSample, which are PyTorch's grid_sample.
#include <algorithm>
#include <array>
#include <cmath>

#include "reference/reference.h"

namespace mosaic::reference {

namespace {

// From -1..1 to pixels; 0 is the middle of the first.
float place_of(float position, std::int64_t size, bool align_corners) {
    const auto pixels = static_cast<float>(size);
    return align_corners ? (position + 1) / 2 * (pixels - 1) : ((position + 1) * pixels - 1) / 2;
}

// Mirrored at both ends until it lies between them.
float reflected(float x, float low, float high) {
    const float range = high - low;
    if (!(range > 0)) return low;
    const float turned = std::fmod(std::abs(x - low), 2 * range);
    return low + (turned > range ? 2 * range - turned : turned);
}

class Axis {
  public:
    Axis(const ir::GridSample& sample, std::int64_t size) : sample_(sample), size_(size) {}

    [[nodiscard]] float place(float position) const {
        // Infinities and what is farther away than any picture is wide don't fit an index.
        constexpr float kFar = 1 << 24;
        const float at = place_of(position, size_, sample_.align_corners);
        float x = std::isnan(at) ? -1.0F : std::clamp(at, -kFar, kFar);
        // Cubic places stay where they are, outside too: their pixels are moved, each by itself.
        if (sample_.mode == ir::ResizeMode::kCubic || sample_.padding == ir::GridPadding::kZeros) return x;
        if (sample_.padding == ir::GridPadding::kReflection) x = reflect(x);
        return std::clamp(x, 0.0F, static_cast<float>(size_ - 1));
    }

    // The pixel that stands at `index`; -1: none does.
    [[nodiscard]] std::int64_t pixel(std::int64_t index) const {
        if (index >= 0 && index < size_) return index;
        if (sample_.padding == ir::GridPadding::kZeros) return -1;
        if (sample_.padding == ir::GridPadding::kBorder) return std::clamp<std::int64_t>(index, 0, size_ - 1);
        return std::clamp<std::int64_t>(std::lround(reflect(static_cast<float>(index))), 0, size_ - 1);
    }

  private:
    [[nodiscard]] float reflect(float x) const {
        const auto last = static_cast<float>(size_ - 1);
        return sample_.align_corners ? reflected(x, 0.0F, last) : reflected(x, -0.5F, last + 0.5F);
    }

    const ir::GridSample& sample_;
    std::int64_t size_;
};

// Neighbours along one axis and their weights.
struct Taps {
    std::array<std::int64_t, 4> at{};
    std::array<float, 4> weight{};
    std::size_t count = 0;
};

Taps taps_of(const ir::GridSample& sample, const Axis& axis, float position) {
    constexpr float kA = -0.75F;  // Keys' coefficient, as for Resize
    Taps taps;
    const float place = axis.place(position);
    if (sample.mode == ir::ResizeMode::kNearest) {
        taps.at[0] = axis.pixel(static_cast<std::int64_t>(std::nearbyint(place)));
        taps.weight[0] = 1;
        taps.count = 1;
        return taps;
    }
    const float base = std::floor(place);
    const float t = place - base;
    const auto first = static_cast<std::int64_t>(base);
    if (sample.mode == ir::ResizeMode::kBilinear) {
        taps.count = 2;
        taps.weight = {1 - t, t};
        taps.at = {axis.pixel(first), axis.pixel(first + 1)};
        return taps;
    }
    taps.count = 4;
    for (std::size_t k = 0; k < taps.count; ++k) {
        const float d = std::abs(t + 1 - static_cast<float>(k));
        taps.at[k] = axis.pixel(first - 1 + static_cast<std::int64_t>(k));
        taps.weight[k] =
            d <= 1 ? ((kA + 2) * d - (kA + 3)) * d * d + 1 : ((kA * d - 5 * kA) * d + 8 * kA) * d - 4 * kA;
    }
    return taps;
}

}  // namespace

void grid_sample(const ir::GridSample& sample, Inputs inputs, Outputs outputs) {
    const Shape& in = inputs[0].shape();
    const std::int64_t channels = in[3];
    const float* x = inputs[0].elements<float>().data();
    const auto grid = inputs[1].elements<float>();
    float* y = outputs[0].elements<float>().data();
    const Axis rows(sample, in[1]);
    const Axis columns(sample, in[2]);
    const std::size_t places = grid.size() / 2;
    const std::size_t each = places / static_cast<std::size_t>(std::max<std::int64_t>(in[0], 1));
    for (std::size_t i = 0; i < places; ++i, y += channels) {
        std::fill_n(y, channels, 0.0F);
        const float* picture = x + static_cast<std::int64_t>(i / each) * in[1] * in[2] * channels;
        const Taps across = taps_of(sample, columns, grid[2 * i]);
        const Taps down = taps_of(sample, rows, grid[2 * i + 1]);
        for (std::size_t r = 0; r < down.count; ++r) {
            for (std::size_t c = 0; c < across.count; ++c) {
                if (down.at[r] < 0 || across.at[c] < 0) continue;
                const float weight = down.weight[r] * across.weight[c];
                const float* pixel = picture + (down.at[r] * in[2] + across.at[c]) * channels;
                for (std::int64_t k = 0; k < channels; ++k)
                    y[k] += weight * pixel[k];
            }
        }
    }
}

}  // namespace mosaic::reference
