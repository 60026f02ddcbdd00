// QuantizeLinear and DequantizeLinear, between which quantised models keep integers: y = round(x / scale) +
// zero. Between them values are int32 here, and all is computed in float: what such a model loses can be
// seen, not gained in time.
#include <onnx/onnx_pb.h>

#include "onnx/node.h"

namespace mosaic::onnx {

namespace {

using ir::BinaryKind;
using Proto = ::onnx::TensorProto;

struct Limits {
    float low = 0, high = 0;
};

Result<Limits> limits_of(const Node& node, std::int32_t type) {
    switch (type) {
        case 0:
        case Proto::UINT8:
            return Limits{0.0F, 255.0F};
        case Proto::INT8:
            return Limits{-128.0F, 127.0F};
        case Proto::UINT16:
            return Limits{0.0F, 65535.0F};
        case Proto::INT16:
            return Limits{-32768.0F, 32767.0F};
        default:
            return node.wrong("quantises to a type that isn't supported");
    }
}

// Input `index`, a number or one for each position along the axis, beside the tensor as it is stored.
Result<ir::ValueId> beside(Node& node, std::size_t index, const Held& held, DataType type) {
    MOSAIC_TRY_ASSIGN(ir::ValueId id, node.plain(index));
    const Shape shape = node.value(id).shape;
    if (node.value(id).type != type) {
        MOSAIC_TRY_ASSIGN(id, node.emit(ir::Cast{type}, {id}));
    }
    if (shape.element_count() == 1) return node.emit_reshape(id, {});
    if (shape.rank() != 1) return node.wrong("quantises in blocks, which isn't supported");
    MOSAIC_TRY_ASSIGN(const std::int64_t number, node.attribute("axis", std::int64_t{1}));
    MOSAIC_TRY_ASSIGN(const std::size_t axis, node.axis(number, held.order.size()));
    const auto at = static_cast<std::size_t>(stored_axis(held.order, axis));
    if (node.value(held.id).shape[at] != shape[0]) return node.wrong("has scales for another size");
    Sizes sizes(held.order.size() - at, 1);
    sizes[0] = shape[0];
    return node.emit_reshape(id, sizes);
}

Result<void> build_quantize(Node& node) {
    MOSAIC_TRY(node.expect_inputs(2, 3));
    const Held held = node.held(0);
    MOSAIC_TRY_ASSIGN(const std::int64_t output_type, node.attribute("output_dtype", std::int64_t{0}));
    const std::int32_t type = node.has_input(2) ? node.file_type(2) : static_cast<std::int32_t>(output_type);
    if (node.has_input(2) && type == 0) return node.wrong("needs a constant zero");
    MOSAIC_TRY_ASSIGN(const Limits limits, limits_of(node, type));
    MOSAIC_TRY_ASSIGN(const ir::ValueId scale, beside(node, 1, held, DataType::kFloat32));
    MOSAIC_TRY_ASSIGN(ir::ValueId x, node.emit(ir::Binary{BinaryKind::kDivide}, {held.id, scale}));
    MOSAIC_TRY_ASSIGN(x, node.emit(ir::Unary{ir::UnaryKind::kRound}, {x}));
    if (node.has_input(2)) {
        MOSAIC_TRY_ASSIGN(const ir::ValueId zero, beside(node, 2, held, DataType::kFloat32));
        MOSAIC_TRY_ASSIGN(x, node.emit(ir::Binary{BinaryKind::kAdd}, {x, zero}));
    }
    MOSAIC_TRY_ASSIGN(const ir::ValueId low, node.constant(limits.low));
    MOSAIC_TRY_ASSIGN(const ir::ValueId high, node.constant(limits.high));
    MOSAIC_TRY_ASSIGN(x, node.emit(ir::Binary{BinaryKind::kMaximum}, {x, low}));
    MOSAIC_TRY_ASSIGN(x, node.emit(ir::Binary{BinaryKind::kMinimum}, {x, high}));
    MOSAIC_TRY_ASSIGN(x, node.emit(ir::Cast{DataType::kInt32}, {x}));
    node.set(0, x, held.order);
    return {};
}

Result<void> build_dequantize(Node& node) {
    MOSAIC_TRY(node.expect_inputs(2, 3));
    const Held held = node.held(0);
    if (node.type(0) != DataType::kInt32) return node.wrong("needs integers");
    MOSAIC_TRY_ASSIGN(const ir::ValueId scale, beside(node, 1, held, DataType::kFloat32));
    MOSAIC_TRY_ASSIGN(ir::ValueId x, node.emit(ir::Cast{DataType::kFloat32}, {held.id}));
    if (node.has_input(2)) {
        MOSAIC_TRY_ASSIGN(const ir::ValueId zero, beside(node, 2, held, DataType::kFloat32));
        MOSAIC_TRY_ASSIGN(x, node.emit(ir::Binary{BinaryKind::kSubtract}, {x, zero}));
    }
    MOSAIC_TRY_ASSIGN(x, node.emit(ir::Binary{BinaryKind::kMultiply}, {x, scale}));
    node.set(0, x, held.order);
    return {};
}

}  // namespace

void add_quantized(Builders& builders) {
    builders["DequantizeLinear"] = build_dequantize;
    builders["QuantizeLinear"] = build_quantize;
}

}  // namespace mosaic::onnx
