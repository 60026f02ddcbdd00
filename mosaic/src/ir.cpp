#include "ir.h"

#include <algorithm>
#include <array>
#include <cmath>

#include "invariant.h"

namespace mosaic::ir {

ValueId Graph::add_value(Value value) {
    values.push_back(std::move(value));
    return static_cast<ValueId>(values.size() - 1);
}

ValueId Graph::add_constant(std::string name, Tensor tensor) {
    Value value;
    value.name = std::move(name);
    value.type = tensor.type();
    value.shape = tensor.shape();
    value.constant = std::make_shared<const Tensor>(std::move(tensor));
    return add_value(std::move(value));
}

const char* op_name(const Op& op) {
    struct Name {
        const char* operator()(const Conv2d&) const { return "Conv2d"; }
        const char* operator()(const DepthwiseConv2d&) const { return "DepthwiseConv2d"; }
        const char* operator()(const ConvTranspose2d&) const { return "ConvTranspose2d"; }
        const char* operator()(const MatMul&) const { return "MatMul"; }
        const char* operator()(const Pool& pool) const {
            return pool.kind == PoolKind::kMax ? "MaxPool" : "AveragePool";
        }
        const char* operator()(const Activate&) const { return "Activate"; }
        const char* operator()(const Unary& unary) const {
            static constexpr std::array kNames = {
                "Abs",    "Ceil",       "Cos",   "Erf",   "Exp",  "Floor", "Log",  "LogicalNot",
                "Negate", "Reciprocal", "Round", "Rsqrt", "Sign", "Sin",   "Sqrt", "Square"};
            return kNames[static_cast<std::size_t>(unary.kind)];
        }
        const char* operator()(const Binary& binary) const {
            static constexpr std::array kNames = {
                "Add",         "Subtract",     "Multiply",   "Divide",   "FloorDivide",
                "FloorModulo", "Maximum",      "Minimum",    "Power",    "SquaredDifference",
                "Prelu",       "Equal",        "NotEqual",   "Less",     "LessEqual",
                "Greater",     "GreaterEqual", "LogicalAnd", "LogicalOr"};
            return kNames[static_cast<std::size_t>(binary.kind)];
        }
        const char* operator()(const Cast&) const { return "Cast"; }
        const char* operator()(const Reduce& reduce) const {
            static constexpr std::array kNames = {"Mean", "Sum", "ReduceMaximum", "ReduceMinimum", "Product"};
            return kNames[static_cast<std::size_t>(reduce.kind)];
        }
        const char* operator()(const Concat&) const { return "Concat"; }
        const char* operator()(const Pack&) const { return "Pack"; }
        const char* operator()(const Unpack&) const { return "Unpack"; }
        const char* operator()(const Resize&) const { return "Resize"; }
        const char* operator()(const Reshape&) const { return "Reshape"; }
        const char* operator()(const ExpandDims&) const { return "ExpandDims"; }
        const char* operator()(const Squeeze&) const { return "Squeeze"; }
        const char* operator()(const BroadcastTo&) const { return "BroadcastTo"; }
        const char* operator()(const Identity&) const { return "Identity"; }
        const char* operator()(const Transpose&) const { return "Transpose"; }
        const char* operator()(const Pad&) const { return "Pad"; }
        const char* operator()(const StridedSlice&) const { return "StridedSlice"; }
        const char* operator()(const Slice&) const { return "Slice"; }
        const char* operator()(const Gather&) const { return "Gather"; }
        const char* operator()(const GatherNd&) const { return "GatherNd"; }
        const char* operator()(const GatherElements&) const { return "GatherElements"; }
        const char* operator()(const ScatterElements&) const { return "ScatterElements"; }
        const char* operator()(const ScatterNd&) const { return "ScatterNd"; }
        const char* operator()(const CumulativeSum&) const { return "CumulativeSum"; }
        const char* operator()(const GridSample&) const { return "GridSample"; }
        const char* operator()(const Select&) const { return "Select"; }
        const char* operator()(const TopK&) const { return "TopK"; }
        const char* operator()(const TopPeaks&) const { return "TopPeaks"; }
        const char* operator()(const ArgMax&) const { return "ArgMax"; }
        const char* operator()(const Softmax&) const { return "Softmax"; }
    };
    return std::visit(Name{}, op);
}

std::string to_string(const Activation& activation) {
    static constexpr std::array kNames = {"",        "relu",      "relu6",      "leaky_relu",   "elu",
                                          "sigmoid", "tanh",      "hard_swish", "hard_sigmoid", "swish",
                                          "gelu",    "gelu_tanh", "softplus",   "mish"};
    return kNames[static_cast<std::size_t>(activation.kind)];
}

std::string describe(const Node& node) {
    return "node " + node.name + " (" + op_name(node.op) + ")";
}

std::optional<float> scalar_constant(const Graph& graph, ValueId id) {
    const Value& value = graph.value(id);
    if (!value.constant || value.type != DataType::kFloat32 || value.constant->shape().element_count() != 1) {
        return std::nullopt;
    }
    return value.constant->elements<float>()[0];
}

double operations(const Graph& graph, const Node& node) {
    if (node.inputs.size() < 2 || node.outputs.empty()) return 0.0;
    const Shape& left = graph.value(node.inputs[0]).shape;
    const Shape& right = graph.value(node.inputs[1]).shape;
    const std::int64_t results = graph.value(node.outputs[0]).shape.element_count();
    // How many products are added up for each of how many numbers.
    const auto twice = [](std::int64_t numbers, std::int64_t products) {
        return 2.0 * static_cast<double>(numbers) * static_cast<double>(products);
    };
    if (std::holds_alternative<Conv2d>(node.op)) return twice(results, right[0] * right[1] * right[2]);
    if (std::holds_alternative<DepthwiseConv2d>(node.op)) return twice(results, right[0] * right[1]);
    if (std::holds_alternative<ConvTranspose2d>(node.op))
        return twice(left.element_count(), right[0] * right[1] * right[2]);
    if (const auto* product = std::get_if<MatMul>(&node.op))
        return twice(results, left[left.rank() - (product->transpose_a ? 2 : 1)]);
    return 0.0;
}

Result<Window> slide(std::int64_t input, std::int64_t size, std::int64_t stride, std::int64_t dilation,
                     PaddingKind kind, std::int64_t explicit_before, std::int64_t explicit_after) {
    // Far beyond any real network, and small enough that nothing below overflows.
    constexpr std::int64_t kSizeMax = 1 << 20;
    for (const std::int64_t number : {size, stride, dilation}) {
        if (number < 1 || number > kSizeMax) {
            return failure("window size, stride or dilation " + std::to_string(number) + " is out of range");
        }
    }
    for (const std::int64_t number : {explicit_before, explicit_after}) {
        if (number < 0 || number > kSizeMax)
            return failure("padding " + std::to_string(number) + " is out of range");
    }
    if (input < 1) return failure("the picture is empty");
    const std::int64_t reach = (size - 1) * dilation + 1;
    Window window;
    if (kind == PaddingKind::kSame) {
        window.output = (input + stride - 1) / stride;
        const std::int64_t pad = std::max<std::int64_t>((window.output - 1) * stride + reach - input, 0);
        window.pad_before = pad / 2;
        window.pad_after = pad - window.pad_before;
        return window;
    }
    if (kind == PaddingKind::kExplicit) {
        window.pad_before = explicit_before;
        window.pad_after = explicit_after;
    }
    const std::int64_t padded = input + window.pad_before + window.pad_after;
    if (padded < reach) {
        return failure("a window of " + std::to_string(reach) + " doesn't fit into " +
                       std::to_string(padded));
    }
    window.output = (padded - reach) / stride + 1;
    return window;
}

Result<Window2d> slide(const Conv2d& conv, const Shape& input, const Shape& weights) {
    Window2d window;
    MOSAIC_TRY_ASSIGN(window.y, slide(input[1], weights[0], conv.stride_y, conv.dilation_y, conv.padding.kind,
                                      conv.padding.top, conv.padding.bottom));
    MOSAIC_TRY_ASSIGN(window.x, slide(input[2], weights[1], conv.stride_x, conv.dilation_x, conv.padding.kind,
                                      conv.padding.left, conv.padding.right));
    return window;
}

Result<Window2d> slide(const Pool& pool, const Shape& input) {
    Window2d window;
    MOSAIC_TRY_ASSIGN(window.y, slide(input[1], pool.size_y, pool.stride_y, 1, pool.padding.kind,
                                      pool.padding.top, pool.padding.bottom + pool.more_y));
    MOSAIC_TRY_ASSIGN(window.x, slide(input[2], pool.size_x, pool.stride_x, 1, pool.padding.kind,
                                      pool.padding.left, pool.padding.right + pool.more_x));
    return window;
}

double resize_place(const Resize& resize, std::int64_t input, std::int64_t output, float factor,
                    std::int64_t index) {
    const double ratio = factor > 0 ? 1.0 / static_cast<double>(factor)
                                    : static_cast<double>(input) / static_cast<double>(output);
    const auto at = static_cast<double>(index);
    switch (resize.coordinates) {
        case ResizeCoordinates::kAsymmetric:
            return at * ratio;
        case ResizeCoordinates::kHalfPixel:
            return (at + 0.5) * ratio - 0.5;
        case ResizeCoordinates::kAlignCorners:
            return output > 1 ? at * static_cast<double>(input - 1) / static_cast<double>(output - 1) : 0.0;
        case ResizeCoordinates::kHalfPixelOrZero:
            return output > 1 ? (at + 0.5) * ratio - 0.5 : 0.0;
        case ResizeCoordinates::kHalfPixelNearest:
            return (at + 0.5) * ratio;
    }
    return 0.0;
}

namespace {

double rounded(ResizeRounding rounding, double place) {
    switch (rounding) {
        case ResizeRounding::kHalfDown:
            return std::ceil(place - 0.5);
        case ResizeRounding::kHalfUp:
            return std::floor(place + 0.5);
        case ResizeRounding::kDown:
            return std::floor(place);
        case ResizeRounding::kUp:
            return std::ceil(place);
    }
    return place;
}

ResizeTap resize_tap(const Resize& resize, std::int64_t input, double place) {
    const auto last = static_cast<double>(input - 1);
    ResizeTap tap;
    if (resize.mode == ResizeMode::kNearest) {
        tap.low = tap.high =
            static_cast<std::int64_t>(std::clamp(rounded(resize.rounding, place), 0.0, last));
    } else {
        const double inside = std::clamp(place, 0.0, last);
        tap.low = static_cast<std::int64_t>(inside);
        tap.high = std::min(tap.low + 1, input - 1);
        tap.weight = static_cast<float>(inside - static_cast<double>(tap.low));
    }
    return tap;
}

}  // namespace

ResizeTap resize_row(const Resize& resize, const Shape& in, const Shape& out, std::int64_t row) {
    return resize_tap(resize, in[1], resize_place(resize, in[1], out[1], resize.factor_y, row));
}

ResizeTap resize_column(const Resize& resize, const Shape& in, const Shape& out, std::int64_t column) {
    return resize_tap(resize, in[2], resize_place(resize, in[2], out[2], resize.factor_x, column));
}

std::vector<ResizeTap> resize_rows(const Resize& resize, const Shape& in, const Shape& out) {
    std::vector<ResizeTap> taps(static_cast<std::size_t>(out[1]));
    for (std::size_t i = 0; i < taps.size(); ++i)
        taps[i] = resize_row(resize, in, out, static_cast<std::int64_t>(i));
    return taps;
}

std::vector<ResizeTap> resize_columns(const Resize& resize, const Shape& in, const Shape& out) {
    std::vector<ResizeTap> taps(static_cast<std::size_t>(out[2]));
    for (std::size_t i = 0; i < taps.size(); ++i)
        taps[i] = resize_column(resize, in, out, static_cast<std::int64_t>(i));
    return taps;
}

}  // namespace mosaic::ir
