// Operators that take elements by their numbers, or find them.
#include <algorithm>

#include "onnx/node.h"

namespace mosaic::onnx {

namespace {

using ir::BinaryKind;

// Indices below zero count from the end. Constants are worked out now.
Result<ir::ValueId> from_the_end(Node& node, ir::ValueId indices, std::int64_t size) {
    if (node.value(indices).type != DataType::kInt32) return node.wrong("needs integer indices");
    if (const auto& constant = node.value(indices).constant) {
        const auto elements = constant->elements<std::int32_t>();
        if (std::all_of(elements.begin(), elements.end(), [](std::int32_t index) { return index >= 0; }))
            return indices;
    }
    MOSAIC_TRY_ASSIGN(const ir::ValueId list, node.constant(Sizes{0, size}));
    MOSAIC_TRY_ASSIGN(const ir::ValueId zero_list, node.emit(ir::Slice{{0}, {1}}, {list}));
    MOSAIC_TRY_ASSIGN(const ir::ValueId size_list, node.emit(ir::Slice{{1}, {1}}, {list}));
    MOSAIC_TRY_ASSIGN(const ir::ValueId zero, node.emit_reshape(zero_list, {}));
    MOSAIC_TRY_ASSIGN(const ir::ValueId whole, node.emit_reshape(size_list, {}));
    MOSAIC_TRY_ASSIGN(const ir::ValueId below, node.emit(ir::Binary{BinaryKind::kLess}, {indices, zero}));
    MOSAIC_TRY_ASSIGN(const ir::ValueId moved, node.emit(ir::Binary{BinaryKind::kAdd}, {indices, whole}));
    return node.emit(ir::Select{}, {below, moved, indices});
}

Result<void> build_gather(Node& node) {
    MOSAIC_TRY(node.expect_inputs(2, 2));
    MOSAIC_TRY_ASSIGN(const std::int64_t number, node.attribute("axis", std::int64_t{0}));
    MOSAIC_TRY_ASSIGN(const std::size_t axis, node.axis(number, node.rank(0)));
    MOSAIC_TRY_ASSIGN(const ir::ValueId x, node.plain(0));
    MOSAIC_TRY_ASSIGN(ir::ValueId indices, node.plain(1));
    MOSAIC_TRY_ASSIGN(indices, from_the_end(node, indices, node.sizes(0)[axis]));
    return node.finish(ir::Gather{static_cast<std::int64_t>(axis), 0}, {x, indices});
}

Result<void> build_gather_elements(Node& node) {
    MOSAIC_TRY(node.expect_inputs(2, 2));
    MOSAIC_TRY_ASSIGN(const std::int64_t number, node.attribute("axis", std::int64_t{0}));
    MOSAIC_TRY_ASSIGN(const std::size_t axis, node.axis(number, node.rank(0)));
    MOSAIC_TRY_ASSIGN(const ir::ValueId x, node.plain(0));
    MOSAIC_TRY_ASSIGN(const ir::ValueId indices, node.plain(1));
    return node.finish(ir::GatherElements{static_cast<std::int64_t>(axis)}, {x, indices});
}

// Indices that begin with their own place in the first `batch` dimensions, which they share with the values.
Result<ir::ValueId> with_batch(Node& node, ir::ValueId indices, std::int64_t batch) {
    const Shape shape = node.value(indices).shape;
    const auto rank = static_cast<std::int64_t>(shape.rank());
    if (batch < 0 || batch >= rank || batch >= static_cast<std::int64_t>(node.rank(0)))
        return node.wrong("has batch_dims " + std::to_string(batch));
    std::vector<ir::ValueId> parts;
    for (std::int64_t i = 0; i < batch; ++i) {
        const auto axis = static_cast<std::size_t>(i);
        if (node.sizes(0)[axis] != shape[axis]) return node.wrong("has batches of unlike size");
        Sizes places;
        places.reserve(static_cast<std::size_t>(shape[axis]));
        for (std::int64_t place = 0; place < shape[axis]; ++place)
            places.push_back(place);
        MOSAIC_TRY_ASSIGN(ir::ValueId part, node.constant(places));
        Sizes sizes(shape.rank(), 1);
        sizes[axis] = shape[axis];
        MOSAIC_TRY_ASSIGN(part, node.emit_reshape(part, sizes));
        Sizes whole(shape.sizes().begin(), shape.sizes().end());
        whole.back() = 1;
        MOSAIC_TRY_ASSIGN(part, node.emit(ir::BroadcastTo{whole}, {part}));
        parts.push_back(part);
    }
    parts.push_back(indices);
    return node.emit(ir::Concat{rank - 1}, std::move(parts));
}

Result<void> build_gather_nd(Node& node) {
    MOSAIC_TRY(node.expect_inputs(2, 2));
    MOSAIC_TRY_ASSIGN(const std::int64_t batch, node.attribute("batch_dims", std::int64_t{0}));
    MOSAIC_TRY_ASSIGN(const ir::ValueId x, node.plain(0));
    MOSAIC_TRY_ASSIGN(ir::ValueId indices, node.plain(1));
    if (batch != 0) {
        MOSAIC_TRY_ASSIGN(indices, with_batch(node, indices, batch));
    }
    return node.finish(ir::GatherNd{}, {x, indices});
}

// The tensor with `axis` last, or with its own order back.
Order with_last(std::size_t rank, std::size_t axis) {
    Order order = own_order(rank);
    order.erase(order.begin() + static_cast<std::ptrdiff_t>(axis));
    order.push_back(axis);
    return order;
}

Result<std::int64_t> read_k(Node& node) {
    if (node.has_input(1)) return node.integer(1);
    return node.attribute("k", std::int64_t{0});
}

Result<void> build_top_k(Node& node) {
    MOSAIC_TRY(node.expect_inputs(1, 2));
    MOSAIC_TRY_ASSIGN(const std::int64_t k, read_k(node));
    MOSAIC_TRY_ASSIGN(const std::int64_t number, node.attribute("axis", std::int64_t{-1}));
    MOSAIC_TRY_ASSIGN(const std::int64_t largest, node.attribute("largest", std::int64_t{1}));
    MOSAIC_TRY_ASSIGN(const std::size_t axis, node.axis(number, node.rank(0)));
    const Order order = with_last(node.rank(0), axis);
    MOSAIC_TRY_ASSIGN(ir::ValueId x, node.stored(0, order));
    if (largest == 0) {
        MOSAIC_TRY_ASSIGN(x, node.emit(ir::Unary{ir::UnaryKind::kNegate}, {x}));
    }
    MOSAIC_TRY_ASSIGN(auto made, node.emit(ir::TopK{k}, {x}, 2));
    if (largest == 0) {
        MOSAIC_TRY_ASSIGN(made[0], node.emit(ir::Unary{ir::UnaryKind::kNegate}, {made[0]}));
    }
    node.set(0, made[0], order);
    node.set(1, made[1], order);
    return {};
}

template <bool Smallest>
Result<void> build_arg(Node& node) {
    MOSAIC_TRY(node.expect_inputs(1, 1));
    const Held held = node.held(0);
    MOSAIC_TRY_ASSIGN(const std::int64_t number, node.attribute("axis", std::int64_t{0}));
    MOSAIC_TRY_ASSIGN(const std::int64_t keep, node.attribute("keepdims", std::int64_t{1}));
    MOSAIC_TRY_ASSIGN(const std::int64_t last, node.attribute("select_last_index", std::int64_t{0}));
    if (last != 0) return node.wrong("select_last_index isn't supported");
    MOSAIC_TRY_ASSIGN(const std::size_t axis, node.axis(number, held.order.size()));
    MOSAIC_TRY_ASSIGN(ir::ValueId x, node.plain(0));
    if (Smallest) {
        MOSAIC_TRY_ASSIGN(x, node.emit(ir::Unary{ir::UnaryKind::kNegate}, {x}));
    }
    MOSAIC_TRY_ASSIGN(ir::ValueId made, node.emit(ir::ArgMax{static_cast<std::int64_t>(axis)}, {x}));
    if (keep != 0) {
        MOSAIC_TRY_ASSIGN(made, node.emit(ir::ExpandDims{static_cast<std::int64_t>(axis)}, {made}));
    }
    node.set(0, made);
    return {};
}

}  // namespace

void add_searches(Builders& builders) {
    builders["Gather"] = build_gather;
    builders["GatherElements"] = build_gather_elements;
    builders["GatherND"] = build_gather_nd;
    builders["TopK"] = build_top_k;
    builders["ArgMax"] = build_arg<false>;
    builders["ArgMin"] = build_arg<true>;
}

}  // namespace mosaic::onnx
