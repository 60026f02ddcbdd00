// Pooling, scaling and whatever else goes element by element over rows of channels, in all precisions. For
// all of these: supported(Element::kFloat). A Strip's element is the type in memory; they compute in float.
#pragma once

#include "avx512/tiles.h"

namespace mosaic::avx512 {

// `count` elements from one form to another.
void convert(const Strip& from, const std::byte* source, const Strip& to, std::byte* result,
             std::int64_t count);

// A window that slides over a picture.
struct Sliding {
    std::int64_t size_y = 1, size_x = 1;
    std::int64_t stride_y = 1, stride_x = 1;
    std::int64_t pad_top = 0, pad_left = 0;
    std::int64_t in_rows = 0, in_columns = 0;
    std::int64_t out_rows = 0, out_columns = 0;
    std::int64_t channels = 0;
    Strip in, out;
};

// The largest of each window, or the mean of what lies inside of the picture: result rows [begin, end) of one
// picture.
enum class PoolKind : std::uint8_t { kMax, kMean };
void pool_rows(const Sliding& window, PoolKind kind, std::int64_t begin, std::int64_t end,
               const std::byte* source, std::byte* result);

// The sums over all pixels, in float, of channels [first, last) of one picture; divided by `pixels`.
void mean_of_pixels(const Strip& in, std::int64_t pixels, std::int64_t first, std::int64_t last,
                    const std::byte* source, float* result);

// One for each channel: result = activation(source * weights + bias) summed over a window of the same
// channel.
struct Depthwise {
    Sliding window;
    std::int64_t dilation_y = 1, dilation_x = 1;
    const float* weights = nullptr;  // [size_y * size_x][whole vectors of channels], times the source's scale
    // [whole vectors of channels]; for bytes, less zero times the sum of the weights.
    const float* bias = nullptr;
    // Of each channel of the source, for this picture; null: one. Not for bytes.
    const float* scale = nullptr;
    ir::Activation activation;
};
constexpr std::int64_t kDepthwiseRowsMax = 64;  // size_y at most
// Whether the source's rows lie one after another, so that those which the next result row reads can be
// fetched meanwhile.
enum class NextRows : std::uint8_t { kFollow, kElsewhere };
// One result row from the size_y rows of its windows; null: beyond the edges.
void depthwise_row(const Depthwise& conv, const std::byte* const* rows, NextRows next, std::byte* result);
// Result rows [begin, end) of one picture, from its first row; `result` points to the first of all.
void depthwise_rows(const Depthwise& conv, std::int64_t begin, std::int64_t end, const std::byte* source,
                    std::byte* result);

// Packed weights of floats (tiles.h) of one segment of `steps` channels, each channel's times its factor.
void scale_weights(std::int64_t steps, std::int64_t out_channels, const float* factors, const float* weights,
                   float* to);

// Where a result row or column of a resize lies between two of the source.
struct ResizePlace {
    std::int64_t low = 0, high = 0;
    float weight = 0;  // of high
};
// Bilinear; nearest is the same with low == high.
struct Resizing {
    std::int64_t in_columns = 0, out_columns = 0, channels = 0;
    const ResizePlace* rows = nullptr;     // of each result row
    const ResizePlace* columns = nullptr;  // of each result column
    Strip in, out;
    ir::Activation activation;
};
// Result rows [begin, end) of one picture; the numbers are the reference's to the last bit. `scratch` holds
// 2 * out_columns * channels floats.
void resize_rows(const Resizing& how, std::int64_t begin, std::int64_t end, const std::byte* source,
                 std::byte* result, float* scratch);

enum class Combination : std::uint8_t { kAdd, kMultiply, kSubtract, kMaximum, kMinimum };
struct Combine {
    Combination kind = Combination::kAdd;
    std::int64_t channels = 0;
    Strip a, b, out;  // b.pixel_bytes 0: the same for every pixel
    ir::Activation activation;
};
// result = activation(a kind b), `pixels` pixels.
void combine(const Combine& how, std::int64_t pixels, const std::byte* a, const std::byte* b,
             std::byte* result);

}  // namespace mosaic::avx512
