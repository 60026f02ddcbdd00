// The product of matrices behind 1x1 convolutions. Twelve accumulators hold 6 pixels x 2 blocks, 4 x 3 or 12
// x 1; for each input channel a pixel's value is broadcast and multiplied with two or three registers of
// weights. The source of one or more tiles of twelve pixels is copied together first: blocks of channels lie
// a multiple of 4 KiB apart for usual sizes, where they would push each other out of the first-level cache.
#include <algorithm>
#include <cstring>

#include "avx2/kernels.h"
#include "avx2/simd.h"

namespace mosaic::avx2 {

namespace {

// What one tile reads: pixel p's channel k of block b is source[b * stride + p * 8 + k].
struct TileSource {
    const float* data = nullptr;
    std::int64_t stride = 0;
    std::int64_t full_blocks = 0;
    std::int64_t tail_channels = 0;
};

struct TileTarget {
    const float* bias = nullptr;
    const float* residual = nullptr;
    std::int64_t residual_stride = 0;
    float* result = nullptr;
    std::int64_t block_stride = 0;
    std::int64_t pixel_stride = 0;
    std::int64_t last_channels =
        kBlock;  // of the last block; fewer only where zeros or nothing must be stored
    bool row_major = false;
};

__m256i first_lanes(std::int64_t count) {
    const __m256i lanes = _mm256_setr_epi32(0, 1, 2, 3, 4, 5, 6, 7);
    return _mm256_cmpgt_epi32(_mm256_set1_epi32(static_cast<int>(count)), lanes);
}

template <int Pixels, int Blocks>
inline void multiply_channel(const float* source, const float* weights, __m256 (&sums)[Pixels * Blocks]) {
    __m256 w[Blocks];
#pragma GCC unroll 3
    for (int j = 0; j < Blocks; ++j)
        w[j] = _mm256_loadu_ps(weights + j * kBlock);
#pragma GCC unroll 12
    for (int p = 0; p < Pixels; ++p) {
        const __m256 x = _mm256_broadcast_ss(source + p * kBlock);
#pragma GCC unroll 3
        for (int j = 0; j < Blocks; ++j)
            sums[p * Blocks + j] = _mm256_fmadd_ps(x, w[j], sums[p * Blocks + j]);
    }
}

template <int Pixels, int Blocks>
inline void store(const TileTarget& target, const __m256 (&sums)[Pixels * Blocks]) {
    for (int j = 0; j < Blocks; ++j) {
        const bool partial = j == Blocks - 1 && target.last_channels < kBlock;
        const __m256i lanes = first_lanes(target.last_channels);
        for (int p = 0; p < Pixels; ++p) {
            float* at = target.result + j * target.block_stride + p * target.pixel_stride;
            const __m256 value = sums[p * Blocks + j];
            if (!partial) {
                _mm256_storeu_ps(at, value);
            } else if (target.row_major) {
                _mm256_maskstore_ps(at, lanes, value);
            } else {
                _mm256_storeu_ps(at, _mm256_and_ps(value, _mm256_castsi256_ps(lanes)));
            }
        }
    }
}

template <int Pixels, int Blocks>
void tile(const TileSource& source, const float* weights, const TileTarget& target,
          const ir::Activation& activation) {
    __m256 sums[Pixels * Blocks];
#pragma GCC unroll 12
    for (int p = 0; p < Pixels; ++p) {
#pragma GCC unroll 3
        for (int j = 0; j < Blocks; ++j)
            sums[p * Blocks + j] = _mm256_loadu_ps(target.bias + j * kBlock);
    }
    const float* block = source.data;
    for (std::int64_t b = 0; b < source.full_blocks; ++b, block += source.stride) {
#pragma GCC unroll 8
        for (int k = 0; k < kBlock; ++k, weights += Blocks * kBlock) {
            multiply_channel<Pixels, Blocks>(block + k, weights, sums);
        }
    }
    for (std::int64_t k = 0; k < source.tail_channels; ++k, weights += Blocks * kBlock) {
        multiply_channel<Pixels, Blocks>(block + k, weights, sums);
    }
    if (target.residual != nullptr) {
        for (int p = 0; p < Pixels; ++p) {
            for (int j = 0; j < Blocks; ++j) {
                const float* at = target.residual + j * target.residual_stride + p * kBlock;
                sums[p * Blocks + j] = _mm256_add_ps(sums[p * Blocks + j], _mm256_loadu_ps(at));
            }
        }
    }
    activate<Pixels * Blocks>(activation, sums);
    store<Pixels, Blocks>(target, sums);
}

template <int Pixels, int Blocks>
void tile_at(std::int64_t pixel, const TileSource& source, const float* weights, const TileTarget& target,
             const ir::Activation& activation) {
    TileSource moved_source = source;
    TileTarget moved_target = target;
    moved_source.data += pixel * kBlock;
    moved_target.result += pixel * target.pixel_stride;
    if (target.residual != nullptr) moved_target.residual += pixel * kBlock;
    tile<Pixels, Blocks>(moved_source, weights, moved_target, activation);
}

// Pixels of one group.
template <int Blocks>
void run_tile(std::int64_t pixels, const TileSource& source, const float* weights, const TileTarget& target,
              const ir::Activation& activation) {
    constexpr int kMost = kPointwiseTile / Blocks;
    constexpr int kSome = 4;
    std::int64_t pixel = 0;
    for (; pixel + kMost <= pixels; pixel += kMost) {
        tile_at<kMost, Blocks>(pixel, source, weights, target, activation);
    }
    for (; pixel + kSome <= pixels; pixel += kSome) {
        tile_at<kSome, Blocks>(pixel, source, weights, target, activation);
    }
    for (; pixel < pixels; ++pixel)
        tile_at<1, Blocks>(pixel, source, weights, target, activation);
}

void run_group(std::int64_t blocks, std::int64_t pixels, const TileSource& source, const float* weights,
               const TileTarget& target, const ir::Activation& activation) {
    if (blocks == 3) return run_tile<3>(pixels, source, weights, target, activation);
    if (blocks == 2) return run_tile<2>(pixels, source, weights, target, activation);
    run_tile<1>(pixels, source, weights, target, activation);
}

TileTarget target_of(const Pointwise& conv, const PointwiseGroup& group) {
    TileTarget target;
    target.bias = conv.bias + group.first_block * kBlock;
    target.row_major = conv.out_stride == 0;
    target.block_stride = target.row_major ? kBlock : conv.out_stride;
    target.pixel_stride = target.row_major ? conv.out_channels : kBlock;
    target.residual_stride = conv.residual_stride;
    const std::int64_t end = (group.first_block + group.blocks) * kBlock;
    if (end > conv.out_channels) target.last_channels = kBlock - (end - conv.out_channels);
    return target;
}

// Copies the pixels of a pass together, times the scale if there is one, and asks for the next tile's memory.
void gather(const TileSource& source, std::int64_t pass, std::int64_t pixels, const float* scale, float* to) {
    const std::int64_t blocks = source.full_blocks + (source.tail_channels > 0 ? 1 : 0);
    for (std::int64_t b = 0; b < blocks; ++b, to += pass * kBlock) {
        const float* from = source.data + b * source.stride;
        for (std::int64_t line = 0; line < kPointwiseTile / 2; ++line)
            _mm_prefetch(reinterpret_cast<const char*>(from + (pass + line * 2) * kBlock), _MM_HINT_T0);
        if (scale == nullptr) {
            for (std::int64_t p = 0; p < pixels; ++p) {
                _mm256_storeu_ps(to + p * kBlock, _mm256_loadu_ps(from + p * kBlock));
            }
        } else {
            const __m256 factor = _mm256_loadu_ps(scale + b * kBlock);
            for (std::int64_t p = 0; p < pixels; ++p) {
                _mm256_storeu_ps(to + p * kBlock, _mm256_mul_ps(factor, _mm256_loadu_ps(from + p * kBlock)));
            }
        }
    }
}

}  // namespace

bool supported() {
    return __builtin_cpu_supports("avx2") != 0 && __builtin_cpu_supports("fma") != 0;
}

bool has_activation(const ir::Activation& activation) {
    switch (activation.kind) {
        case ir::ActivationKind::kNone:
        case ir::ActivationKind::kRelu:
        case ir::ActivationKind::kRelu6:
        case ir::ActivationKind::kLeakyRelu:
        case ir::ActivationKind::kHardSwish:
        case ir::ActivationKind::kHardSigmoid:
        case ir::ActivationKind::kSigmoid:
            return true;
        default:
            return false;
    }
}

std::int64_t pointwise_group_count(std::int64_t out_channels) {
    return (blocks_of(out_channels) + 1) / 2 -
           (blocks_of(out_channels) % 2 != 0 && blocks_of(out_channels) > 1 ? 1 : 0);
}

PointwiseGroup pointwise_group(std::int64_t out_channels, std::int64_t index) {
    const std::int64_t blocks = blocks_of(out_channels);
    if (blocks == 1) return {0, 1};
    if (blocks % 2 == 0) return {index * 2, 2};
    return index == 0 ? PointwiseGroup{0, 3} : PointwiseGroup{index * 2 + 1, 2};
}

std::size_t packed_pointwise_floats(std::int64_t in_channels, std::int64_t out_channels) {
    return static_cast<std::size_t>(in_channels * blocks_of(out_channels) * kBlock);
}

void pack_pointwise(const float* weights, std::int64_t in_channels, std::int64_t out_channels,
                    float* packed) {
    for (std::int64_t g = 0; g < pointwise_group_count(out_channels); ++g) {
        const PointwiseGroup group = pointwise_group(out_channels, g);
        for (std::int64_t k = 0; k < in_channels; ++k) {
            for (std::int64_t c = group.first_block * kBlock; c < (group.first_block + group.blocks) * kBlock;
                 ++c) {
                *packed++ = c < out_channels ? weights[k * out_channels + c] : 0.0F;
            }
        }
    }
}

std::int64_t pointwise_pass(std::int64_t in_channels, std::int64_t out_channels) {
    constexpr std::int64_t kWeightsThatStay = 64 * 1024;  // floats
    constexpr std::int64_t kSourceOfPass = 32 * 1024;     // floats
    if (in_channels * out_channels <= kWeightsThatStay) return kPointwiseTile;
    const std::int64_t tiles = kSourceOfPass / (blocks_of(in_channels) * kBlock * kPointwiseTile);
    return std::clamp<std::int64_t>(tiles, 1, 8) * kPointwiseTile;
}

std::size_t pointwise_scratch_floats(std::int64_t in_channels, std::int64_t out_channels) {
    return static_cast<std::size_t>(blocks_of(in_channels) * kBlock *
                                    pointwise_pass(in_channels, out_channels));
}

void pointwise(const Pointwise& conv, std::int64_t pixels, const float* source, const float* scale,
               const float* residual, float* result, float* scratch) {
    const std::int64_t groups = pointwise_group_count(conv.out_channels);
    const bool gathers = groups > 1 || scale != nullptr;
    const std::int64_t pass = pointwise_pass(conv.in_channels, conv.out_channels);
    for (std::int64_t pixel = 0; pixel < pixels; pixel += pass) {
        const std::int64_t count = std::min(pixels - pixel, pass);
        TileSource tile_source{source + pixel * kBlock, conv.in_stride, conv.in_channels / kBlock,
                               conv.in_channels % kBlock};
        if (gathers) {
            gather(tile_source, pass, count, scale, scratch);
            tile_source.data = scratch;
            tile_source.stride = pass * kBlock;
        }
        for (std::int64_t g = 0; g < groups; ++g) {
            const PointwiseGroup group = pointwise_group(conv.out_channels, g);
            TileTarget target = target_of(conv, group);
            target.result = result + group.first_block * target.block_stride + pixel * target.pixel_stride;
            if (residual != nullptr) {
                target.residual = residual + group.first_block * conv.residual_stride + pixel * kBlock;
            }
            const float* weights = conv.weights + group.first_block * kBlock * conv.in_channels;
            run_group(group.blocks, count, tile_source, weights, target, conv.activation);
        }
    }
}

void pointwise_one_group(const Pointwise& conv, std::int64_t index, std::int64_t pixels, const float* source,
                         float* result) {
    const PointwiseGroup group = pointwise_group(conv.out_channels, index);
    TileTarget target = target_of(conv, group);
    target.result = result;
    const TileSource tile_source{source, conv.in_stride, conv.in_channels / kBlock,
                                 conv.in_channels % kBlock};
    const float* weights = conv.weights + group.first_block * kBlock * conv.in_channels;
    run_group(group.blocks, pixels, tile_source, weights, target, conv.activation);
}

}  // namespace mosaic::avx2
