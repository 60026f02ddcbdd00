// What nodes compute: one struct for each operator. Pictures are NHWC throughout.
#pragma once

#include <cstdint>
#include <variant>
#include <vector>

#include "mosaic/tensor.h"

namespace mosaic::ir {

// y = activation(x), element by element.
enum class ActivationKind : std::uint8_t {
    kNone,
    kRelu,
    kRelu6,
    kLeakyRelu,    // x < 0 ? alpha x : x
    kElu,          // x < 0 ? exp(x) - 1 : x
    kSigmoid,      // 1 / (1 + exp(-x))
    kTanh,         //
    kHardSwish,    // alpha x relu6(x + 3); alpha is 1/6 up to the rounding of the model's file
    kHardSigmoid,  // alpha relu6(x + 3)
    kSwish,        // x / (1 + exp(-x))
    kGelu,         // x / 2 (1 + erf(x / sqrt(2)))
    kGeluTanh,     // x / 2 (1 + tanh(sqrt(2 / pi) (x + 0.044715 x^3)))
    kSoftplus,     // log(1 + exp(x))
    kMish,         // x tanh(log(1 + exp(x)))
};

struct Activation {
    ActivationKind kind = ActivationKind::kNone;
    float alpha = 0.0F;
    friend bool operator==(const Activation&, const Activation&) = default;
};

enum class PaddingKind : std::uint8_t { kSame, kValid, kExplicit };

// Zeros around a picture. kSame: the output has ceil(input / stride) rows, an odd pad goes to the bottom and
// right.
struct Padding {
    PaddingKind kind = PaddingKind::kValid;
    std::int64_t top = 0, bottom = 0, left = 0, right = 0;  // kExplicit only
    friend bool operator==(const Padding&, const Padding&) = default;
};

// Inputs: picture, weights [KH,KW,CI/groups,CO], then bias [CO] if has_bias, then residual (shape of the
// output) if has_residual, then input scale [N,1,1,CI] if has_input_scale. Output:
// activation(convolution(picture * scale) + bias + residual). Of several groups, the first CO/groups output
// channels read the first CI/groups input channels, and so on.
struct Conv2d {
    std::int64_t stride_y = 1, stride_x = 1;
    std::int64_t dilation_y = 1, dilation_x = 1;
    std::int64_t groups = 1;
    Padding padding;
    bool has_bias = false;
    bool has_residual = false;
    bool has_input_scale = false;
    Activation activation;

