#include <algorithm>
#include <cmath>
#include <limits>

#include "reference/convert.h"
#include "reference/index_loop.h"
#include "reference/reference.h"

namespace mosaic::reference {

namespace {

using ir::ActivationKind;
using ir::BinaryKind;
using ir::UnaryKind;

// Integers wrap around instead of being undefined.
std::int32_t wrap(std::int64_t value) {
    return static_cast<std::int32_t>(static_cast<std::uint32_t>(value));
}

std::int64_t floor_divide(std::int64_t a, std::int64_t b) {
    if (b == 0) return 0;
    const std::int64_t quotient = a / b;
    return quotient * b != a && (a < 0) != (b < 0) ? quotient - 1 : quotient;
}

float apply(BinaryKind kind, float a, float b) {
    switch (kind) {
        case BinaryKind::kAdd:
            return a + b;
        case BinaryKind::kSubtract:
            return a - b;
        case BinaryKind::kMultiply:
            return a * b;
        case BinaryKind::kDivide:
            return a / b;
        case BinaryKind::kFloorDivide:
            return std::floor(a / b);
        case BinaryKind::kFloorModulo: {
            const float rest = std::fmod(a, b);
            return rest != 0 && (rest < 0) != (b < 0) ? rest + b : rest;
        }
        case BinaryKind::kMaximum:
            return std::max(a, b);
        case BinaryKind::kMinimum:
            return std::min(a, b);
        case BinaryKind::kPower:
            return std::pow(a, b);
        case BinaryKind::kSquaredDifference:
            return (a - b) * (a - b);
        case BinaryKind::kPrelu:
            return a < 0 ? a * b : a;
        default:
            return 0;
    }
}

std::int32_t apply(BinaryKind kind, std::int32_t a32, std::int32_t b32) {
    const std::int64_t a = a32;
    const std::int64_t b = b32;
    switch (kind) {
        case BinaryKind::kAdd:
            return wrap(a + b);
        case BinaryKind::kSubtract:
            return wrap(a - b);
        case BinaryKind::kMultiply:
            return wrap(a * b);
        case BinaryKind::kDivide:
        case BinaryKind::kFloorDivide:
            return wrap(floor_divide(a, b));
        case BinaryKind::kFloorModulo:
            return wrap(a - floor_divide(a, b) * b);
        case BinaryKind::kMaximum:
            return std::max(a32, b32);
        case BinaryKind::kMinimum:
            return std::min(a32, b32);
        case BinaryKind::kPower: {
            const double power = std::pow(static_cast<double>(a), static_cast<double>(b));
            return std::abs(power) <= std::numeric_limits<std::int32_t>::max()
                       ? static_cast<std::int32_t>(power)
                       : 0;
        }
        case BinaryKind::kSquaredDifference:
            return wrap(wrap(a - b) * static_cast<std::int64_t>(wrap(a - b)));
        default:
            return 0;
    }
}

std::uint8_t apply(BinaryKind, std::uint8_t, std::uint8_t) {
    return 0;
}

template <typename T>
bool compare(BinaryKind kind, T a, T b) {
    switch (kind) {
        case BinaryKind::kEqual:
            return a == b;
        case BinaryKind::kNotEqual:
            return a != b;
        case BinaryKind::kLess:
            return a < b;
        case BinaryKind::kLessEqual:
            return a <= b;
        case BinaryKind::kGreater:
            return a > b;
        case BinaryKind::kGreaterEqual:
            return a >= b;
        case BinaryKind::kLogicalAnd:
            return a != 0 && b != 0;
        case BinaryKind::kLogicalOr:
            return a != 0 || b != 0;
        default:
            return false;
    }
}

template <typename T>
void binary_of(BinaryKind kind, Inputs inputs, Outputs outputs) {
    const auto a = inputs[0].elements<T>();
    const auto b = inputs[1].elements<T>();
    const Shape& out = outputs[0].shape;
    std::size_t at = 0;
    const auto loop = [&](auto visit) {
        for_each_index<2>(
            out.sizes(),
            {broadcast_strides(inputs[0].shape(), out), broadcast_strides(inputs[1].shape(), out)},
            [&](const std::array<std::int64_t, 2>& offsets) {
                visit(a[static_cast<std::size_t>(offsets[0])], b[static_cast<std::size_t>(offsets[1])]);
                ++at;
            });
    };
    if (kind >= BinaryKind::kEqual) {
        const auto y = outputs[0].elements<std::uint8_t>();
        loop([&](T left, T right) { y[at] = compare(kind, left, right) ? 1 : 0; });
    } else {
        const auto y = outputs[0].elements<T>();
        loop([&](T left, T right) { y[at] = apply(kind, left, right); });
    }
}

float apply(UnaryKind kind, float x) {
    switch (kind) {
        case UnaryKind::kAbs:
            return std::abs(x);
        case UnaryKind::kCeil:
            return std::ceil(x);
        case UnaryKind::kCos:
            return std::cos(x);
        case UnaryKind::kErf:
            return std::erf(x);
        case UnaryKind::kExp:
            return std::exp(x);
        case UnaryKind::kFloor:
            return std::floor(x);
        case UnaryKind::kLog:
            return std::log(x);
        case UnaryKind::kNegate:
            return -x;
        case UnaryKind::kReciprocal:
            return 1.0F / x;
        case UnaryKind::kRound:
            return std::nearbyint(x);  // half to even, as TensorFlow
        case UnaryKind::kRsqrt:
            return 1.0F / std::sqrt(x);
        case UnaryKind::kSign:
            return static_cast<float>((x > 0 ? 1 : 0) - (x < 0 ? 1 : 0));
        case UnaryKind::kSin:
            return std::sin(x);
        case UnaryKind::kSqrt:
            return std::sqrt(x);
        case UnaryKind::kSquare:
            return x * x;
        case UnaryKind::kLogicalNot:
            return 0;
    }
    return 0;
}

std::int32_t apply(UnaryKind kind, std::int32_t x) {
    const std::int64_t wide = x;
    if (kind == UnaryKind::kAbs) return wrap(wide < 0 ? -wide : wide);
    if (kind == UnaryKind::kSign) return (x > 0 ? 1 : 0) - (x < 0 ? 1 : 0);
    return wrap(kind == UnaryKind::kNegate ? -wide : wide * wide);
}

template <typename From>
void cast_from(Inputs inputs, Outputs outputs) {
    const auto fill = [&](auto to) {
        const auto from = inputs[0].elements<From>();
        using To = typename decltype(to)::value_type;
        std::transform(from.begin(), from.end(), to.begin(), convert<To, From>);
    };
    switch (outputs[0].type) {
        case DataType::kFloat32:
            return fill(outputs[0].elements<float>());
        case DataType::kInt32:
            return fill(outputs[0].elements<std::int32_t>());
        case DataType::kBool:
            return fill(outputs[0].elements<std::uint8_t>());
    }
}

}  // namespace

namespace {

// Without overflow for large x.
float softplus(float x) {
    return std::max(x, 0.0F) + std::log1p(std::exp(-std::abs(x)));
}

}  // namespace

float activate(const ir::Activation& activation, float x) {
    switch (activation.kind) {
        case ActivationKind::kNone:
            return x;
        case ActivationKind::kRelu:
            return std::max(x, 0.0F);
        case ActivationKind::kRelu6:
            return std::min(std::max(x, 0.0F), 6.0F);
        case ActivationKind::kLeakyRelu:
            return x < 0 ? activation.alpha * x : x;
        case ActivationKind::kElu:
            return x < 0 ? std::expm1(x) : x;
        case ActivationKind::kSigmoid:
            return 1.0F / (1.0F + std::exp(-x));
        case ActivationKind::kTanh:
            return std::tanh(x);
        case ActivationKind::kHardSwish:
            return activation.alpha * x * std::min(std::max(x + 3.0F, 0.0F), 6.0F);
        case ActivationKind::kHardSigmoid:
            return activation.alpha * std::min(std::max(x + 3.0F, 0.0F), 6.0F);
        case ActivationKind::kSwish:
            return x / (1.0F + std::exp(-x));
        case ActivationKind::kGelu:
            return 0.5F * x * (1.0F + std::erf(x * 0.70710678F));
        case ActivationKind::kGeluTanh:
            return 0.5F * x * (1.0F + std::tanh(0.79788456F * (x + 0.044715F * x * x * x)));
        case ActivationKind::kSoftplus:
            return softplus(x);
        case ActivationKind::kMish:
            return x * std::tanh(softplus(x));
    }
    return x;
}

void activate(const ir::Activation& activation, Inputs inputs, Outputs outputs) {
    const auto x = inputs[0].elements<float>();
    std::transform(x.begin(), x.end(), outputs[0].elements<float>().begin(),
                   [&](float value) { return activate(activation, value); });
}

void unary(const ir::Unary& unary, Inputs inputs, Outputs outputs) {
    const auto map = [&](auto from, auto to) {
        std::transform(from.begin(), from.end(), to.begin(),
                       [&](auto value) { return apply(unary.kind, value); });
    };
    if (inputs[0].type() == DataType::kFloat32) {
        map(inputs[0].elements<float>(), outputs[0].elements<float>());
    } else if (inputs[0].type() == DataType::kInt32) {
        map(inputs[0].elements<std::int32_t>(), outputs[0].elements<std::int32_t>());
    } else {
        const auto x = inputs[0].elements<std::uint8_t>();
        std::transform(x.begin(), x.end(), outputs[0].elements<std::uint8_t>().begin(),
                       [](std::uint8_t value) -> std::uint8_t { return value == 0 ? 1 : 0; });
    }
}

void binary(const ir::Binary& binary, Inputs inputs, Outputs outputs) {
    switch (inputs[0].type()) {
        case DataType::kFloat32:
            return binary_of<float>(binary.kind, inputs, outputs);
        case DataType::kInt32:
            return binary_of<std::int32_t>(binary.kind, inputs, outputs);
        case DataType::kBool:
            return binary_of<std::uint8_t>(binary.kind, inputs, outputs);
    }
}

void cast(Inputs inputs, Outputs outputs) {
    switch (inputs[0].type()) {
        case DataType::kFloat32:
            return cast_from<float>(inputs, outputs);
        case DataType::kInt32:
            return cast_from<std::int32_t>(inputs, outputs);
        case DataType::kBool:
            return cast_from<std::uint8_t>(inputs, outputs);
    }
}

}  // namespace mosaic::reference
