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
};

// As Conv2d with weights [KH,KW,C,M]: output channel c*M+m is made of input channel c. `groups` isn't looked
// at.
struct DepthwiseConv2d {
    Conv2d conv;
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
};

// Inputs: a [..,M,K], b [..,K,N] (leading sizes equal or 1), then bias [N] if has_bias.
struct MatMul {
    bool transpose_a = false;
    bool transpose_b = false;
    bool has_bias = false;
    Activation activation;
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
};

struct Activate {
    Activation activation;
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
// To a shape that its input's broadcasts to.
struct BroadcastTo {
    std::vector<std::int64_t> sizes;
};
struct Identity {};

struct Transpose {
    std::vector<std::int64_t> order;
};

// kConstant pads with `value`, kReflect with the mirrored picture without its edge, kEdge with the edge.
enum class PadMode : std::uint8_t { kConstant, kReflect, kEdge };
struct Pad {
    std::vector<std::int64_t> before, after;
    float value = 0.0F;
    PadMode mode = PadMode::kConstant;
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
// Inputs: values, indices (int32) of the output's shape: y[i][j][k] = values[i][indices[i][j][k]][k] for
// axis 1.
struct GatherElements {
    std::int64_t axis = 0;
};
// Inputs: condition (bool), a, b: a where the condition holds, else b. Sizes are broadcast.
struct Select {};

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

using Op = std::variant<Conv2d, DepthwiseConv2d, ConvTranspose2d, MatMul, Pool, Activate, Unary, Binary, Cast,
                        Reduce, Concat, Pack, Unpack, Resize, Reshape, ExpandDims, Squeeze, BroadcastTo,
                        Identity, Transpose, Pad, StridedSlice, Slice, Gather, GatherNd, GatherElements,
                        Select, TopK, TopPeaks, ArgMax, Softmax>;

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

// Where an output row (or column) of a bilinear or nearest resize lies between two input rows.
struct ResizeTap {
    std::int64_t low = 0, high = 0;
    float weight = 0;  // of high
};
// The place in the input, in pixels, of each output pixel along an axis; not yet limited to the picture.
[[nodiscard]] std::vector<double> resize_places(const Resize& resize, std::int64_t input, std::int64_t output,
                                                float factor);
// Along both axes; not for kCubic.
[[nodiscard]] std::vector<ResizeTap> resize_rows(const Resize& resize, const Shape& in, const Shape& out);
[[nodiscard]] std::vector<ResizeTap> resize_columns(const Resize& resize, const Shape& in, const Shape& out);

}  // namespace mosaic::ir
