// Operators that join and cut tensors.
#include <algorithm>
#include <numeric>

#include "onnx/node.h"

namespace mosaic::onnx {

namespace {

// A constant made for one picture, such as a transformer's class token, stands beside each of several.
Result<void> repeat_for_batch(Node& node, std::int64_t axis, std::vector<ir::ValueId>& ids) {
    if (!node.scope().is_declared_batch(1)) return {};
    const auto varying = std::find_if(ids.begin(), ids.end(),
                                      [&](ir::ValueId id) { return node.value(id).constant == nullptr; });
    if (varying == ids.end()) return {};
    const Shape wanted = node.value(*varying).shape;
    for (ir::ValueId& id : ids) {
        const ir::Value& value = node.value(id);
        // Not integers: they may be places, which count pictures.
        if (value.constant == nullptr || value.type != DataType::kFloat32) continue;
        Sizes sizes(value.shape.sizes().begin(), value.shape.sizes().end());
        for (std::size_t i = 0; i < sizes.size(); ++i) {
            if (static_cast<std::int64_t>(i) != axis && sizes[i] == 1) sizes[i] = wanted[i];
        }
        if (std::equal(sizes.begin(), sizes.end(), value.shape.sizes().begin())) continue;
        MOSAIC_TRY_ASSIGN(id, node.emit(ir::BroadcastTo{sizes}, {id}));
    }
    return {};
}

Result<void> build_concat(Node& node) {
    MOSAIC_TRY(node.expect_inputs(1, ~std::size_t{0}));
    const std::size_t rank = node.rank(0);
    MOSAIC_TRY_ASSIGN(const std::int64_t number, node.attribute("axis", std::int64_t{1}));
    MOSAIC_TRY_ASSIGN(const std::size_t axis, node.axis(number, rank));
    Order order = own_order(rank);
    for (std::size_t i = 0; i < node.input_count(); ++i) {
        if (!node.has_input(i)) return node.wrong("lacks input " + std::to_string(i));
        const Held& held = node.held(i);
        if (held.order.size() != rank) return node.wrong("joins tensors of unlike rank");
        if (order == own_order(rank) && node.value(held.id).constant == nullptr) order = held.order;
    }
    std::vector<ir::ValueId> ids;
    for (std::size_t i = 0; i < node.input_count(); ++i) {
        MOSAIC_TRY_ASSIGN(const ir::ValueId id, node.stored(i, order));
        ids.push_back(id);
    }
    MOSAIC_TRY(repeat_for_batch(node, stored_axis(order, axis), ids));
    MOSAIC_TRY_ASSIGN(const ir::ValueId made,
                      node.emit(ir::Concat{stored_axis(order, axis)}, std::move(ids)));
    node.set(0, made, order);
    return {};
}

// Sizes of the parts that Split makes.
Result<Sizes> parts_of(Node& node, std::int64_t whole) {
    MOSAIC_TRY_ASSIGN(Sizes parts, node.list_argument(1, "split"));
    if (!parts.empty()) {
        if (parts.size() != node.output_count()) return node.wrong("makes another number of parts");
        if (std::any_of(parts.begin(), parts.end(),
                        [whole](std::int64_t size) { return size < 0 || size > whole; }) ||
            std::accumulate(parts.begin(), parts.end(), std::int64_t{0}) != whole) {
            return node.wrong("makes parts that don't sum up to " + std::to_string(whole));
        }
        return parts;
    }
    const auto count = static_cast<std::int64_t>(node.output_count());
    const std::int64_t size = (whole + count - 1) / count;  // the last part may be smaller
    for (std::int64_t i = 0; i < count; ++i)
        parts.push_back(std::clamp<std::int64_t>(whole - i * size, 0, size));
    return parts;
}

Result<void> build_split(Node& node) {
    MOSAIC_TRY(node.expect_inputs(1, 2));
    const Held held = node.held(0);
    MOSAIC_TRY_ASSIGN(const std::int64_t number, node.attribute("axis", std::int64_t{0}));
    MOSAIC_TRY_ASSIGN(const std::size_t axis, node.axis(number, held.order.size()));
    const auto at = static_cast<std::size_t>(stored_axis(held.order, axis));
    const Shape shape = node.value(held.id).shape;
    MOSAIC_TRY_ASSIGN(const Sizes parts, parts_of(node, shape[at]));
    ir::Slice slice;
    slice.begin.assign(shape.rank(), 0);
    slice.size.assign(shape.sizes().begin(), shape.sizes().end());
    for (std::size_t i = 0; i < parts.size(); ++i) {
        slice.size[at] = parts[i];
        MOSAIC_TRY_ASSIGN(const ir::ValueId made, node.emit(slice, {held.id}));
        node.set(i, made, held.order);
        slice.begin[at] += parts[i];
    }
    return {};
}

struct SliceArguments {
    Sizes starts, ends, axes, steps;
};

Result<SliceArguments> read_slice(Node& node) {
    SliceArguments read;
    MOSAIC_TRY_ASSIGN(read.starts, node.list_argument(1, "starts"));
    MOSAIC_TRY_ASSIGN(read.ends, node.list_argument(2, "ends"));
    MOSAIC_TRY_ASSIGN(read.axes, node.list_argument(3, "axes"));
    read.steps.assign(read.starts.size(), 1);
    if (node.has_input(4)) {
        MOSAIC_TRY_ASSIGN(read.steps, node.integers(4));
    }
    if (read.axes.empty()) {
        read.axes.resize(read.starts.size());
        std::iota(read.axes.begin(), read.axes.end(), 0);
    }
    const std::size_t count = read.starts.size();
    if (read.ends.size() != count || read.axes.size() != count || read.steps.size() != count)
        return node.wrong("has starts, ends, axes and steps of unlike length");
    return read;
}

Result<void> build_slice(Node& node) {
    MOSAIC_TRY(node.expect_inputs(1, 5));
    const Held held = node.held(0);
    const std::size_t rank = held.order.size();
    MOSAIC_TRY_ASSIGN(const SliceArguments read, read_slice(node));
    const Shape shape = node.value(held.id).shape;
    ir::StridedSlice slice;
    slice.begin.assign(rank, 0);
    slice.end.assign(shape.sizes().begin(), shape.sizes().end());
    slice.strides.assign(rank, 1);
    for (std::size_t i = 0; i < read.starts.size(); ++i) {
        MOSAIC_TRY_ASSIGN(const std::size_t axis, node.axis(read.axes[i], rank));
        const auto at = static_cast<std::size_t>(stored_axis(held.order, axis));
        const std::int64_t step = read.steps[i];
        if (step == 0) return node.wrong("has a step of zero");
        const auto from_end = [&](std::int64_t index) { return index < 0 ? index + shape[at] : index; };
        slice.strides[at] = std::clamp<std::int64_t>(step, -Shape::kElementsMax, Shape::kElementsMax);
        slice.begin[at] = std::clamp<std::int64_t>(
            from_end(read.starts[i]), 0, step > 0 ? shape[at] : std::max<std::int64_t>(shape[at] - 1, 0));
        std::int64_t end = std::clamp<std::int64_t>(from_end(read.ends[i]), step > 0 ? 0 : -1, shape[at]);
        // -1 would count from the end: the mask says "to the very beginning".
        if (end < 0) {
            slice.end_mask |= 1U << at;
            end = 0;
        }
        slice.end[at] = end;
    }
    MOSAIC_TRY_ASSIGN(const ir::ValueId made, node.emit(std::move(slice), {held.id}));
    node.set(0, made, held.order);
    return {};
}

Result<void> build_pad(Node& node) {
    MOSAIC_TRY(node.expect_inputs(1, 4));
    const Held held = node.held(0);
    const std::size_t rank = held.order.size();
    MOSAIC_TRY_ASSIGN(const Sizes pads, node.list_argument(1, "pads"));
    MOSAIC_TRY_ASSIGN(const std::string mode, node.attribute("mode", "constant"));
    Sizes axes(rank);
    std::iota(axes.begin(), axes.end(), 0);
    if (node.has_input(3)) {
        MOSAIC_TRY_ASSIGN(axes, node.integers(3));
    }
    const auto too_large = [](std::int64_t size) {
        return size < -Shape::kElementsMax || size > Shape::kElementsMax;
    };
    if (std::any_of(pads.begin(), pads.end(), too_large)) return node.wrong("has padding out of range");
    if (pads.size() != 2 * axes.size()) return node.wrong("has " + std::to_string(pads.size()) + " pads");
    ir::Pad pad;
    if (mode == "reflect") pad.mode = ir::PadMode::kReflect;
    if (mode == "edge") pad.mode = ir::PadMode::kEdge;
    if (mode != "constant" && pad.mode == ir::PadMode::kConstant)
        return node.wrong("mode " + mode + " isn't supported");
    MOSAIC_TRY_ASSIGN(pad.value, node.attribute("value", 0.0F));
    if (node.has_input(2)) {
        MOSAIC_TRY_ASSIGN(pad.value, node.number(2));
    }
    pad.before.assign(rank, 0);
    pad.after.assign(rank, 0);
    Sizes cut_before(rank, 0);
    Sizes cut_after(rank, 0);
    bool cuts = false;
    for (std::size_t i = 0; i < axes.size(); ++i) {
        MOSAIC_TRY_ASSIGN(const std::size_t axis, node.axis(axes[i], rank));
        const auto at = static_cast<std::size_t>(stored_axis(held.order, axis));
        pad.before[at] = std::max<std::int64_t>(pads[i], 0);
        pad.after[at] = std::max<std::int64_t>(pads[i + axes.size()], 0);
        cut_before[at] = std::max<std::int64_t>(-pads[i], 0);
        cut_after[at] = std::max<std::int64_t>(-pads[i + axes.size()], 0);
        cuts = cuts || cut_before[at] > 0 || cut_after[at] > 0;
    }
    ir::ValueId made = held.id;
    if (cuts) {  // negative pads
        const Shape shape = node.value(made).shape;
        ir::Slice slice{cut_before, {}};
        for (std::size_t i = 0; i < rank; ++i) {
            slice.size.push_back(shape[i] - cut_before[i] - cut_after[i]);
            if (slice.size.back() < 0) return node.wrong("cuts off more than there is");
        }
        MOSAIC_TRY_ASSIGN(made, node.emit(std::move(slice), {made}));
    }
    MOSAIC_TRY_ASSIGN(made, node.emit(std::move(pad), {made}));
    node.set(0, made, held.order);
    return {};
}

}  // namespace

void add_joins(Builders& builders) {
    builders["Concat"] = build_concat;
    builders["Split"] = build_split;
    builders["Slice"] = build_slice;
    builders["Pad"] = build_pad;
}

}  // namespace mosaic::onnx
