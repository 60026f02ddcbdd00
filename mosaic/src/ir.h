// The graph as the compiler sees it: values (each made by one node, given, or constant) and nodes in an order
// in which they can run. Importers build it, shape inference fills in types and shapes, passes rewrite it,
// backends turn it into kernels. Pictures are NHWC throughout; which layout memory really has is a backend's
// affair.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "mosaic/tensor.h"
#include "operators.h"

namespace mosaic {
class Continuation;
}

namespace mosaic::ir {

using ValueId = std::int32_t;

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
    bool hidden = false;  // for Graph::rest only
};

struct Graph {
    std::vector<Value> values;
    std::vector<Node> nodes;  // each after those that make its inputs
    std::vector<Input> inputs;
    std::vector<Output> outputs;
    // Where the size of something depends on a run, what comes after it (continuation.h); mostly null.
    std::shared_ptr<const Continuation> rest;
    // With a rest: all outputs of the network in order, those that the rest makes included.
    std::vector<std::string> output_order;

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

// Multiplications and additions of a convolution or a product of matrices, done directly; 0 for the rest.
[[nodiscard]] double operations(const Graph& graph, const Node& node);

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
// The place in the input, in pixels, of output pixel `index` along an axis; not yet limited to the picture.
[[nodiscard]] double resize_place(const Resize& resize, std::int64_t input, std::int64_t output, float factor,
                                  std::int64_t index);
// Along both axes; not for kCubic.
[[nodiscard]] ResizeTap resize_row(const Resize& resize, const Shape& in, const Shape& out, std::int64_t row);
[[nodiscard]] ResizeTap resize_column(const Resize& resize, const Shape& in, const Shape& out,
                                      std::int64_t column);
[[nodiscard]] std::vector<ResizeTap> resize_rows(const Resize& resize, const Shape& in, const Shape& out);
[[nodiscard]] std::vector<ResizeTap> resize_columns(const Resize& resize, const Shape& in, const Shape& out);

}  // namespace mosaic::ir
