// Sums, means and the like along axes, and Softmax.
#include <algorithm>
#include <cmath>

#include "onnx/node.h"

namespace mosaic::onnx {

namespace {

using ir::BinaryKind;
using ir::ReduceKind;
using ir::UnaryKind;

struct Axes {
    Sizes stored;               // positions in the stored tensor
    std::vector<bool> reduced;  // of the tensor as ONNX numbers its dimensions
    bool keep = true;
    bool nothing = false;  // noop_with_empty_axes
};

// Axes are an attribute up to opset 12 (Sum) or 17 (the others), and an input since.
Result<Axes> read_axes(Node& node) {
    MOSAIC_TRY(node.expect_inputs(1, 2));
    const Order& order = node.held(0).order;
    Axes axes;
    Sizes numbers;
    if (node.has_input(1)) {
        MOSAIC_TRY_ASSIGN(numbers, node.integers(1));
    } else {
        MOSAIC_TRY_ASSIGN(numbers, node.attribute("axes", Sizes{}));
    }
    MOSAIC_TRY_ASSIGN(const std::int64_t keep, node.attribute("keepdims", std::int64_t{1}));
    MOSAIC_TRY_ASSIGN(const std::int64_t no_op, node.attribute("noop_with_empty_axes", std::int64_t{0}));
    axes.keep = keep != 0;
    axes.nothing = numbers.empty() && no_op != 0;
    axes.reduced.assign(order.size(), numbers.empty() && no_op == 0);
    for (const std::int64_t number : numbers) {
        MOSAIC_TRY_ASSIGN(const std::size_t axis, node.axis(number, order.size()));
        axes.reduced[axis] = true;
    }
    for (std::size_t axis = 0; axis < order.size(); ++axis) {
        if (axes.reduced[axis]) axes.stored.push_back(stored_axis(order, axis));
    }
    return axes;
}

// The order of what is left when the reduced dimensions are gone.
Order order_after(const Order& order, const Axes& axes) {
    if (axes.keep) return order;
    Order rest;
    for (const std::size_t dimension : order) {
        if (axes.reduced[dimension]) continue;
        std::size_t number = 0;
        for (std::size_t i = 0; i < dimension; ++i)
            number += axes.reduced[i] ? 0 : 1;
        rest.push_back(number);
    }
    return rest;
}

enum class Before : std::uint8_t { kNothing, kAbs, kSquare };
enum class After : std::uint8_t { kNothing, kSqrt, kLog };

Result<ir::ValueId> apply(Node& node, UnaryKind kind, ir::ValueId x) {
    return node.emit(ir::Unary{kind}, {x});
}

template <ReduceKind Kind, Before First, After Last>
Result<void> build_reduce(Node& node) {
    MOSAIC_TRY_ASSIGN(const Axes axes, read_axes(node));
    const Held held = node.held(0);
    ir::ValueId x = held.id;
    if (First == Before::kAbs) {
        MOSAIC_TRY_ASSIGN(x, apply(node, UnaryKind::kAbs, x));
    } else if (First == Before::kSquare) {
        MOSAIC_TRY_ASSIGN(x, apply(node, UnaryKind::kSquare, x));
    }
    if (!axes.nothing) {
        MOSAIC_TRY_ASSIGN(x, node.emit(ir::Reduce{Kind, axes.stored, axes.keep}, {x}));
    }
    if (Last == After::kSqrt) {
        MOSAIC_TRY_ASSIGN(x, apply(node, UnaryKind::kSqrt, x));
    } else if (Last == After::kLog) {
        MOSAIC_TRY_ASSIGN(x, apply(node, UnaryKind::kLog, x));
    }
    node.set(0, x, axes.nothing ? held.order : order_after(held.order, axes));
    return {};
}

// log(sum(exp(x))) without overflow: the largest is taken out first.
Result<void> build_log_sum_exp(Node& node) {
    MOSAIC_TRY_ASSIGN(const Axes axes, read_axes(node));
    const Held held = node.held(0);
    MOSAIC_TRY_ASSIGN(const ir::ValueId largest,
                      node.emit(ir::Reduce{ReduceKind::kMaximum, axes.stored, true}, {held.id}));
    MOSAIC_TRY_ASSIGN(const ir::ValueId shifted,
                      node.emit(ir::Binary{BinaryKind::kSubtract}, {held.id, largest}));
    MOSAIC_TRY_ASSIGN(const ir::ValueId powers, apply(node, UnaryKind::kExp, shifted));
    MOSAIC_TRY_ASSIGN(const ir::ValueId sum,
                      node.emit(ir::Reduce{ReduceKind::kSum, axes.stored, true}, {powers}));
    MOSAIC_TRY_ASSIGN(const ir::ValueId logarithm, apply(node, UnaryKind::kLog, sum));
    MOSAIC_TRY_ASSIGN(ir::ValueId made, node.emit(ir::Binary{BinaryKind::kAdd}, {logarithm, largest}));
    if (!axes.keep) {
        MOSAIC_TRY_ASSIGN(made, node.emit(ir::Squeeze{axes.stored}, {made}));
    }
    node.set(0, made, order_after(held.order, axes));
    return {};
}

// Softmax works along the last stored dimension. Up to opset 12 all dimensions from the axis on are one.
template <bool Logarithm>
Result<void> build_softmax(Node& node) {
    MOSAIC_TRY(node.expect_inputs(1, 1));
    const Held held = node.held(0);
    const std::size_t rank = held.order.size();
    const bool flattens = node.opset() < 13;
    MOSAIC_TRY_ASSIGN(const std::int64_t number, node.attribute("axis", std::int64_t{flattens ? 1 : -1}));
    if (rank == 0) return node.wrong("takes a scalar");
    MOSAIC_TRY_ASSIGN(const std::size_t axis, node.axis(number, rank));
    Order order = held.order;
    if (flattens && axis + 1 != rank) {
        order = own_order(rank);
    } else if (order.back() != axis) {
        order = own_order(rank);
        order.erase(order.begin() + static_cast<std::ptrdiff_t>(axis));
        order.push_back(axis);
    }
    MOSAIC_TRY_ASSIGN(ir::ValueId x, node.stored(0, order));
    const Shape shape = node.value(x).shape;
    const Sizes sizes(shape.sizes().begin(), shape.sizes().end());
    if (flattens && axis + 1 != rank) {
        Sizes flat(sizes.begin(), sizes.begin() + static_cast<std::ptrdiff_t>(axis));
        std::int64_t row = 1;
        for (std::size_t i = axis; i < rank; ++i)
            row *= sizes[i];
        flat.push_back(row);
        MOSAIC_TRY_ASSIGN(x, node.emit_reshape(x, flat));
    }
    MOSAIC_TRY_ASSIGN(x, node.emit(ir::Softmax{}, {x}));
    if (Logarithm) {
        MOSAIC_TRY_ASSIGN(x, apply(node, UnaryKind::kLog, x));
    }
    MOSAIC_TRY_ASSIGN(x, node.emit_reshape(x, sizes));
    node.set(0, x, order);
    return {};
}

}  // namespace

void add_reductions(Builders& builders) {
    builders["ReduceMean"] = build_reduce<ReduceKind::kMean, Before::kNothing, After::kNothing>;
    builders["ReduceSum"] = build_reduce<ReduceKind::kSum, Before::kNothing, After::kNothing>;
    builders["ReduceMax"] = build_reduce<ReduceKind::kMaximum, Before::kNothing, After::kNothing>;
    builders["ReduceMin"] = build_reduce<ReduceKind::kMinimum, Before::kNothing, After::kNothing>;
    builders["ReduceProd"] = build_reduce<ReduceKind::kProduct, Before::kNothing, After::kNothing>;
    builders["ReduceL1"] = build_reduce<ReduceKind::kSum, Before::kAbs, After::kNothing>;
    builders["ReduceL2"] = build_reduce<ReduceKind::kSum, Before::kSquare, After::kSqrt>;
    builders["ReduceSumSquare"] = build_reduce<ReduceKind::kSum, Before::kSquare, After::kNothing>;
    builders["ReduceLogSum"] = build_reduce<ReduceKind::kSum, Before::kNothing, After::kLog>;
    builders["ReduceLogSumExp"] = build_log_sum_exp;
    builders["Softmax"] = build_softmax<false>;
    builders["LogSoftmax"] = build_softmax<true>;
}

}  // namespace mosaic::onnx
