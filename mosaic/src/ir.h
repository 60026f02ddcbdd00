// The graph as the compiler sees it: values (each made by one node, given, or constant) and nodes in an order
// in which they can run. Importers build it, shape inference fills in types and shapes, passes rewrite it,
// backends turn it into kernels. Pictures are NHWC throughout; which layout memory really has is a backend's
// affair.
#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "mosaic/tensor.h"

namespace mosaic::ir {

using ValueId = std::int32_t;

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
};

// Inputs: picture, weights [KH,KW,CI,CO], then bias [CO] if has_bias, then residual (shape of the output) if
// has_residual, then input scale [N,1,1,CI] if has_input_scale. Output: activation(convolution(picture *
// scale) + bias + residual).
struct Conv2d {
    std::int64_t stride_y = 1, stride_x = 1;
    std::int64_t dilation_y = 1, dilation_x = 1;
    Padding padding;
    bool has_bias = false;
    bool has_residual = false;
    bool has_input_scale = false;
    Activation activation;

    [[nodiscard]] std::size_t residual_index() const { return has_bias ? 3 : 2; }
    [[nodiscard]] std::size_t scale_index() const { return residual_index() + (has_residual ? 1 : 0); }
};

// As Conv2d with weights [KH,KW,C,M]: output channel c*M+m is made of input channel c.
struct DepthwiseConv2d {
    Conv2d conv;
};

// Inputs: a [..,M,K], b [..,K,N] (leading sizes equal or 1), then bias [N] if has_bias.
struct MatMul {
    bool transpose_a = false;
    bool transpose_b = false;
    bool has_bias = false;
    Activation activation;
};

enum class PoolKind : std::uint8_t { kMax, kAverage };  // kAverage leaves the padding out of its mean
struct Pool {
    PoolKind kind = PoolKind::kMax;
    std::int64_t size_y = 1, size_x = 1;
    std::int64_t stride_y = 1, stride_x = 1;
    Padding padding;
};

struct Activate {
    Activation activation;
};

enum class UnaryKind : std::uint8_t {
    kAbs,
    kCeil,
    kExp,
    kFloor,
    kLog,
    kLogicalNot,
    kNegate,
    kReciprocal,
    kRound,
    kRsqrt,
    kSqrt,
    kSquare
};
struct Unary {
    UnaryKind kind = UnaryKind::kAbs;
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
};

struct Cast {
    DataType to = DataType::kFloat32;
};

enum class ReduceKind : std::uint8_t { kMean, kSum, kMaximum, kMinimum, kProduct };
struct Reduce {
    ReduceKind kind = ReduceKind::kMean;
    std::vector<std::int64_t> axes;  // negative: from the end
    bool keep_dims = false;
};

struct Concat {
    std::int64_t axis = 0;
};
struct Pack {
    std::int64_t axis = 0;
};
struct Unpack {
    std::int64_t axis = 0;
};

// Bilinear. Either a fixed output size, or (after pass generalize_shapes) a whole multiple of the input's.
struct Resize {
    std::int64_t height = 0, width = 0;
    std::int64_t scale_y = 0, scale_x = 0;  // above zero: used instead of height and width
    bool align_corners = false;
    bool half_pixel_centers = false;
    Activation activation;
};

// One dimension of Reshape's output.
struct ReshapeSize {
    static constexpr std::int64_t kInferred = -1;  // what is left of the elements
    static constexpr std::int64_t kProduct = -2;   // product of the input's sizes [first, last)
    std::int64_t size = 0;
    std::size_t first = 0, last = 0;
};
struct Reshape {
    std::vector<ReshapeSize> sizes;
};
struct ExpandDims {
    std::int64_t axis = 0;
};
struct Squeeze {
    std::vector<std::int64_t> axes;  // all of size 1 if empty
};
struct Identity {};

struct Transpose {
    std::vector<std::int64_t> order;
};

// Pads with `value`.
struct Pad {
    std::vector<std::int64_t> before, after;
    float value = 0.0F;
};

