// The walk itself, for the files that give it a product: tile_*.cpp. A Product has
//   Register           sixteen units, or sixteen sums
//   start(bias), load(at), repeat(at)
//   add(sum, units, weights)
//   scaled(sum, scale, bias)    to float; the bias unless start() began with it
//   whole_tile<Rows, Vectors>(tiles, has_residual)   a WholeTile, or null
#pragma once

#include <algorithm>

#include "avx512/finish.h"
#include "avx512/simd.h"

namespace mosaic::avx512 {

// Pixels of a tile by its vectors of channels: as many sums as there are registers for.
constexpr int rows_for(int vectors) {
    return vectors == 4 ? 6 : vectors == 3 ? 8 : 12;
}
constexpr int kTileRowsMax = 12;

// Where a result pixel reads: the pixel itself where there are no offsets, otherwise its picture.
struct RowStart {
    const std::byte* source = nullptr;
    std::int64_t pixel = 0;  // within the picture
};

// The starts of the next `rows` pixels; rows beyond the last repeat it.
class RowStarts {
  public:
    RowStarts(const Tiles& tiles, std::int64_t first, const std::byte* source)
        : tiles_(tiles), picture_(source), pixel_(first) {
        if (tiles.offsets == nullptr) {
            picture_ += first * tiles.source_pixel_bytes;
        } else {
            picture_ += first / tiles.pixels * tiles.source_picture_bytes;
            pixel_ = first % tiles.pixels;
        }
    }

    void next(int rows, int room, RowStart* to) {
        int row = 0;
        if (tiles_.offsets == nullptr) {
            for (; row < rows; ++row, picture_ += tiles_.source_pixel_bytes)
                to[row].source = picture_;
        } else {
            for (; row < rows; ++row) {
                to[row] = {picture_, pixel_};
                if (++pixel_ < tiles_.pixels) continue;
                pixel_ = 0;
                picture_ += tiles_.source_picture_bytes;
            }
        }
        for (; row < room; ++row)
            to[row] = to[rows - 1];
    }

