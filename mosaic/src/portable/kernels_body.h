// The kernels themselves, for the files that say for which instructions and under which names. Nothing of the
// standard library that is compiled into several files may be used here: the copy for newer processors could
// be the one that all of them get.
#pragma once

#include "portable/kernels.h"
#include "reference/reference.h"

namespace mosaic::portable {

namespace {

constexpr std::int64_t kLanes = 8;
using Vector = float __attribute__((vector_size(kLanes * sizeof(float))));
using Integers = std::int32_t __attribute__((vector_size(kLanes * sizeof(float))));

// Pixels of a tile: as many sums as there are registers for.
#if defined(__AVX__) || defined(__aarch64__)
constexpr int kRows = 6;
#else
constexpr int kRows = 2;
#endif

#define MOSAIC_INLINE inline __attribute__((always_inline))

MOSAIC_INLINE void load(const float* at, Vector& to) {
    __builtin_memcpy(&to, at, sizeof(to));
}
MOSAIC_INLINE void store(const Vector& from, float* at) {
    __builtin_memcpy(at, &from, sizeof(from));
}
MOSAIC_INLINE void limit(Vector& x, float low, float high) {
    x = x < low ? Vector{} + low : x;
    x = x > high ? Vector{} + high : x;
}

// exp(x): x = n ln2 + r, a polynomial for exp(r), times 2^n. Constants: Cephes, expf.
MOSAIC_INLINE void exponential(Vector& x) {
    limit(x, -87.0F, 88.0F);
    const Vector scaled = x * 1.44269504088896341F;
    const Integers n =
        __builtin_convertvector(scaled + (scaled < 0 ? Vector{} - 0.5F : Vector{} + 0.5F), Integers);
    const Vector whole = __builtin_convertvector(n, Vector);
    const Vector r = x - whole * 0.693359375F + whole * 2.12194440e-4F;
    Vector p = r * 1.9875691500E-4F + 1.3981999507E-3F;
    p = p * r + 8.3334519073E-3F;
    p = p * r + 4.1665795894E-2F;
    p = p * r + 1.6666665459E-1F;
    p = p * r + 5.0000001201E-1F;
    p = p * r * r + r + 1.0F;
    const Integers power = (n + 127) << 23;
    Vector factor;
    __builtin_memcpy(&factor, &power, sizeof(factor));
    x = p * factor;
}

MOSAIC_INLINE void sigmoid(Vector& x) {
    x = -x;
    exponential(x);
    x = 1.0F / (1.0F + x);
}

// The formulas are beside ir::ActivationKind.
MOSAIC_INLINE void activate(const ir::Activation& activation, Vector& x) {
    constexpr float kFar = 3.4e38F;
    const Vector before = x;
    switch (activation.kind) {
        case ir::ActivationKind::kNone:
            return;
        case ir::ActivationKind::kRelu:
            x = x < 0 ? Vector{} : x;
            return;
        case ir::ActivationKind::kRelu6:
            limit(x, 0.0F, 6.0F);
            return;
        case ir::ActivationKind::kLeakyRelu:
            x = x < 0 ? x * activation.alpha : x;
            return;
        case ir::ActivationKind::kHardSwish:
        case ir::ActivationKind::kHardSigmoid:
            x += 3.0F;
            limit(x, 0.0F, 6.0F);
            x *= activation.alpha;
            if (activation.kind == ir::ActivationKind::kHardSwish) x *= before;
            return;
        case ir::ActivationKind::kSigmoid:
            return sigmoid(x);
        case ir::ActivationKind::kSwish:
            sigmoid(x);
            x *= before;
            return;
        default:
            for (std::int64_t lane = 0; lane < kLanes; ++lane)
                x[lane] = reference::activate(activation, x[lane] > kFar ? kFar : x[lane]);
    }
}

MOSAIC_INLINE void put(const Tiles& tiles, Vector& sum, std::int64_t count, const float* residual,
                       float* to) {
    if (count >= kLanes) {
        if (residual != nullptr) {
            Vector more;
            load(residual, more);
            sum += more;
        }
        activate(tiles.activation, sum);
        return store(sum, to);
    }
    for (std::int64_t lane = 0; residual != nullptr && lane < count; ++lane)
        sum[lane] += residual[lane];
    activate(tiles.activation, sum);
    for (std::int64_t lane = 0; lane < count; ++lane)
        to[lane] = sum[lane];
}

template <int Rows>
void run_tile(const Tiles& tiles, std::int64_t panel, std::int64_t pixel, const float* source,
              const float* residual, float* result) {
    const float* weights = tiles.weights + panel * kPanel * tiles.segments * tiles.steps;
    Vector sum[Rows][2];
#pragma GCC unroll 6
    for (int row = 0; row < Rows; ++row) {
        load(tiles.bias + panel * kPanel, sum[row][0]);
        load(tiles.bias + panel * kPanel + kLanes, sum[row][1]);
    }
    for (std::int64_t segment = 0; segment < tiles.segments; ++segment) {
        const float* from[Rows];
#pragma GCC unroll 6
        for (int row = 0; row < Rows; ++row) {
            if (tiles.offsets == nullptr) {
                from[row] = source + (pixel + row) * tiles.steps;
                continue;
            }
            const std::int32_t offset = tiles.offsets[segment * tiles.pixels + pixel + row];
            from[row] = offset == kOutside ? tiles.outside : source + offset;
        }
        for (std::int64_t step = 0; step < tiles.steps; ++step, weights += kPanel) {
            Vector low, high;
            load(weights, low);
            load(weights + kLanes, high);
#pragma GCC unroll 6
            for (int row = 0; row < Rows; ++row) {
                const float x = from[row][step];
                sum[row][0] += low * x;
                sum[row][1] += high * x;
            }
        }
    }
    const std::int64_t first = panel * kPanel;
    const std::int64_t count = tiles.out_channels - first;
#pragma GCC unroll 6
    for (int row = 0; row < Rows; ++row) {
        const std::int64_t at = (pixel + row) * tiles.out_channels + first;
        for (int half = 0; half < 2 && count > half * kLanes; ++half) {
            put(tiles, sum[row][half], count - half * kLanes,
                residual == nullptr ? nullptr : residual + at + half * kLanes, result + at + half * kLanes);
        }
    }
}

void run_tiles(const Tiles& tiles, const float* source, const float* residual, float* result) {
    // Pixels whose source stays in the first-level cache while all panels are computed.
    constexpr std::int64_t kPassFloats = 6 * 1024;
    const std::int64_t each = tiles.segments * tiles.steps;
    const std::int64_t fit = kPassFloats / (each > 0 ? each : 1) / kRows * kRows;
    const std::int64_t pass = fit > 4 * kRows ? fit : 4 * kRows;
    for (std::int64_t begin = 0; begin < tiles.pixels; begin += pass) {
        const std::int64_t end = begin + pass < tiles.pixels ? begin + pass : tiles.pixels;
        for (std::int64_t panel = 0; panel < panels_of(tiles.out_channels); ++panel) {
            std::int64_t pixel = begin;
            for (; pixel + kRows <= end; pixel += kRows)
                run_tile<kRows>(tiles, panel, pixel, source, residual, result);
            for (; pixel < end; ++pixel)
                run_tile<1>(tiles, panel, pixel, source, residual, result);
        }
    }
}

// The taps of a window that lie within the picture: a rectangle of them.
struct Inside {
    std::int64_t ky0 = 0, ky1 = 0, kx0 = 0, kx1 = 0;
};

// First and last (one past) tap at places from 0 to `size`.
MOSAIC_INLINE void clip_taps(std::int64_t first, std::int64_t dilation, std::int64_t taps, std::int64_t size,
                             std::int64_t& begin, std::int64_t& end) {
    begin = first < 0 ? (-first + dilation - 1) / dilation : 0;
    const std::int64_t fit = size > first ? (size - first + dilation - 1) / dilation : 0;
    end = fit < taps ? fit : taps;
}

// `Vectors` times eight channels of one pixel.
template <int Vectors>
MOSAIC_INLINE void depthwise_channels(const Depthwise& conv, const Inside& inside, std::int64_t y,
                                      std::int64_t x, std::int64_t channel, const float* source, float* to) {
    Vector sum[Vectors];
#pragma GCC unroll 4
    for (int v = 0; v < Vectors; ++v) {
        sum[v] = Vector{};
        if (conv.bias != nullptr) load(conv.bias + channel + v * kLanes, sum[v]);
    }
    for (std::int64_t ky = inside.ky0; ky < inside.ky1; ++ky) {
        const float* row = source + (y + ky * conv.dilation_y) * conv.in_columns * conv.channels + channel;
        const float* weights = conv.weights + ky * conv.size_x * conv.channels + channel;
        for (std::int64_t kx = inside.kx0; kx < inside.kx1; ++kx) {
            const float* from = row + (x + kx * conv.dilation_x) * conv.channels;
#pragma GCC unroll 4
            for (int v = 0; v < Vectors; ++v) {
                Vector value, weight;
                load(from + v * kLanes, value);
                load(weights + kx * conv.channels + v * kLanes, weight);
                sum[v] += value * weight;
            }
        }
    }
#pragma GCC unroll 4
    for (int v = 0; v < Vectors; ++v) {
        activate(conv.activation, sum[v]);
        store(sum[v], to + v * kLanes);
    }
}

// The last few channels.
MOSAIC_INLINE void depthwise_rest(const Depthwise& conv, const Inside& inside, std::int64_t y, std::int64_t x,
                                  std::int64_t channel, const float* source, float* to) {
    Vector sum = {};
    const std::int64_t count = conv.channels - channel;
    for (std::int64_t lane = 0; lane < count; ++lane) {
        float total = conv.bias != nullptr ? conv.bias[channel + lane] : 0.0F;
        for (std::int64_t ky = inside.ky0; ky < inside.ky1; ++ky) {
            for (std::int64_t kx = inside.kx0; kx < inside.kx1; ++kx) {
                const std::int64_t pixel =
                    (y + ky * conv.dilation_y) * conv.in_columns + x + kx * conv.dilation_x;
                total += source[pixel * conv.channels + channel + lane] *
                         conv.weights[(ky * conv.size_x + kx) * conv.channels + channel + lane];
            }
        }
        sum[lane] = total;
    }
    activate(conv.activation, sum);
    for (std::int64_t lane = 0; lane < count; ++lane)
        to[lane] = sum[lane];
}

void run_depthwise(const Depthwise& conv, const float* source, float* result) {
    constexpr int kVectors = 4;
    for (std::int64_t row = 0; row < conv.out_rows; ++row) {
        Inside inside;
        const std::int64_t y = row * conv.stride_y - conv.pad_top;
        clip_taps(y, conv.dilation_y, conv.size_y, conv.in_rows, inside.ky0, inside.ky1);
        for (std::int64_t column = 0; column < conv.out_columns; ++column, result += conv.channels) {
            const std::int64_t x = column * conv.stride_x - conv.pad_left;
            clip_taps(x, conv.dilation_x, conv.size_x, conv.in_columns, inside.kx0, inside.kx1);
            std::int64_t channel = 0;
            for (; channel + kVectors * kLanes <= conv.channels; channel += kVectors * kLanes)
                depthwise_channels<kVectors>(conv, inside, y, x, channel, source, result + channel);
            for (; channel + kLanes <= conv.channels; channel += kLanes)
                depthwise_channels<1>(conv, inside, y, x, channel, source, result + channel);
            if (channel < conv.channels)
                depthwise_rest(conv, inside, y, x, channel, source, result + channel);
        }
    }
}

}  // namespace

}  // namespace mosaic::portable
