// Normalisations, out of means and sums: the passes put those that are constants into convolutions.
#include <algorithm>
#include <cmath>

#include "onnx/node.h"

namespace mosaic::onnx {

namespace {

using ir::BinaryKind;

Result<ir::ValueId> combine(Node& node, BinaryKind kind, ir::ValueId a, ir::ValueId b) {
    return node.emit(ir::Binary{kind}, {a, b});
}

// x factor + shift, which are given for each channel ([C]); x is stored in `order`.
Result<ir::ValueId> scale_channels(Node& node, ir::ValueId x, const Order& order, ir::ValueId factor,
                                   ir::ValueId shift) {
    const auto channel = static_cast<std::size_t>(stored_axis(order, 1));
    Sizes sizes{node.value(factor).shape[0]};
    sizes.insert(sizes.end(), order.size() - 1 - channel, 1);
    MOSAIC_TRY_ASSIGN(factor, node.emit_reshape(factor, sizes));
    MOSAIC_TRY_ASSIGN(shift, node.emit_reshape(shift, sizes));
    MOSAIC_TRY_ASSIGN(const ir::ValueId scaled, combine(node, BinaryKind::kMultiply, x, factor));
    return combine(node, BinaryKind::kAdd, scaled, shift);
}

Result<ir::ValueId> inverse_deviation(Node& node, ir::ValueId variance, float epsilon) {
    MOSAIC_TRY_ASSIGN(const ir::ValueId small, node.constant(epsilon));
    MOSAIC_TRY_ASSIGN(const ir::ValueId sum, combine(node, BinaryKind::kAdd, variance, small));
    return node.emit(ir::Unary{ir::UnaryKind::kRsqrt}, {sum});
}

Order picture_order(const Node& node) {
    const std::size_t rank = node.rank(0);
    return rank == 4 ? channels_last() : own_order(rank);
}

Result<void> expect_channels(const Node& node, std::size_t first, std::size_t last) {
    if (node.rank(0) < 2) return node.wrong("takes an input of rank " + std::to_string(node.rank(0)));
    for (std::size_t i = first; i <= last; ++i) {
        if (node.sizes(i) != Sizes{node.sizes(0)[1]})
            return node.wrong("has an input " + std::to_string(i) + " for another number of channels");
    }
    return {};
}

// (x - mean) / sqrt(variance + epsilon) scale + bias
Result<void> build_batch_normalization(Node& node) {
    MOSAIC_TRY(node.expect_inputs(5, 5));
    MOSAIC_TRY(expect_channels(node, 1, 4));
    MOSAIC_TRY_ASSIGN(const std::int64_t training, node.attribute("training_mode", std::int64_t{0}));
    if (training != 0) return node.wrong("training isn't supported");
    MOSAIC_TRY_ASSIGN(const float epsilon, node.attribute("epsilon", 1e-5F));
    MOSAIC_TRY_ASSIGN(const ir::ValueId scale, node.plain(1));
    MOSAIC_TRY_ASSIGN(const ir::ValueId bias, node.plain(2));
    MOSAIC_TRY_ASSIGN(const ir::ValueId mean, node.plain(3));
    MOSAIC_TRY_ASSIGN(const ir::ValueId variance, node.plain(4));
    MOSAIC_TRY_ASSIGN(const ir::ValueId inverse, inverse_deviation(node, variance, epsilon));
    MOSAIC_TRY_ASSIGN(const ir::ValueId factor, combine(node, BinaryKind::kMultiply, scale, inverse));
    MOSAIC_TRY_ASSIGN(const ir::ValueId moved, combine(node, BinaryKind::kMultiply, mean, factor));
    MOSAIC_TRY_ASSIGN(const ir::ValueId shift, combine(node, BinaryKind::kSubtract, bias, moved));
    Order order = node.held(0).order;
    if (order == own_order(node.rank(0))) order = picture_order(node);
    MOSAIC_TRY_ASSIGN(const ir::ValueId x, node.stored(0, order));
    MOSAIC_TRY_ASSIGN(const ir::ValueId made, scale_channels(node, x, order, factor, shift));
    node.set(0, made, order);
    return {};
}

// (x - mean) / sqrt(variance + epsilon) over the axes of the stored tensor.
Result<ir::ValueId> normalize(Node& node, ir::ValueId x, const Sizes& axes, float epsilon) {
    MOSAIC_TRY_ASSIGN(const ir::ValueId mean, node.emit(ir::Reduce{ir::ReduceKind::kMean, axes, true}, {x}));
    MOSAIC_TRY_ASSIGN(const ir::ValueId centred, combine(node, BinaryKind::kSubtract, x, mean));
    MOSAIC_TRY_ASSIGN(const ir::ValueId squares, node.emit(ir::Unary{ir::UnaryKind::kSquare}, {centred}));
    MOSAIC_TRY_ASSIGN(const ir::ValueId variance,
                      node.emit(ir::Reduce{ir::ReduceKind::kMean, axes, true}, {squares}));
    MOSAIC_TRY_ASSIGN(const ir::ValueId inverse, inverse_deviation(node, variance, epsilon));
    return combine(node, BinaryKind::kMultiply, centred, inverse);
}

Result<void> build_instance_normalization(Node& node) {
    MOSAIC_TRY(node.expect_inputs(3, 3));
    MOSAIC_TRY(expect_channels(node, 1, 2));
    MOSAIC_TRY_ASSIGN(const float epsilon, node.attribute("epsilon", 1e-5F));
    const Order order = picture_order(node);
    MOSAIC_TRY_ASSIGN(const ir::ValueId x, node.stored(0, order));
    Sizes axes;
    for (std::size_t axis = 2; axis < order.size(); ++axis)
        axes.push_back(stored_axis(order, axis));
    MOSAIC_TRY_ASSIGN(const ir::ValueId normal, normalize(node, x, axes, epsilon));
    MOSAIC_TRY_ASSIGN(const ir::ValueId scale, node.plain(1));
    MOSAIC_TRY_ASSIGN(const ir::ValueId bias, node.plain(2));
    MOSAIC_TRY_ASSIGN(const ir::ValueId made, scale_channels(node, normal, order, scale, bias));
    node.set(0, made, order);
    return {};
}

// Up to opset 20 one factor for each group, then one for each channel.
Result<void> build_group_normalization(Node& node) {
    MOSAIC_TRY(node.expect_inputs(3, 3));
    MOSAIC_TRY_ASSIGN(const float epsilon, node.attribute("epsilon", 1e-5F));
    MOSAIC_TRY_ASSIGN(const std::int64_t groups, node.attribute("num_groups", std::int64_t{0}));
    const Sizes sizes = node.sizes(0);
    if (sizes.size() < 3 || groups < 1 || groups > sizes[1] || sizes[1] % groups != 0)
        return node.wrong("can't make " + std::to_string(groups) + " groups");
    MOSAIC_TRY_ASSIGN(ir::ValueId x, node.plain(0));
    MOSAIC_TRY_ASSIGN(x, node.emit_reshape(x, {sizes[0], groups,
                                               node.value(x).shape.element_count() /
                                                   std::max<std::int64_t>(sizes[0] * groups, 1)}));
    MOSAIC_TRY_ASSIGN(x, normalize(node, x, {2}, epsilon));
    MOSAIC_TRY_ASSIGN(ir::ValueId scale, node.plain(1));
    MOSAIC_TRY_ASSIGN(ir::ValueId bias, node.plain(2));
    const bool of_groups = node.opset() < 21;
    if (node.value(scale).shape != Shape{of_groups ? groups : sizes[1]} ||
        node.value(bias).shape != node.value(scale).shape)
        return node.wrong("has a scale or bias of another size");
    Sizes wide = sizes;
    if (of_groups) {
        wide = {sizes[0], groups, sizes[1] / groups};
        wide.insert(wide.end(), sizes.begin() + 2, sizes.end());
    }
    MOSAIC_TRY_ASSIGN(x, node.emit_reshape(x, wide));
    MOSAIC_TRY_ASSIGN(x, scale_channels(node, x, own_order(wide.size()), scale, bias));
    MOSAIC_TRY_ASSIGN(x, node.emit_reshape(x, sizes));
    node.set(0, x);
    return {};
}

Result<void> build_layer_normalization(Node& node) {
    MOSAIC_TRY(node.expect_inputs(2, 3));
    if (node.has_output(1) || node.has_output(2))
        return node.wrong("its second and third output aren't supported");
    MOSAIC_TRY_ASSIGN(const float epsilon, node.attribute("epsilon", 1e-5F));
    MOSAIC_TRY_ASSIGN(const std::int64_t number, node.attribute("axis", std::int64_t{-1}));
    MOSAIC_TRY_ASSIGN(const std::size_t first, node.axis(number, node.rank(0)));
    MOSAIC_TRY_ASSIGN(ir::ValueId x, node.plain(0));
    Sizes axes;
    for (std::size_t axis = first; axis < node.rank(0); ++axis)
        axes.push_back(static_cast<std::int64_t>(axis));
    MOSAIC_TRY_ASSIGN(x, normalize(node, x, axes, epsilon));
    MOSAIC_TRY_ASSIGN(const ir::ValueId scale, node.plain(1));
    MOSAIC_TRY_ASSIGN(x, combine(node, BinaryKind::kMultiply, x, scale));
    if (node.has_input(2)) {
        MOSAIC_TRY_ASSIGN(const ir::ValueId bias, node.plain(2));
        MOSAIC_TRY_ASSIGN(x, combine(node, BinaryKind::kAdd, x, bias));
    }
    node.set(0, x);
    return {};
}

// x / norm along the axis
Result<void> build_lp_normalization(Node& node) {
    MOSAIC_TRY(node.expect_inputs(1, 1));
    const Held held = node.held(0);
    MOSAIC_TRY_ASSIGN(const std::int64_t number, node.attribute("axis", std::int64_t{-1}));
    MOSAIC_TRY_ASSIGN(const std::int64_t p, node.attribute("p", std::int64_t{2}));
    MOSAIC_TRY_ASSIGN(const std::size_t axis, node.axis(number, held.order.size()));
    if (p != 1 && p != 2) return node.wrong("norm " + std::to_string(p) + " isn't supported");
    const auto kind = p == 2 ? ir::UnaryKind::kSquare : ir::UnaryKind::kAbs;
    MOSAIC_TRY_ASSIGN(const ir::ValueId terms, node.emit(ir::Unary{kind}, {held.id}));
    MOSAIC_TRY_ASSIGN(
        ir::ValueId norm,
        node.emit(ir::Reduce{ir::ReduceKind::kSum, {stored_axis(held.order, axis)}, true}, {terms}));
    if (p == 2) {
        MOSAIC_TRY_ASSIGN(norm, node.emit(ir::Unary{ir::UnaryKind::kSqrt}, {norm}));
    }
    MOSAIC_TRY_ASSIGN(const ir::ValueId made, combine(node, BinaryKind::kDivide, held.id, norm));
    node.set(0, made, held.order);
    return {};
}

}  // namespace

void add_normalizations(Builders& builders) {
    builders["BatchNormalization"] = build_batch_normalization;
    builders["InstanceNormalization"] = build_instance_normalization;
    builders["GroupNormalization"] = build_group_normalization;
    builders["LayerNormalization"] = build_layer_normalization;
    builders["LpNormalization"] = build_lp_normalization;
}

}  // namespace mosaic::onnx