  private:
    const Tiles& tiles_;
    const std::byte* picture_;
    std::int64_t pixel_;
};

// A tile of all its rows whose results go from the registers to where they belong.
using WholeTile = void (*)(const Tiles& tiles, const RowStart* starts, const std::byte* weights,
                           std::int64_t channel, std::int64_t pixel, const std::byte* residual,
                           std::byte* result);

// The lines that the tile's residual lies in and its result will: they arrive while the sums are made.
inline void fetch_ahead(const Tiles& tiles, int rows, int vectors, std::int64_t pixel, std::int64_t channel,
                        const std::byte* residual, std::byte* result) {
    constexpr std::int64_t kLine = 64;
    const auto fetch = [&](const Strip& strip, const std::byte* at, auto hint) {
        const std::int64_t bytes = vectors * kVector * element_bytes(strip.element);
        at += pixel * strip.pixel_bytes + channel * element_bytes(strip.element);
        for (int row = 0; row < rows; ++row, at += strip.pixel_bytes) {
            for (std::int64_t line = 0; line < bytes; line += kLine)
                hint(at + line);
        }
    };
    if (residual != nullptr)
        fetch(tiles.residual, residual, [](const std::byte* at) { __builtin_prefetch(at, 0, 3); });
    fetch(tiles.result, result, [](const std::byte* at) { __builtin_prefetch(at, 1, 3); });
}

// The sums of a tile: the loop that all registers are for.
template <typename Product, int Rows, int Vectors>
__attribute__((always_inline)) inline void sum_tile(const Tiles& tiles, const RowStart* starts,
                                                    const std::byte* weights, const float* bias,
                                                    typename Product::Register (&sum)[Rows][Vectors]) {
    using Register = typename Product::Register;
#pragma GCC unroll 4
    for (int v = 0; v < Vectors; ++v) {
        const Register first = Product::start(bias + v * kVector);
#pragma GCC unroll 12
        for (int row = 0; row < Rows; ++row)
            sum[row][v] = first;
    }
    for (std::int64_t segment = 0; segment < tiles.segments; ++segment) {
        const std::byte* from[Rows];
        if (tiles.offsets == nullptr) {
#pragma GCC unroll 12
            for (int row = 0; row < Rows; ++row)
                from[row] = starts[row].source + segment * tiles.segment_bytes;
        } else {
            const std::int32_t* offsets = tiles.offsets + segment * tiles.pixels;
#pragma GCC unroll 12
            for (int row = 0; row < Rows; ++row) {
                const std::int32_t offset = offsets[starts[row].pixel];
                from[row] = offset == kOutside ? tiles.outside : starts[row].source + offset;
            }
        }
        const std::int64_t bytes = tiles.steps * kUnitBytes;
        for (std::int64_t at = 0; at < bytes; at += kUnitBytes) {
            Register weight[Vectors];
#pragma GCC unroll 4
            for (int v = 0; v < Vectors; ++v)
                weight[v] = Product::load(weights + v * kVector * kUnitBytes);
            weights += Vectors * kVector * kUnitBytes;
#pragma GCC unroll 12
            for (int row = 0; row < Rows; ++row) {
                const Register units = Product::repeat(from[row] + at);
#pragma GCC unroll 4
                for (int v = 0; v < Vectors; ++v)
                    sum[row][v] = Product::add(sum[row][v], units, weight[v]);
            }
        }
    }
}

// Not inlined: its loop wants all registers.
template <typename Product, int Rows, int Vectors>
__attribute__((noinline)) void run_tile(const Tiles& tiles, const RowStart* starts, const std::byte* weights,
                                        const float* scales, const float* bias, float* sums) {
    typename Product::Register sum[Rows][Vectors];
    sum_tile<Product, Rows, Vectors>(tiles, starts, weights, bias, sum);
#pragma GCC unroll 4
    for (int v = 0; v < Vectors; ++v) {
        const __m512 scale = scales == nullptr ? _mm512_set1_ps(1.0F) : _mm512_loadu_ps(scales + v * kVector);
        const __m512 shift = _mm512_loadu_ps(bias + v * kVector);
#pragma GCC unroll 12
        for (int row = 0; row < Rows; ++row)
            _mm512_store_ps(sums + (row * Vectors + v) * kVector, Product::scaled(sum[row][v], scale, shift));
    }
}

template <typename Product, int Vectors>
void run_rows(const Tiles& tiles, int rows, const RowStart* starts, const std::byte* weights,
              const float* scales, const float* bias, float* sums) {
    constexpr int kFull = rows_for(Vectors);
    // Rows beyond the last repeat it.
    if (rows > kFull / 2)
        return run_tile<Product, kFull, Vectors>(tiles, starts, weights, scales, bias, sums);
    if (rows > kFull / 4)
        return run_tile<Product, kFull / 2, Vectors>(tiles, starts, weights, scales, bias, sums);
    if (rows > 1)
        return run_tile<Product, kFull / 4 + 1, Vectors>(tiles, starts, weights, scales, bias, sums);
    run_tile<Product, 1, Vectors>(tiles, starts, weights, scales, bias, sums);
}

template <typename Product, int Vectors>
void run_panel(const Tiles& tiles, std::int64_t panel, std::int64_t begin, std::int64_t end,
               const std::byte* source, const std::byte* residual, std::byte* result) {
    constexpr int kFull = rows_for(Vectors);
    const std::int64_t channel = panel * kPanelChannels;
    const std::byte* weights = tiles.weights + channel * tiles.segments * tiles.steps * kUnitBytes;
    const float* scales = tiles.scales == nullptr ? nullptr : tiles.scales + channel;
    alignas(64) float sums[kTileRowsMax * kPanelVectors * kVector / 2];
    static_assert(kFull * Vectors * kVector <= static_cast<int>(sizeof(sums) / sizeof(float)));
    RowStart starts[kTileRowsMax];
    const bool whole = tiles.out_channels - channel >= Vectors * kVector;
    const Finish finish = choose_finish(tiles, Vectors, residual != nullptr, whole);
    const auto whole_tile = Product::template whole_tile<kFull, Vectors>(tiles, residual != nullptr);
    RowStarts next(tiles, begin, source);
    for (std::int64_t first = begin; first < end;) {
        // The last two tiles share what is left, so that none is nearly empty.
        const std::int64_t left = end - first;
        const std::int64_t even = left > kFull && left < 2 * kFull ? (left + 1) / 2 : kFull;
        const int rows = static_cast<int>(std::min(left, even));
        next.next(rows, kFull, starts);
        fetch_ahead(tiles, rows, Vectors, first, channel, residual, result);
        if (whole_tile != nullptr && rows == kFull) {
            whole_tile(tiles, starts, weights, channel, first, residual, result);
        } else {
            run_rows<Product, Vectors>(tiles, rows, starts, weights, scales, tiles.bias + channel, sums);
            finish(tiles, rows, first, channel, sums, residual, result);
        }
        first += rows;
    }
}

template <typename Product>
void run_all(const Tiles& tiles, std::int64_t panel_begin, std::int64_t panel_end, std::int64_t begin,
             std::int64_t end, const std::byte* source, const std::byte* residual, std::byte* result) {
    for (std::int64_t panel = panel_begin; panel < panel_end; ++panel) {
        const std::int64_t vectors = vectors_of(tiles.out_channels) - panel * kPanelVectors;
        if (vectors >= 4) {
            run_panel<Product, 4>(tiles, panel, begin, end, source, residual, result);
        } else if (vectors == 3) {
            run_panel<Product, 3>(tiles, panel, begin, end, source, residual, result);
        } else if (vectors == 2) {
            run_panel<Product, 2>(tiles, panel, begin, end, source, residual, result);
        } else {
            run_panel<Product, 1>(tiles, panel, begin, end, source, residual, result);
        }
    }
}

}  // namespace mosaic::avx512