// Bits of the masks are the positions in begin, end, strides, as in TensorFlow.
struct StridedSlice {
    std::vector<std::int64_t> begin, end, strides;
    std::uint32_t begin_mask = 0, end_mask = 0, ellipsis_mask = 0, new_axis_mask = 0, shrink_axis_mask = 0;
};
struct Slice {
    std::vector<std::int64_t> begin, size;  // size -1: up to the end
};

// Inputs: values, indices (int32).
struct Gather {
    std::int64_t axis = 0;
    std::int64_t batch_dims = 0;
};
// Inputs: values, indices (int32, last size: how many leading axes they name).
struct GatherNd {};

// Outputs: values and indices (int32) of the k largest along the last axis, largest first, of equals the
// first first.
struct TopK {
    std::int64_t k = 1;
};
// The k largest local maxima of a picture [1,H,W,C]: TopK of all of its elements in one row, where those that
// are less than the largest in their window of size_y by size_x positions (SAME padding) count as zero.
struct TopPeaks {
    std::int64_t k = 1;
    std::int64_t size_y = 1, size_x = 1;
};
// Index (int32) of the first largest.
struct ArgMax {
    std::int64_t axis = 0;
};
struct Softmax {};  // along the last axis

using Op = std::variant<Conv2d, DepthwiseConv2d, MatMul, Pool, Activate, Unary, Binary, Cast, Reduce, Concat,
                        Pack, Unpack, Resize, Reshape, ExpandDims, Squeeze, Identity, Transpose, Pad,
                        StridedSlice, Slice, Gather, GatherNd, TopK, TopPeaks, ArgMax, Softmax>;

struct Value {
    std::string name;
    DataType type = DataType::kFloat32;
    Shape shape;                             // after shape inference
    std::shared_ptr<const Tensor> constant;  // null unless constant
};

struct Node {
    std::string name;
    Op op;
    std::vector<ValueId> inputs;
    std::vector<ValueId> outputs;
};

struct Input {
    ValueId value = 0;
    std::vector<std::int64_t> declared_sizes;  // -1: open
    bool rank_known = true;
};

struct Output {
    std::string name;
    ValueId value = 0;
};

struct Graph {
    std::vector<Value> values;
    std::vector<Node> nodes;  // each after those that make its inputs
    std::vector<Input> inputs;
    std::vector<Output> outputs;

    [[nodiscard]] Value& value(ValueId id) { return values[static_cast<std::size_t>(id)]; }
    [[nodiscard]] const Value& value(ValueId id) const { return values[static_cast<std::size_t>(id)]; }
    ValueId add_value(Value value);
    ValueId add_constant(std::string name, Tensor tensor);
};

[[nodiscard]] const char* op_name(const Op& op);
[[nodiscard]] std::string to_string(const Activation& activation);
// "MobilenetV3/Conv (Conv2d)", for messages.
[[nodiscard]] std::string describe(const Node& node);
// The value of a constant of one float, if it is one.
[[nodiscard]] std::optional<float> scalar_constant(const Graph& graph, ValueId id);

// Begin and end of a dimension of a picture along which a window slides.
struct Window {
    std::int64_t output = 0;      // positions of the window
    std::int64_t pad_before = 0;  // zeros before the picture
    std::int64_t pad_after = 0;
};
// Fails when the window doesn't fit. All arguments above zero.
[[nodiscard]] Result<Window> slide(std::int64_t input, std::int64_t size, std::int64_t stride,
                                   std::int64_t dilation, PaddingKind kind, std::int64_t explicit_before,
                                   std::int64_t explicit_after);
// Both dimensions of a checked convolution or pool.
struct Window2d {
    Window y, x;
};
[[nodiscard]] Result<Window2d> slide(const Conv2d& conv, const Shape& input, const Shape& weights);
[[nodiscard]] Result<Window2d> slide(const Pool& pool, const Shape& input);

}  // namespace mosaic::ir
