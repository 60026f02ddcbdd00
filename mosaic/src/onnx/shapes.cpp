// Operators that only move, cut and join elements.
#include <algorithm>
#include <cmath>
#include <numeric>

#include "onnx/node.h"

namespace mosaic::onnx {

namespace {

// An argument that was an attribute up to some opset and is an input since.
Result<Sizes> list_argument(Node& node, std::size_t input, const char* attribute) {
    if (node.has_input(input)) return node.integers(input);
    return node.attribute(attribute, Sizes{});
}

// ---- shapes as data

Result<void> build_shape(Node& node) {
    MOSAIC_TRY(node.expect_inputs(1, 1));
    const Sizes sizes = node.sizes(0);
    const auto rank = static_cast<std::int64_t>(sizes.size());
    MOSAIC_TRY_ASSIGN(std::int64_t start, node.attribute("start", std::int64_t{0}));
    MOSAIC_TRY_ASSIGN(std::int64_t end, node.attribute("end", rank));
    start = std::clamp<std::int64_t>(start < 0 ? start + rank : start, 0, rank);
    end = std::clamp<std::int64_t>(end < 0 ? end + rank : end, start, rank);
    MOSAIC_TRY_ASSIGN(const ir::ValueId id, node.constant(Sizes(sizes.begin() + start, sizes.begin() + end)));
    node.set(0, id);
    return {};
}

Result<ir::ValueId> emit_scalar(Node& node, std::int64_t number) {
    MOSAIC_TRY_ASSIGN(const ir::ValueId list, node.constant(Sizes{number}));
    return node.emit_reshape(list, {});
}

Result<void> build_size(Node& node) {
    MOSAIC_TRY(node.expect_inputs(1, 1));
    MOSAIC_TRY_ASSIGN(const ir::ValueId id,
                      emit_scalar(node, node.value(node.held(0).id).shape.element_count()));
    node.set(0, id);
    return {};
}

Result<void> build_constant_of_shape(Node& node) {
    MOSAIC_TRY(node.expect_inputs(1, 1));
    MOSAIC_TRY_ASSIGN(Sizes sizes, node.integers(0));
    ir::ValueId one = 0;
    if (node.has("value")) {
        MOSAIC_TRY_ASSIGN(Tensor tensor, node.attribute_tensor("value"));
        if (tensor.shape().element_count() != 1) return node.wrong("has a value of several elements");
        one = node.constant(std::move(tensor));
    } else {
        MOSAIC_TRY_ASSIGN(one, node.constant(std::vector<float>{0.0F}));
    }
    MOSAIC_TRY_ASSIGN(one, node.emit_reshape(one, {}));
    return node.finish(ir::BroadcastTo{std::move(sizes)}, {one});
}

Result<void> build_range(Node& node) {
    MOSAIC_TRY(node.expect_inputs(3, 3));
    constexpr double kCountMax = 1 << 24;
    if (node.type(0) == DataType::kFloat32) {
        MOSAIC_TRY_ASSIGN(const float start, node.number(0));
        MOSAIC_TRY_ASSIGN(const float limit, node.number(1));
        MOSAIC_TRY_ASSIGN(const float delta, node.number(2));
        const double count =
            std::ceil((static_cast<double>(limit) - static_cast<double>(start)) / static_cast<double>(delta));
        if (!(count <= kCountMax)) return node.wrong("makes too many numbers");
        std::vector<float> numbers(static_cast<std::size_t>(std::max(count, 0.0)));
        for (std::size_t i = 0; i < numbers.size(); ++i)
            numbers[i] = start + static_cast<float>(i) * delta;
        MOSAIC_TRY_ASSIGN(const ir::ValueId id, node.constant(numbers));
        node.set(0, id);
        return {};
    }
    MOSAIC_TRY_ASSIGN(const std::int64_t start, node.integer(0));
    MOSAIC_TRY_ASSIGN(const std::int64_t limit, node.integer(1));
    MOSAIC_TRY_ASSIGN(const std::int64_t delta, node.integer(2));
    if (delta == 0) return node.wrong("has a step of zero");
    Sizes numbers;
    if (static_cast<double>(limit - start) / static_cast<double>(delta) > kCountMax)
        return node.wrong("makes too many numbers");
    for (std::int64_t at = start; delta > 0 ? at < limit : at > limit; at += delta)
        numbers.push_back(at);
    MOSAIC_TRY_ASSIGN(const ir::ValueId id, node.constant(numbers));
    node.set(0, id);
    return {};
}

// ---- other shapes of the same elements

Result<void> build_reshape(Node& node) {
    MOSAIC_TRY(node.expect_inputs(2, 2));
    MOSAIC_TRY_ASSIGN(const Sizes target, node.integers(1));
    MOSAIC_TRY_ASSIGN(const std::int64_t allows_zero, node.attribute("allowzero", std::int64_t{0}));
    const Sizes sizes = node.sizes(0);
    ir::Reshape reshape;
    for (std::size_t i = 0; i < target.size(); ++i) {
        std::int64_t size = target[i];
        if (size < -1) return node.wrong("reshapes to size " + std::to_string(size));
        if (size == 0 && allows_zero == 0) {
            if (i >= sizes.size()) return node.wrong("copies a dimension that its input doesn't have");
            size = sizes[i];
        }
        reshape.sizes.push_back({size, 0, 0});
    }
    MOSAIC_TRY_ASSIGN(const ir::ValueId x, node.plain(0));
    return node.finish(std::move(reshape), {x});
}

Result<void> build_flatten(Node& node) {
    MOSAIC_TRY(node.expect_inputs(1, 1));
    const Sizes sizes = node.sizes(0);
    MOSAIC_TRY_ASSIGN(std::int64_t axis, node.attribute("axis", std::int64_t{1}));
    const auto rank = static_cast<std::int64_t>(sizes.size());
    if (axis < 0) axis += rank;
    if (axis < 0 || axis > rank) return node.wrong("has axis " + std::to_string(axis));
    std::int64_t rows = 1, columns = 1;
    for (std::int64_t i = 0; i < rank; ++i)
        (i < axis ? rows : columns) *= sizes[static_cast<std::size_t>(i)];
    MOSAIC_TRY_ASSIGN(const ir::ValueId x, node.plain(0));
    MOSAIC_TRY_ASSIGN(const ir::ValueId made, node.emit_reshape(x, {rows, columns}));
    node.set(0, made);
    return {};
}

Result<void> build_squeeze(Node& node) {
    MOSAIC_TRY(node.expect_inputs(1, 2));
    MOSAIC_TRY_ASSIGN(Sizes axes, list_argument(node, 1, "axes"));
    MOSAIC_TRY_ASSIGN(const ir::ValueId x, node.plain(0));
    return node.finish(ir::Squeeze{std::move(axes)}, {x});
}

Result<void> build_unsqueeze(Node& node) {
    MOSAIC_TRY(node.expect_inputs(1, 2));
    MOSAIC_TRY_ASSIGN(const Sizes axes, list_argument(node, 1, "axes"));
    Sizes sizes = node.sizes(0);
    const std::size_t rank = sizes.size() + axes.size();
    if (rank > Shape::kRankMax) return node.wrong("makes a tensor of rank " + std::to_string(rank));
    std::vector<bool> added(rank, false);
    for (const std::int64_t number : axes) {
        MOSAIC_TRY_ASSIGN(const std::size_t axis, node.axis(number, rank));
        if (added[axis]) return node.wrong("adds a dimension twice");
        added[axis] = true;
    }
    for (std::size_t i = 0; i < rank; ++i) {
        if (added[i]) sizes.insert(sizes.begin() + static_cast<std::ptrdiff_t>(i), 1);
    }
    MOSAIC_TRY_ASSIGN(const ir::ValueId x, node.plain(0));
    MOSAIC_TRY_ASSIGN(const ir::ValueId made, node.emit_reshape(x, sizes));
    node.set(0, made);
    return {};
}

// Only the books change: dimension i of the result is dimension order[i] of the input, stored where it is.
Result<void> build_transpose(Node& node) {
    MOSAIC_TRY(node.expect_inputs(1, 1));
    const Held held = node.held(0);
    const std::size_t rank = held.order.size();
    Sizes reversed(rank);
    for (std::size_t i = 0; i < rank; ++i)
        reversed[i] = static_cast<std::int64_t>(rank - 1 - i);
    MOSAIC_TRY_ASSIGN(const Sizes permutation, node.attribute("perm", reversed));
    Sizes sorted = permutation;
    std::sort(sorted.begin(), sorted.end());
    std::reverse(reversed.begin(), reversed.end());
    if (sorted != reversed)
        return node.wrong("has a perm that isn't a permutation of " + std::to_string(rank));
    Order order;
    order.reserve(rank);
    for (const std::size_t dimension : held.order) {
        const auto at =
            std::find(permutation.begin(), permutation.end(), static_cast<std::int64_t>(dimension));
        order.push_back(static_cast<std::size_t>(at - permutation.begin()));
    }
    node.set(0, held.id, order);
    return {};
}

// Blocks of b x b pixels out of channels: [N,H,W,C] to [N,Hb,Wb,C/bb].
Result<void> build_depth_to_space(Node& node) {
    MOSAIC_TRY(node.expect_inputs(1, 1));
    MOSAIC_TRY_ASSIGN(const std::int64_t b, node.attribute("blocksize", std::int64_t{0}));
    MOSAIC_TRY_ASSIGN(const std::string mode, node.attribute("mode", "DCR"));
    MOSAIC_TRY_ASSIGN(ir::ValueId x, node.stored(0, channels_last()));
    const Shape s = node.value(x).shape;
    if (b < 1 || b > 1024 || s[3] % (b * b) != 0)
        return node.wrong("can't make blocks of " + std::to_string(b) + " out of " + s.to_string());
    const std::int64_t depth = s[3] / (b * b);
    const bool blocks_first = mode == "DCR";
    MOSAIC_TRY_ASSIGN(x, node.emit_reshape(x, blocks_first ? Sizes{s[0], s[1], s[2], b, b, depth}
                                                           : Sizes{s[0], s[1], s[2], depth, b, b}));
    MOSAIC_TRY_ASSIGN(
        x, node.emit(ir::Transpose{blocks_first ? Sizes{0, 1, 3, 2, 4, 5} : Sizes{0, 1, 4, 2, 5, 3}}, {x}));
    MOSAIC_TRY_ASSIGN(x, node.emit_reshape(x, {s[0], s[1] * b, s[2] * b, depth}));
    node.set(0, x, channels_last());
    return {};
}

Result<void> build_space_to_depth(Node& node) {
    MOSAIC_TRY(node.expect_inputs(1, 1));
    MOSAIC_TRY_ASSIGN(const std::int64_t b, node.attribute("blocksize", std::int64_t{0}));
    MOSAIC_TRY_ASSIGN(ir::ValueId x, node.stored(0, channels_last()));
    const Shape s = node.value(x).shape;
    if (b < 1 || b > 1024 || s[1] % b != 0 || s[2] % b != 0)
        return node.wrong("can't cut " + s.to_string() + " into blocks of " + std::to_string(b));
    MOSAIC_TRY_ASSIGN(x, node.emit_reshape(x, {s[0], s[1] / b, b, s[2] / b, b, s[3]}));
    MOSAIC_TRY_ASSIGN(x, node.emit(ir::Transpose{{0, 1, 3, 2, 4, 5}}, {x}));
    MOSAIC_TRY_ASSIGN(x, node.emit_reshape(x, {s[0], s[1] / b, s[2] / b, s[3] * b * b}));
    node.set(0, x, channels_last());
    return {};
}

// ---- joining and cutting

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
    MOSAIC_TRY_ASSIGN(const ir::ValueId made,
                      node.emit(ir::Concat{stored_axis(order, axis)}, std::move(ids)));
    node.set(0, made, order);
    return {};
}

// Sizes of the parts that Split makes.
Result<Sizes> parts_of(Node& node, std::int64_t whole) {
    MOSAIC_TRY_ASSIGN(Sizes parts, list_argument(node, 1, "split"));
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
    MOSAIC_TRY_ASSIGN(read.starts, list_argument(node, 1, "starts"));
    MOSAIC_TRY_ASSIGN(read.ends, list_argument(node, 2, "ends"));
    MOSAIC_TRY_ASSIGN(read.axes, list_argument(node, 3, "axes"));
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
    MOSAIC_TRY_ASSIGN(const Sizes pads, list_argument(node, 1, "pads"));
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

// ---- repeating

Result<void> build_expand(Node& node) {
    MOSAIC_TRY(node.expect_inputs(2, 2));
    MOSAIC_TRY_ASSIGN(Sizes target, node.integers(1));
    const Sizes sizes = node.sizes(0);
    if (target.size() < sizes.size()) target.insert(target.begin(), sizes.size() - target.size(), 1);
    // A size of 1 keeps what is there.
    for (std::size_t i = 0; i < sizes.size(); ++i) {
        std::int64_t& wanted = target[target.size() - sizes.size() + i];
        if (wanted == 1) wanted = sizes[i];
    }
    MOSAIC_TRY_ASSIGN(const ir::ValueId x, node.plain(0));
    return node.finish(ir::BroadcastTo{std::move(target)}, {x});
}

// Each dimension gets one before it, which is broadcast and joined with it.
Result<void> build_tile(Node& node) {
    MOSAIC_TRY(node.expect_inputs(2, 2));
    MOSAIC_TRY_ASSIGN(const Sizes repeats, node.integers(1));
    const Sizes sizes = node.sizes(0);
    if (repeats.size() != sizes.size()) return node.wrong("repeats another rank");
    MOSAIC_TRY_ASSIGN(ir::ValueId x, node.plain(0));
    Sizes now = sizes;
    for (std::size_t i = 0; i < sizes.size(); ++i) {
        if (repeats[i] == 1) continue;
        if (repeats[i] < 0) return node.wrong("repeats " + std::to_string(repeats[i]) + " times");
        Sizes split = now;
        split.insert(split.begin() + static_cast<std::ptrdiff_t>(i), 1);
        MOSAIC_TRY_ASSIGN(x, node.emit_reshape(x, split));
        split[i] = repeats[i];
        MOSAIC_TRY_ASSIGN(x, node.emit(ir::BroadcastTo{split}, {x}));
        now[i] *= repeats[i];
        MOSAIC_TRY_ASSIGN(x, node.emit_reshape(x, now));
    }
    node.set(0, x);
    return {};
}

}  // namespace

void add_shapes(Builders& builders) {
    builders["Shape"] = build_shape;
    builders["Size"] = build_size;
    builders["ConstantOfShape"] = build_constant_of_shape;
    builders["Range"] = build_range;
    builders["Reshape"] = build_reshape;
    builders["Flatten"] = build_flatten;
    builders["Squeeze"] = build_squeeze;
    builders["Unsqueeze"] = build_unsqueeze;
    builders["Transpose"] = build_transpose;
    builders["DepthToSpace"] = build_depth_to_space;
    builders["SpaceToDepth"] = build_space_to_depth;
    builders["Concat"] = build_concat;
    builders["Split"] = build_split;
    builders["Slice"] = build_slice;
    builders["Pad"] = build_pad;
    builders["Expand"] = build_expand;
    builders["Tile"] = build_tile;
}

}  // namespace mosaic::onnx