    [[nodiscard]] std::size_t residual_index() const { return has_bias ? 3 : 2; }
    [[nodiscard]] std::size_t scale_index() const { return residual_index() + (has_residual ? 1 : 0); }
    friend bool operator==(const Conv2d&, const Conv2d&) = default;
};

// As Conv2d with weights [KH,KW,C,M]: output channel c*M+m is made of input channel c. `groups` isn't looked
// at.
struct DepthwiseConv2d {
    Conv2d conv;
    friend bool operator==(const DepthwiseConv2d&, const DepthwiseConv2d&) = default;
};

// Inputs: picture, weights [KH,KW,CO/groups,CI], then bias [CO] if has_bias. Every input pixel adds the
// window times its value to the output, stride pixels from its neighbour's; then the padding (explicit) is
// cut off and `more_y` rows and `more_x` columns are added at the bottom and right, which hold the bias and
// what the windows that reach that far add.
struct ConvTranspose2d {
    std::int64_t stride_y = 1, stride_x = 1;
    std::int64_t dilation_y = 1, dilation_x = 1;
    std::int64_t groups = 1;
    Padding padding;
    std::int64_t more_y = 0, more_x = 0;
    bool has_bias = false;
    friend bool operator==(const ConvTranspose2d&, const ConvTranspose2d&) = default;
};

// Inputs: a [..,M,K], b [..,K,N] (leading sizes equal or 1), then bias [N] if has_bias.
struct MatMul {
    bool transpose_a = false;
    bool transpose_b = false;
    bool has_bias = false;
    Activation activation;
    friend bool operator==(const MatMul&, const MatMul&) = default;
};

enum class PoolKind : std::uint8_t { kMax, kAverage };
struct Pool {
    PoolKind kind = PoolKind::kMax;
    std::int64_t size_y = 1, size_x = 1;
    std::int64_t stride_y = 1, stride_x = 1;
    Padding padding;
    // Pixels after the padding that only make room for one more window; they never count.
    std::int64_t more_y = 0, more_x = 0;
    bool counts_padding = false;  // kAverage: the padding belongs to the mean, as zeros
    friend bool operator==(const Pool&, const Pool&) = default;
};

struct Activate {
    Activation activation;
    friend bool operator==(const Activate&, const Activate&) = default;
};

enum class UnaryKind : std::uint8_t {
    kAbs,
    kCeil,
    kCos,
    kErf,
    kExp,
    kFloor,
    kLog,
    kLogicalNot,
    kNegate,
    kReciprocal,
    kRound,
    kRsqrt,
    kSign,
    kSin,
    kSqrt,
    kSquare
};
struct Unary {
    UnaryKind kind = UnaryKind::kAbs;
    friend bool operator==(const Unary&, const Unary&) = default;
};

enum class BinaryKind : std::uint8_t {
    kAdd,
    kSubtract,
    kMultiply,
    kDivide,
    kFloorDivide,
    kFloorModulo,
    kMaximum,
    kMinimum,
    kPower,
    kSquaredDifference,
    kPrelu,  // a < 0 ? a b : a
    // From here on the output is bool.
    kEqual,
    kNotEqual,
    kLess,
    kLessEqual,
    kGreater,
    kGreaterEqual,
    kLogicalAnd,
    kLogicalOr
};
// Sizes are broadcast as in NumPy.
struct Binary {
    BinaryKind kind = BinaryKind::kAdd;
    friend bool operator==(const Binary&, const Binary&) = default;
};

struct Cast {
    DataType to = DataType::kFloat32;
    friend bool operator==(const Cast&, const Cast&) = default;
};

enum class ReduceKind : std::uint8_t { kMean, kSum, kMaximum, kMinimum, kProduct };
struct Reduce {
    ReduceKind kind = ReduceKind::kMean;
    std::vector<std::int64_t> axes;  // negative: from the end
    bool keep_dims = false;
    friend bool operator==(const Reduce&, const Reduce&) = default;
};

struct Concat {
    std::int64_t axis = 0;
    friend bool operator==(const Concat&, const Concat&) = default;
};
struct Pack {
    std::int64_t axis = 0;
    friend bool operator==(const Pack&, const Pack&) = default;
};
struct Unpack {
    std::int64_t axis = 0;
    friend bool operator==(const Unpack&, const Unpack&) = default;
};

enum class ResizeMode : std::uint8_t { kBilinear, kNearest, kCubic };
// Where the output pixel o lies in the input; f is the factor of the size.
enum class ResizeCoordinates : std::uint8_t {
    kAsymmetric,        // o / f
    kHalfPixel,         // (o + 0.5) / f - 0.5
    kAlignCorners,      // o (input - 1) / (output - 1)
    kHalfPixelOrZero,   // kHalfPixel, but 0 for an output of one pixel
    kHalfPixelNearest,  // (o + 0.5) / f
};
enum class ResizeRounding : std::uint8_t { kHalfDown, kHalfUp, kDown, kUp };
// Either a fixed output size, or (after pass generalize_shapes) a whole multiple of the input's.
struct Resize {
    std::int64_t height = 0, width = 0;
    std::int64_t scale_y = 0, scale_x = 0;  // above zero: used instead of height and width
    ResizeMode mode = ResizeMode::kBilinear;
    ResizeCoordinates coordinates = ResizeCoordinates::kAsymmetric;
    ResizeRounding rounding = ResizeRounding::kHalfDown;  // kNearest only
    float factor_y = 0, factor_x = 0;                     // 0: output / input
    float cubic = -0.75F;                                 // the kernel's coefficient a
    bool excludes_outside = false;                        // kCubic: weights outside of the picture count zero
    Activation activation;
    friend bool operator==(const Resize&, const Resize&) = default;
};

// One dimension of Reshape's output.
struct ReshapeSize {
    static constexpr std::int64_t kInferred = -1;  // what is left of the elements
    static constexpr std::int64_t kProduct = -2;   // product of the input's sizes [first, last) / divisor
    std::int64_t size = 0;
    std::size_t first = 0, last = 0;
    std::int64_t divisor = 1;
    friend bool operator==(const ReshapeSize&, const ReshapeSize&) = default;
};
struct Reshape {
    std::vector<ReshapeSize> sizes;
    friend bool operator==(const Reshape&, const Reshape&) = default;
};
struct ExpandDims {
    std::int64_t axis = 0;
    friend bool operator==(const ExpandDims&, const ExpandDims&) = default;
};
struct Squeeze {
    std::vector<std::int64_t> axes;  // all of size 1 if empty
    friend bool operator==(const Squeeze&, const Squeeze&) = default;
};
// To a shape that its input's broadcasts to.
struct BroadcastTo {
    std::vector<std::int64_t> sizes;
    friend bool operator==(const BroadcastTo&, const BroadcastTo&) = default;
};
struct Identity {
    friend bool operator==(const Identity&, const Identity&) = default;
};

struct Transpose {
    std::vector<std::int64_t> order;
    friend bool operator==(const Transpose&, const Transpose&) = default;
};

// kConstant pads with `value`, kReflect with the mirrored picture without its edge, kEdge with the edge.
enum class PadMode : std::uint8_t { kConstant, kReflect, kEdge };
struct Pad {
    std::vector<std::int64_t> before, after;
    float value = 0.0F;
    PadMode mode = PadMode::kConstant;
    friend bool operator==(const Pad&, const Pad&) = default;
};

// Bits of the masks are the positions in begin, end, strides, as in TensorFlow.
struct StridedSlice {
    std::vector<std::int64_t> begin, end, strides;
    std::uint32_t begin_mask = 0, end_mask = 0, ellipsis_mask = 0, new_axis_mask = 0, shrink_axis_mask = 0;
    friend bool operator==(const StridedSlice&, const StridedSlice&) = default;
};
struct Slice {
    std::vector<std::int64_t> begin, size;  // size -1: up to the end
    friend bool operator==(const Slice&, const Slice&) = default;
};

// Inputs: values, indices (int32).
struct Gather {
    std::int64_t axis = 0;
    std::int64_t batch_dims = 0;
    friend bool operator==(const Gather&, const Gather&) = default;
};
// Inputs: values, indices (int32, last size: how many leading axes they name).
struct GatherNd {
    friend bool operator==(const GatherNd&, const GatherNd&) = default;
};
// Inputs: values, indices (int32) of the output's shape: y[i][j][k] = values[i][indices[i][j][k]][k] for
// axis 1.
struct GatherElements {
    std::int64_t axis = 0;
    friend bool operator==(const GatherElements&, const GatherElements&) = default;
};
enum class ScatterKind : std::uint8_t { kReplace, kAdd, kMultiply };
// Inputs: values, indices (int32), updates of the indices' shape: values, with the update [i][j][k] put at
// [i][index][k] for axis 1, one after another. An index below zero counts from the end.
struct ScatterElements {
    std::int64_t axis = 0;
    ScatterKind kind = ScatterKind::kReplace;
    friend bool operator==(const ScatterElements&, const ScatterElements&) = default;
};
// Inputs: values, indices (int32, last size: how many leading axes they name), updates.
struct ScatterNd {
    ScatterKind kind = ScatterKind::kReplace;
    friend bool operator==(const ScatterNd&, const ScatterNd&) = default;
};
// Sums along an axis of the elements up to each; without itself if `exclusive`, from the end if `reverse`.
struct CumulativeSum {
    std::int64_t axis = 0;
    bool exclusive = false;
    bool reverse = false;
    friend bool operator==(const CumulativeSum&, const CumulativeSum&) = default;
};
enum class GridPadding : std::uint8_t { kZeros, kBorder, kReflection };
// Inputs: picture [N,H,W,C], grid [N,HO,WO,2] of places x, y from -1 to 1, which are the middles of the
// outermost pixels (`align_corners`) or their outer edges. Output: [N,HO,WO,C].
struct GridSample {
    ResizeMode mode = ResizeMode::kBilinear;
    GridPadding padding = GridPadding::kZeros;
    bool align_corners = false;
    friend bool operator==(const GridSample&, const GridSample&) = default;
};
// Inputs: condition (bool), a, b: a where the condition holds, else b. Sizes are broadcast.
struct Select {
    friend bool operator==(const Select&, const Select&) = default;
};

// Outputs: values and indices (int32) of the k largest along the last axis, largest first, of equals the
// first first.
struct TopK {
    std::int64_t k = 1;
    friend bool operator==(const TopK&, const TopK&) = default;
};
// The k largest local maxima of a picture [1,H,W,C]: TopK of all of its elements in one row, where those that
// are less than the largest in their window of size_y by size_x positions (SAME padding) count as zero.
struct TopPeaks {
    std::int64_t k = 1;
    std::int64_t size_y = 1, size_x = 1;
    friend bool operator==(const TopPeaks&, const TopPeaks&) = default;
};
// Index (int32) of the first largest.
struct ArgMax {
    std::int64_t axis = 0;
    friend bool operator==(const ArgMax&, const ArgMax&) = default;
};
struct Softmax {
    friend bool operator==(const Softmax&, const Softmax&) = default;
};  // along the last axis

using Op =
    std::variant<Conv2d, DepthwiseConv2d, ConvTranspose2d, MatMul, Pool, Activate, Unary, Binary, Cast,
                 Reduce, Concat, Pack, Unpack, Resize, Reshape, ExpandDims, Squeeze, BroadcastTo, Identity,
                 Transpose, Pad, StridedSlice, Slice, Gather, GatherNd, GatherElements, ScatterElements,
                 ScatterNd, CumulativeSum, GridSample, Select, TopK, TopPeaks, ArgMax, Softmax>;

}  // namespace mosaic::ir
