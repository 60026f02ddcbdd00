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

// `Whole`: eight channels; otherwise the last few.
template <bool Whole>
void depthwise_pixel(const Depthwise& conv, std::int64_t row, std::int64_t column, std::int64_t channel,
                     const float* source, float* to) {
    const std::int64_t count = Whole ? kLanes : conv.channels - channel;
    const auto read = [&](const float* at, Vector& x) {
        if constexpr (Whole) return load(at, x);
        for (std::int64_t lane = 0; lane < count; ++lane)
            x[lane] = at[lane];
    };
    Vector sum = {}, x = {}, w = {};
    if (conv.bias != nullptr) read(conv.bias + channel, sum);
    for (std::int64_t ky = 0; ky < conv.size_y; ++ky) {
        const std::int64_t y = row * conv.stride_y + ky * conv.dilation_y - conv.pad_top;
        if (y < 0 || y >= conv.in_rows) continue;
        for (std::int64_t kx = 0; kx < conv.size_x; ++kx) {
            const std::int64_t at = column * conv.stride_x + kx * conv.dilation_x - conv.pad_left;
            if (at < 0 || at >= conv.in_columns) continue;
            read(source + (y * conv.in_columns + at) * conv.channels + channel, x);
            read(conv.weights + (ky * conv.size_x + kx) * conv.channels + channel, w);
            sum += x * w;
        }
    }
    activate(conv.activation, sum);
    if (Whole) return store(sum, to);
    for (std::int64_t lane = 0; lane < count; ++lane)
        to[lane] = sum[lane];
}

void run_depthwise(const Depthwise& conv, const float* source, float* result) {
    for (std::int64_t row = 0; row < conv.out_rows; ++row) {
        for (std::int64_t column = 0; column < conv.out_columns; ++column, result += conv.channels) {
            std::int64_t channel = 0;
            for (; channel + kLanes <= conv.channels; channel += kLanes)
                depthwise_pixel<true>(conv, row, column, channel, source, result + channel);
            if (channel < conv.channels)
                depthwise_pixel<false>(conv, row, column, channel, source, result + channel);
        }
    }
}

}  // namespace

}  // namespace mosaic::portable
