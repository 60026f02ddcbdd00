// Operators element by element, and sums along axes: they leave the order of the dimensions as it is.
#include <cmath>

#include <onnx/onnx_pb.h>

#include "onnx/exporter.h"

namespace mosaic::onnx {

namespace {

using ir::ActivationKind;
using ir::BinaryKind;
using ir::UnaryKind;

constexpr std::int64_t kDouble = ::onnx::TensorProto::DOUBLE;

std::string unary(Exporter& exporter, UnaryKind kind, const std::string& x) {
    switch (kind) {
        case UnaryKind::kAbs:
            return exporter.emit("Abs", {x});
        case UnaryKind::kCeil:
            return exporter.emit("Ceil", {x});
        case UnaryKind::kCos:
            return exporter.emit("Cos", {x});
        case UnaryKind::kErf:
            return exporter.emit("Erf", {x});
        case UnaryKind::kExp:
            return exporter.emit("Exp", {x});
        case UnaryKind::kFloor:
            return exporter.emit("Floor", {x});
        case UnaryKind::kLog:
            return exporter.emit("Log", {x});
        case UnaryKind::kLogicalNot:
            return exporter.emit("Not", {x});
        case UnaryKind::kNegate:
            return exporter.emit("Neg", {x});
        case UnaryKind::kReciprocal:
            return exporter.emit("Reciprocal", {x});
        case UnaryKind::kRound:
            return exporter.emit("Round", {x});
        case UnaryKind::kRsqrt:
            return exporter.emit("Reciprocal", {exporter.emit("Sqrt", {x})});
        case UnaryKind::kSign:
            return exporter.emit("Sign", {x});
        case UnaryKind::kSin:
            return exporter.emit("Sin", {x});
        case UnaryKind::kSqrt:
            return exporter.emit("Sqrt", {x});
        case UnaryKind::kSquare:
            return exporter.emit("Mul", {x, x});
    }
    return x;
}

// Integers through doubles, which hold every quotient of two of them; ONNX's own division rounds towards
// zero.
std::string floor_divide(Exporter& exporter, DataType type, const std::string& a, const std::string& b) {
    if (type == DataType::kFloat32) return exporter.emit("Floor", {exporter.emit("Div", {a, b})});
    const std::string left = exporter.emit("Cast", {a}, {{"to", kDouble}});
    const std::string right = exporter.emit("Cast", {b}, {{"to", kDouble}});
    return exporter.emit_cast(exporter.emit("Floor", {exporter.emit("Div", {left, right})}), type);
}

std::string binary(Exporter& exporter, BinaryKind kind, DataType type, const std::string& a,
                   const std::string& b) {
    switch (kind) {
        case BinaryKind::kAdd:
            return exporter.emit("Add", {a, b});
        case BinaryKind::kSubtract:
            return exporter.emit("Sub", {a, b});
        case BinaryKind::kMultiply:
            return exporter.emit("Mul", {a, b});
        case BinaryKind::kDivide:
            return type == DataType::kFloat32 ? exporter.emit("Div", {a, b})
                                              : floor_divide(exporter, type, a, b);
        case BinaryKind::kFloorDivide:
            return floor_divide(exporter, type, a, b);
        case BinaryKind::kFloorModulo:
            if (type == DataType::kInt32) return exporter.emit("Mod", {a, b});
            return exporter.emit("Sub", {a, exporter.emit("Mul", {floor_divide(exporter, type, a, b), b})});
        case BinaryKind::kMaximum:
            return exporter.emit("Max", {a, b});
        case BinaryKind::kMinimum:
            return exporter.emit("Min", {a, b});
        case BinaryKind::kPower:
            return exporter.emit("Pow", {a, b});
        case BinaryKind::kSquaredDifference: {
            const std::string difference = exporter.emit("Sub", {a, b});
            return exporter.emit("Mul", {difference, difference});
        }
        case BinaryKind::kPrelu: {
            // PRelu itself can't widen its first operand.
            const std::string below = exporter.emit("Less", {a, exporter.number(0)});
            return exporter.emit("Where", {below, exporter.emit("Mul", {a, b}), a});
        }
        case BinaryKind::kEqual:
            return exporter.emit("Equal", {a, b});
        case BinaryKind::kNotEqual:
            return exporter.emit("Not", {exporter.emit("Equal", {a, b})});
        case BinaryKind::kLess:
            return exporter.emit("Less", {a, b});
        case BinaryKind::kLessEqual:
            return exporter.emit("LessOrEqual", {a, b});
        case BinaryKind::kGreater:
            return exporter.emit("Greater", {a, b});
        case BinaryKind::kGreaterEqual:
            return exporter.emit("GreaterOrEqual", {a, b});
        case BinaryKind::kLogicalAnd:
            return exporter.emit("And", {a, b});
        case BinaryKind::kLogicalOr:
            return exporter.emit("Or", {a, b});
    }
    return a;
}

// A slope for each channel, which PRelu knows by itself, stays one node.
bool is_channel_slope(const Exporter& exporter, const ir::Node& node) {
    const Shape& out = exporter.value(node.outputs[0]).shape;
    return exporter.value(node.inputs[0]).shape == out;
}

void export_reduce(Exporter& exporter, const ir::Node& node, const ir::Reduce& reduce) {
    static constexpr std::array kNames = {"ReduceMean", "ReduceSum", "ReduceMax", "ReduceMin", "ReduceProd"};
    const Order order = exporter.order_of(node.inputs[0]);
    std::vector<bool> reduced(order.size(), false);
    for (const std::int64_t axis : reduce.axes)
        reduced[static_cast<std::size_t>(axis < 0 ? axis + static_cast<std::int64_t>(order.size()) : axis)] =
            true;
    Sizes axes;
    Order rest;
    for (std::size_t k = 0; k < order.size(); ++k) {
        if (reduced[order[k]]) axes.push_back(static_cast<std::int64_t>(k));
        if (reduced[order[k]] && !reduce.keep_dims) continue;
        std::size_t place = 0;
        for (std::size_t i = 0; i < order[k]; ++i)
            place += reduced[i] && !reduce.keep_dims ? 0 : 1;
        rest.push_back(place);
    }
    const std::string x = exporter.tensor(node.inputs[0], order);
    if (axes.empty()) {
        exporter.publish(node.outputs[0], rest, exporter.emit("Identity", {x}));
        return;
    }
    const ExportAttribute keep{"keepdims", std::int64_t{reduce.keep_dims ? 1 : 0}};
    // Axes became an input of ReduceSum first.
    const bool input = reduce.kind == ir::ReduceKind::kSum;
    const char* name = kNames[static_cast<std::size_t>(reduce.kind)];
    exporter.publish(node.outputs[0], rest,
                     input ? exporter.emit(name, {x, exporter.integers(axes)}, {keep})
                           : exporter.emit(name, {x}, {{"axes", axes}, keep}));
}

void export_binary(Exporter& exporter, const ir::Node& node, BinaryKind kind) {
    const Order order = exporter.common_order(node);
    // The sum of two layers' results.
    if (kind == BinaryKind::kAdd && exporter.rank(node.inputs[0]) == exporter.rank(node.inputs[1]) &&
        exporter.passes_bytes(node.inputs)) {
        exporter.publish(node.outputs[0], order,
                         exporter.emit("Add", {exporter.through_bytes(node.inputs[0], order),
                                               exporter.through_bytes(node.inputs[1], order)}));
        return;
    }
    const std::string a = exporter.operand(node.inputs[0], order.size(), order);
    const std::string b = exporter.operand(node.inputs[1], order.size(), order);
    const DataType type = exporter.value(node.inputs[0]).type;
    const bool prelu = kind == BinaryKind::kPrelu && is_channel_slope(exporter, node);
    exporter.publish(node.outputs[0], order,
                     prelu ? exporter.emit("PRelu", {a, b}) : binary(exporter, kind, type, a, b));
}

bool near_a_sixth(float alpha) {
    return std::abs(alpha * 6.0F - 1.0F) < 1e-6F;
}

}  // namespace

std::string Exporter::emit_activation(const ir::Activation& activation, std::string x) {
    const auto clip = [this](const std::string& of) { return emit("Clip", {of, number(0), number(6)}); };
    switch (activation.kind) {
        case ActivationKind::kNone:
            return x;
        case ActivationKind::kRelu:
            return emit("Relu", {x});
        case ActivationKind::kRelu6:
            return clip(x);
        case ActivationKind::kLeakyRelu:
            return emit("LeakyRelu", {x}, {{"alpha", activation.alpha}});
        case ActivationKind::kElu:
            return emit("Elu", {x}, {{"alpha", 1.0F}});
        case ActivationKind::kSigmoid:
            return emit("Sigmoid", {x});
        case ActivationKind::kTanh:
            return emit("Tanh", {x});
        case ActivationKind::kHardSwish:
            if (near_a_sixth(activation.alpha)) return emit("HardSwish", {x});
            return emit("Mul",
                        {emit("Mul", {x, clip(emit("Add", {x, number(3)}))}), number(activation.alpha)});
        case ActivationKind::kHardSigmoid:
            if (near_a_sixth(activation.alpha))
                return emit("HardSigmoid", {x}, {{"alpha", activation.alpha}, {"beta", 0.5F}});
            return emit("Mul", {clip(emit("Add", {x, number(3)})), number(activation.alpha)});
        case ActivationKind::kSwish:
            return emit("Mul", {x, emit("Sigmoid", {x})});
        case ActivationKind::kGelu: {
            const std::string erf = emit("Erf", {emit("Mul", {x, number(0.70710678F)})});
            return emit("Mul", {emit("Mul", {x, number(0.5F)}), emit("Add", {erf, number(1)})});
        }
        case ActivationKind::kGeluTanh: {
            const std::string cube = emit("Mul", {emit("Mul", {x, emit("Mul", {x, x})}), number(0.044715F)});
            const std::string tanh =
                emit("Tanh", {emit("Mul", {emit("Add", {x, cube}), number(0.79788456F)})});
            return emit("Mul", {emit("Mul", {x, number(0.5F)}), emit("Add", {tanh, number(1)})});
        }
        case ActivationKind::kSoftplus:
            return emit("Softplus", {x});
        case ActivationKind::kMish:
            return emit("Mul", {x, emit("Tanh", {emit("Softplus", {x})})});
    }
    return x;
}

Result<bool> export_elementwise_operator(Exporter& exporter, const ir::Node& node) {
    if (const auto* reduce = std::get_if<ir::Reduce>(&node.op)) {
        export_reduce(exporter, node, *reduce);
        return true;
    }
    if (const auto* made = std::get_if<ir::Binary>(&node.op)) {
        export_binary(exporter, node, made->kind);
        return true;
    }
    const Order order = exporter.common_order(node);
    if (std::holds_alternative<ir::Select>(node.op)) {
        std::vector<std::string> inputs;
        for (const ir::ValueId id : node.inputs)
            inputs.push_back(exporter.operand(id, order.size(), order));
        exporter.publish(node.outputs[0], order, exporter.emit("Where", inputs));
        return true;
    }
    if (const auto* activate = std::get_if<ir::Activate>(&node.op)) {
        const std::string made =
            exporter.emit_activation(activate->activation, exporter.tensor(node.inputs[0], order));
        exporter.publish(node.outputs[0], order, made);
    } else if (const auto* single = std::get_if<ir::Unary>(&node.op)) {
        exporter.publish(node.outputs[0], order,
                         unary(exporter, single->kind, exporter.tensor(node.inputs[0], order)));
    } else if (const auto* cast = std::get_if<ir::Cast>(&node.op)) {
        exporter.publish(node.outputs[0], order,
                         exporter.emit_cast(exporter.tensor(node.inputs[0], order), cast->to));
    } else if (std::holds_alternative<ir::Identity>(node.op)) {
        exporter.publish(node.outputs[0], order, exporter.tensor(node.inputs[0], order));
    } else {
        return false;
    }
    return true;
}

}  // namespace mosaic::onnx
