// Operators element by element: they leave the order in which a tensor is stored as it is.
#include <algorithm>
#include <cmath>
#include <limits>

#include <onnx/onnx_pb.h>

#include "onnx/model.h"
#include "onnx/node.h"

namespace mosaic::onnx {

namespace {

using ir::ActivationKind;
using ir::BinaryKind;
using ir::UnaryKind;

// Emits an operator of one tensor and sets the output in the tensor's order.
Result<void> map(Node& node, ir::Op op) {
    MOSAIC_TRY(node.expect_inputs(1, 1));
    const Held held = node.held(0);
    MOSAIC_TRY_ASSIGN(const ir::ValueId made, node.emit(std::move(op), {held.id}));
    node.set(0, made, held.order);
    return {};
}

template <UnaryKind Kind>
Result<void> build_unary(Node& node) {
    return map(node, ir::Unary{Kind});
}

template <ActivationKind Kind>
Result<void> build_activation(Node& node) {
    return map(node, ir::Activate{{Kind, 0.0F}});
}

Result<ir::ValueId> combine(Node& node, BinaryKind kind, ir::ValueId a, ir::ValueId b) {
    return node.emit(ir::Binary{kind}, {a, b});
}

Result<ir::ValueId> combine(Node& node, BinaryKind kind, ir::ValueId a, float b) {
    MOSAIC_TRY_ASSIGN(const ir::ValueId constant, node.constant(b));
    return combine(node, kind, a, constant);
}

// max(x, 0) + scale * min(elu, 0), where elu is that of x.
Result<ir::ValueId> emit_scaled_elu(Node& node, ir::ValueId x, ir::ValueId elu, float scale) {
    MOSAIC_TRY_ASSIGN(const ir::ValueId above, combine(node, BinaryKind::kMaximum, x, 0.0F));
    MOSAIC_TRY_ASSIGN(const ir::ValueId below, combine(node, BinaryKind::kMinimum, elu, 0.0F));
    MOSAIC_TRY_ASSIGN(const ir::ValueId scaled, combine(node, BinaryKind::kMultiply, below, scale));
    return combine(node, BinaryKind::kAdd, above, scaled);
}

Result<void> build_relu(Node& node) {
    if (node.input_count() == 1 && node.type(0) == DataType::kFloat32)
        return map(node, ir::Activate{{ActivationKind::kRelu, 0.0F}});
    MOSAIC_TRY(node.expect_inputs(1, 1));
    const Held held = node.held(0);
    MOSAIC_TRY_ASSIGN(const ir::ValueId list, node.constant(Sizes{0}));
    MOSAIC_TRY_ASSIGN(const ir::ValueId zero, node.emit_reshape(list, {}));
    MOSAIC_TRY_ASSIGN(const ir::ValueId made, combine(node, BinaryKind::kMaximum, held.id, zero));
    node.set(0, made, held.order);
    return {};
}

Result<void> build_leaky_relu(Node& node) {
    MOSAIC_TRY_ASSIGN(const float alpha, node.attribute("alpha", 0.01F));
    return map(node, ir::Activate{{ActivationKind::kLeakyRelu, alpha}});
}

Result<void> build_elu(Node& node) {
    MOSAIC_TRY(node.expect_inputs(1, 1));
    MOSAIC_TRY_ASSIGN(const float alpha, node.attribute("alpha", 1.0F));
    if (alpha == 1.0F) return map(node, ir::Activate{{ActivationKind::kElu, 0.0F}});
    const Held x = node.held(0);
    MOSAIC_TRY_ASSIGN(const ir::ValueId elu, node.emit(ir::Activate{{ActivationKind::kElu, 0.0F}}, {x.id}));
    MOSAIC_TRY_ASSIGN(const ir::ValueId made, emit_scaled_elu(node, x.id, elu, alpha));
    node.set(0, made, x.order);
    return {};
}

// alpha (exp(x / alpha) - 1) below zero
Result<void> build_celu(Node& node) {
    MOSAIC_TRY(node.expect_inputs(1, 1));
    MOSAIC_TRY_ASSIGN(const float alpha, node.attribute("alpha", 1.0F));
    const Held x = node.held(0);
    MOSAIC_TRY_ASSIGN(const ir::ValueId narrow, combine(node, BinaryKind::kDivide, x.id, alpha));
    MOSAIC_TRY_ASSIGN(const ir::ValueId elu, node.emit(ir::Activate{{ActivationKind::kElu, 0.0F}}, {narrow}));
    MOSAIC_TRY_ASSIGN(const ir::ValueId made, emit_scaled_elu(node, x.id, elu, alpha));
    node.set(0, made, x.order);
    return {};
}

Result<void> build_selu(Node& node) {
    MOSAIC_TRY(node.expect_inputs(1, 1));
    MOSAIC_TRY_ASSIGN(const float alpha, node.attribute("alpha", 1.67326319F));
    MOSAIC_TRY_ASSIGN(const float gamma, node.attribute("gamma", 1.05070102F));
    const Held x = node.held(0);
    MOSAIC_TRY_ASSIGN(const ir::ValueId elu, node.emit(ir::Activate{{ActivationKind::kElu, 0.0F}}, {x.id}));
    MOSAIC_TRY_ASSIGN(const ir::ValueId sum, emit_scaled_elu(node, x.id, elu, alpha));
    MOSAIC_TRY_ASSIGN(const ir::ValueId made, combine(node, BinaryKind::kMultiply, sum, gamma));
    node.set(0, made, x.order);
    return {};
}

// x where it is between the limits.
Result<ir::ValueId> emit_clip(Node& node, ir::ValueId x, float low, float high) {
    if (low == 0.0F && high == 6.0F) return node.emit(ir::Activate{{ActivationKind::kRelu6, 0.0F}}, {x});
    if (low == 0.0F && high > std::numeric_limits<float>::max() / 2)
        return node.emit(ir::Activate{{ActivationKind::kRelu, 0.0F}}, {x});
    if (low > std::numeric_limits<float>::lowest()) {
        MOSAIC_TRY_ASSIGN(x, combine(node, BinaryKind::kMaximum, x, low));
    }
    if (high < std::numeric_limits<float>::max()) {
        MOSAIC_TRY_ASSIGN(x, combine(node, BinaryKind::kMinimum, x, high));
    }
    return x;
}

Result<void> build_clip(Node& node) {
    MOSAIC_TRY(node.expect_inputs(1, 3));
    const Held x = node.held(0);
    if (node.type(0) != DataType::kFloat32 || node.opset() >= 11) {
        bool constant = true;
        for (std::size_t i = 1; i < 3; ++i) {
            if (node.has_input(i)) constant = constant && node.value(node.held(i).id).constant != nullptr;
        }
        if (!constant || node.type(0) != DataType::kFloat32) {
            ir::ValueId made = x.id;
            for (std::size_t i = 1; i < 3; ++i) {
                if (!node.has_input(i)) continue;
                MOSAIC_TRY_ASSIGN(const ir::ValueId limit, node.plain(i));
                MOSAIC_TRY_ASSIGN(
                    made, combine(node, i == 1 ? BinaryKind::kMaximum : BinaryKind::kMinimum, made, limit));
            }
            node.set(0, made, x.order);
            return {};
        }
    }
    MOSAIC_TRY_ASSIGN(float low, node.attribute("min", std::numeric_limits<float>::lowest()));
    MOSAIC_TRY_ASSIGN(float high, node.attribute("max", std::numeric_limits<float>::max()));
    if (node.has_input(1)) {
        MOSAIC_TRY_ASSIGN(low, node.number(1));
    }
    if (node.has_input(2)) {
        MOSAIC_TRY_ASSIGN(high, node.number(2));
    }
    MOSAIC_TRY_ASSIGN(const ir::ValueId made, emit_clip(node, x.id, low, high));
    node.set(0, made, x.order);
    return {};
}

constexpr float kSixth = 1.0F / 6.0F;

bool near(float a, float b) {
    return std::abs(a - b) <= 1e-6F * std::abs(b);
}

Result<void> build_hard_sigmoid(Node& node) {
    MOSAIC_TRY(node.expect_inputs(1, 1));
    MOSAIC_TRY_ASSIGN(const float alpha, node.attribute("alpha", 0.2F));
    MOSAIC_TRY_ASSIGN(const float beta, node.attribute("beta", 0.5F));
    if (near(alpha, kSixth) && beta == 0.5F)
        return map(node, ir::Activate{{ActivationKind::kHardSigmoid, alpha}});
    const Held x = node.held(0);
    MOSAIC_TRY_ASSIGN(const ir::ValueId scaled, combine(node, BinaryKind::kMultiply, x.id, alpha));
    MOSAIC_TRY_ASSIGN(const ir::ValueId moved, combine(node, BinaryKind::kAdd, scaled, beta));
    MOSAIC_TRY_ASSIGN(const ir::ValueId made, emit_clip(node, moved, 0.0F, 1.0F));
    node.set(0, made, x.order);
    return {};
}

Result<void> build_hard_swish(Node& node) {
    return map(node, ir::Activate{{ActivationKind::kHardSwish, kSixth}});
}

Result<void> build_gelu(Node& node) {
    MOSAIC_TRY_ASSIGN(const std::string approximation, node.attribute("approximate", "none"));
    const auto kind = approximation == "tanh" ? ActivationKind::kGeluTanh : ActivationKind::kGelu;
    return map(node, ir::Activate{{kind, 0.0F}});
}

// x / (1 + |x|)
Result<void> build_softsign(Node& node) {
    MOSAIC_TRY(node.expect_inputs(1, 1));
    const Held x = node.held(0);
    MOSAIC_TRY_ASSIGN(const ir::ValueId size, node.emit(ir::Unary{UnaryKind::kAbs}, {x.id}));
    MOSAIC_TRY_ASSIGN(const ir::ValueId below, combine(node, BinaryKind::kAdd, size, 1.0F));
    MOSAIC_TRY_ASSIGN(const ir::ValueId made, combine(node, BinaryKind::kDivide, x.id, below));
    node.set(0, made, x.order);
    return {};
}

// The quotient and the remainder of integers as C has them, towards zero, out of the ones that round down.
Result<ir::ValueId> emit_towards_zero(Node& node, BinaryKind kind, ir::ValueId a, ir::ValueId b) {
    MOSAIC_TRY_ASSIGN(const ir::ValueId size_a, node.emit(ir::Unary{UnaryKind::kAbs}, {a}));
    MOSAIC_TRY_ASSIGN(const ir::ValueId size_b, node.emit(ir::Unary{UnaryKind::kAbs}, {b}));
    MOSAIC_TRY_ASSIGN(const ir::ValueId sizes, combine(node, kind, size_a, size_b));
    MOSAIC_TRY_ASSIGN(ir::ValueId sign, node.emit(ir::Unary{UnaryKind::kSign}, {a}));
    if (kind == BinaryKind::kFloorDivide) {
        MOSAIC_TRY_ASSIGN(const ir::ValueId sign_b, node.emit(ir::Unary{UnaryKind::kSign}, {b}));
        MOSAIC_TRY_ASSIGN(sign, combine(node, BinaryKind::kMultiply, sign, sign_b));
    }
    return combine(node, BinaryKind::kMultiply, sizes, sign);
}

Result<ir::ValueId> emit_binary(Node& node, BinaryKind kind, ir::ValueId a, ir::ValueId b) {
    const DataType type = node.value(a).type;
    if (type != node.value(b).type && kind == BinaryKind::kPower) {
        MOSAIC_TRY_ASSIGN(b, node.emit(ir::Cast{type}, {b}));
    }
    if (type == DataType::kInt32 && kind == BinaryKind::kDivide)
        return emit_towards_zero(node, BinaryKind::kFloorDivide, a, b);
    const Tensor* exponent = kind == BinaryKind::kPower ? node.value(b).constant.get() : nullptr;
    const bool square = exponent != nullptr && exponent->type() == DataType::kFloat32 &&
                        exponent->shape().element_count() == 1 && exponent->elements<float>()[0] == 2.0F;
    if (square && node.value(b).shape.rank() <= node.value(a).shape.rank())
        return node.emit(ir::Unary{UnaryKind::kSquare}, {a});
    return combine(node, kind, a, b);
}

template <BinaryKind Kind>
Result<void> build_binary(Node& node) {
    MOSAIC_TRY(node.expect_inputs(2, 2));
    const std::vector<Held> inputs{node.held(0), node.held(1)};
    MOSAIC_TRY_ASSIGN(const Aligned aligned, align(node, inputs));
    MOSAIC_TRY_ASSIGN(const ir::ValueId made, emit_binary(node, Kind, aligned.ids[0], aligned.ids[1]));
    node.set(0, made, aligned.order);
    return {};
}

Result<void> build_modulo(Node& node) {
    MOSAIC_TRY(node.expect_inputs(2, 2));
    MOSAIC_TRY_ASSIGN(const std::int64_t as_c, node.attribute("fmod", std::int64_t{0}));
    const std::vector<Held> inputs{node.held(0), node.held(1)};
    MOSAIC_TRY_ASSIGN(const Aligned aligned, align(node, inputs));
    auto made = as_c != 0 ? emit_towards_zero(node, BinaryKind::kFloorModulo, aligned.ids[0], aligned.ids[1])
                          : combine(node, BinaryKind::kFloorModulo, aligned.ids[0], aligned.ids[1]);
    if (!made) return tl::unexpected(made.error());
    node.set(0, *made, aligned.order);
    return {};
}

// Sum, Max, Min and Mean of any number of tensors.
template <BinaryKind Kind, bool Mean>
Result<void> build_many(Node& node) {
    MOSAIC_TRY(node.expect_inputs(1, ~std::size_t{0}));
    Held total = node.held(0);
    for (std::size_t i = 1; i < node.input_count(); ++i) {
        if (!node.has_input(i)) return node.wrong("lacks input " + std::to_string(i));
        const std::vector<Held> inputs{total, node.held(i)};
        MOSAIC_TRY_ASSIGN(const Aligned aligned, align(node, inputs));
        MOSAIC_TRY_ASSIGN(total.id, combine(node, Kind, aligned.ids[0], aligned.ids[1]));
        total.order = aligned.order;
    }
    if (Mean) {
        MOSAIC_TRY_ASSIGN(total.id, combine(node, BinaryKind::kMultiply, total.id,
                                            1.0F / static_cast<float>(node.input_count())));
    }
    node.set(0, total.id, total.order);
    return {};
}

Result<void> build_cast(Node& node) {
    MOSAIC_TRY(node.expect_inputs(1, 1));
    MOSAIC_TRY_ASSIGN(const std::int64_t to, node.attribute("to", std::int64_t{0}));
    auto type = read_type(static_cast<std::int32_t>(std::clamp<std::int64_t>(to, 0, 1000)));
    if (!type) return node.wrong(type.error().message);
    if (*type == node.type(0)) {
        node.set(0, node.held(0).id, Order(node.held(0).order));
        return {};
    }
    return map(node, ir::Cast{*type});
}

Result<void> build_cast_like(Node& node) {
    MOSAIC_TRY(node.expect_inputs(2, 2));
    const Held x = node.held(0);
    MOSAIC_TRY_ASSIGN(const ir::ValueId made, node.emit(ir::Cast{node.type(1)}, {x.id}));
    node.set(0, made, x.order);
    return {};
}

// Identity, and Dropout in inference.
Result<void> build_identity(Node& node) {
    MOSAIC_TRY(node.expect_inputs(1, 3));
    const Held held = node.held(0);
    node.set(0, held.id, held.order);
    return {};
}

Result<void> build_where(Node& node) {
    MOSAIC_TRY(node.expect_inputs(3, 3));
    const std::vector<Held> inputs{node.held(0), node.held(1), node.held(2)};
    MOSAIC_TRY_ASSIGN(const Aligned aligned, align(node, inputs));
    MOSAIC_TRY_ASSIGN(const ir::ValueId made, node.emit(ir::Select{}, aligned.ids));
    node.set(0, made, aligned.order);
    return {};
}

Result<void> build_is_nan(Node& node) {
    MOSAIC_TRY(node.expect_inputs(1, 1));
    const Held x = node.held(0);
    MOSAIC_TRY_ASSIGN(const ir::ValueId made, combine(node, BinaryKind::kNotEqual, x.id, x.id));
    node.set(0, made, x.order);
    return {};
}

Result<void> build_is_infinite(Node& node) {
    MOSAIC_TRY(node.expect_inputs(1, 1));
    const Held x = node.held(0);
    MOSAIC_TRY_ASSIGN(const std::int64_t below, node.attribute("detect_negative", std::int64_t{1}));
    MOSAIC_TRY_ASSIGN(const std::int64_t above, node.attribute("detect_positive", std::int64_t{1}));
    if (below == 0 && above == 0) return node.wrong("detects nothing");
    ir::ValueId id = x.id;
    if (below != 0 && above != 0) {
        MOSAIC_TRY_ASSIGN(id, node.emit(ir::Unary{UnaryKind::kAbs}, {id}));
    }
    const float end = std::numeric_limits<float>::infinity();
    MOSAIC_TRY_ASSIGN(id, combine(node, BinaryKind::kEqual, id, above != 0 ? end : -end));
    node.set(0, id, x.order);
    return {};
}

// x where x > alpha, else 0
Result<void> build_thresholded_relu(Node& node) {
    MOSAIC_TRY(node.expect_inputs(1, 1));
    const Held x = node.held(0);
    MOSAIC_TRY_ASSIGN(const float alpha, node.attribute("alpha", 1.0F));
    MOSAIC_TRY_ASSIGN(const ir::ValueId above, combine(node, BinaryKind::kGreater, x.id, alpha));
    MOSAIC_TRY_ASSIGN(const ir::ValueId zero, node.constant(0.0F));
    MOSAIC_TRY_ASSIGN(const ir::ValueId made, node.emit(ir::Select{}, {above, x.id, zero}));
    node.set(0, made, x.order);
    return {};
}

// sin / cos
Result<void> build_tan(Node& node) {
    MOSAIC_TRY(node.expect_inputs(1, 1));
    const Held x = node.held(0);
    MOSAIC_TRY_ASSIGN(const ir::ValueId sine, node.emit(ir::Unary{UnaryKind::kSin}, {x.id}));
    MOSAIC_TRY_ASSIGN(const ir::ValueId cosine, node.emit(ir::Unary{UnaryKind::kCos}, {x.id}));
    MOSAIC_TRY_ASSIGN(const ir::ValueId made, combine(node, BinaryKind::kDivide, sine, cosine));
    node.set(0, made, x.order);
    return {};
}

void add_activations(Builders& builders) {
    builders["Relu"] = build_relu;
    builders["LeakyRelu"] = build_leaky_relu;
    builders["Elu"] = build_elu;
    builders["Celu"] = build_celu;
    builders["Selu"] = build_selu;
    builders["Sigmoid"] = build_activation<ActivationKind::kSigmoid>;
    builders["Tanh"] = build_activation<ActivationKind::kTanh>;
    builders["HardSigmoid"] = build_hard_sigmoid;
    builders["HardSwish"] = build_hard_swish;
    builders["Softplus"] = build_activation<ActivationKind::kSoftplus>;
    builders["Mish"] = build_activation<ActivationKind::kMish>;
    builders["Gelu"] = build_gelu;
    builders["Softsign"] = build_softsign;
    builders["Clip"] = build_clip;
    builders["PRelu"] = build_binary<BinaryKind::kPrelu>;
}

}  // namespace

void add_elementwise(Builders& builders) {
    add_activations(builders);
    builders["Abs"] = build_unary<UnaryKind::kAbs>;
    builders["Ceil"] = build_unary<UnaryKind::kCeil>;
    builders["Cos"] = build_unary<UnaryKind::kCos>;
    builders["Erf"] = build_unary<UnaryKind::kErf>;
    builders["Exp"] = build_unary<UnaryKind::kExp>;
    builders["Floor"] = build_unary<UnaryKind::kFloor>;
    builders["Log"] = build_unary<UnaryKind::kLog>;
    builders["Neg"] = build_unary<UnaryKind::kNegate>;
    builders["Not"] = build_unary<UnaryKind::kLogicalNot>;
    builders["Reciprocal"] = build_unary<UnaryKind::kReciprocal>;
    builders["Round"] = build_unary<UnaryKind::kRound>;
    builders["Sign"] = build_unary<UnaryKind::kSign>;
    builders["Sin"] = build_unary<UnaryKind::kSin>;
    builders["Sqrt"] = build_unary<UnaryKind::kSqrt>;
    builders["Tan"] = build_tan;
    builders["IsNaN"] = build_is_nan;
    builders["IsInf"] = build_is_infinite;
    builders["ThresholdedRelu"] = build_thresholded_relu;
    builders["Add"] = build_binary<BinaryKind::kAdd>;
    builders["Sub"] = build_binary<BinaryKind::kSubtract>;
    builders["Mul"] = build_binary<BinaryKind::kMultiply>;
    builders["Div"] = build_binary<BinaryKind::kDivide>;
    builders["Pow"] = build_binary<BinaryKind::kPower>;
    builders["Mod"] = build_modulo;
    builders["Equal"] = build_binary<BinaryKind::kEqual>;
    builders["Less"] = build_binary<BinaryKind::kLess>;
    builders["LessOrEqual"] = build_binary<BinaryKind::kLessEqual>;
    builders["Greater"] = build_binary<BinaryKind::kGreater>;
    builders["GreaterOrEqual"] = build_binary<BinaryKind::kGreaterEqual>;
    builders["And"] = build_binary<BinaryKind::kLogicalAnd>;
    builders["Or"] = build_binary<BinaryKind::kLogicalOr>;
    builders["Xor"] = build_binary<BinaryKind::kNotEqual>;
    builders["Sum"] = build_many<BinaryKind::kAdd, false>;
    builders["Mean"] = build_many<BinaryKind::kAdd, true>;
    builders["Max"] = build_many<BinaryKind::kMaximum, false>;
    builders["Min"] = build_many<BinaryKind::kMinimum, false>;
    builders["Cast"] = build_cast;
    builders["CastLike"] = build_cast_like;
    builders["Identity"] = build_identity;
    builders["Dropout"] = build_identity;
    builders["Where"] = build_where;
}

}  // namespace mosaic::onnx
