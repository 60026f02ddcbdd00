// Operators of TensorFlow that turn shapes into numbers and numbers into shapes, and that rearrange elements.
// Shapes are known when nodes are built, so what they make of shapes are constants.
#include <algorithm>
#include <cmath>
#include <numeric>

#include "tfjs_operators.h"

namespace mosaic::tfjs {

namespace {

using Sizes = std::vector<std::int64_t>;

const Shape& shape_of(const NodeContext& node, std::size_t input) {
    return node.value(node.inputs()[input]).shape;
}

Result<ir::ValueId> integers(NodeContext& node, const Sizes& numbers, const Shape& shape) {
    MOSAIC_TRY_ASSIGN(Tensor tensor, Tensor::create(DataType::kInt32, shape));
    std::transform(numbers.begin(), numbers.end(), tensor.elements<std::int32_t>().begin(),
                   [](std::int64_t number) { return static_cast<std::int32_t>(number); });
    return node.constant(std::move(tensor));
}

Result<void> build_shape(NodeContext& node) {
    MOSAIC_TRY(node.expect_inputs(1, 1));
    const Sizes sizes(shape_of(node, 0).sizes().begin(), shape_of(node, 0).sizes().end());
    MOSAIC_TRY_ASSIGN(const ir::ValueId id,
                      integers(node, sizes, Shape{static_cast<std::int64_t>(sizes.size())}));
    node.set_output(id);
    return {};
}

Result<void> build_size(NodeContext& node) {
    MOSAIC_TRY(node.expect_inputs(1, 1));
    MOSAIC_TRY_ASSIGN(const ir::ValueId id, integers(node, {shape_of(node, 0).element_count()}, Shape{}));
    node.set_output(id);
    return {};
}

constexpr std::int64_t kRangeMax = 1 << 16;

Result<void> build_float_range(NodeContext& node) {
    MOSAIC_TRY_ASSIGN(const float start, node.constant_number(0));
    MOSAIC_TRY_ASSIGN(const float limit, node.constant_number(1));
    MOSAIC_TRY_ASSIGN(const float delta, node.constant_number(2));
    const double count =
        std::ceil((static_cast<double>(limit) - static_cast<double>(start)) / static_cast<double>(delta));
    if (!(count <= static_cast<double>(kRangeMax))) return node.wrong("makes too many numbers");
    const auto size = static_cast<std::int64_t>(std::max(count, 0.0));
    MOSAIC_TRY_ASSIGN(Tensor tensor, Tensor::create(DataType::kFloat32, Shape{size}));
    const auto numbers = tensor.elements<float>();
    for (std::size_t i = 0; i < numbers.size(); ++i)
        numbers[i] = start + static_cast<float>(i) * delta;
    node.set_output(node.constant(std::move(tensor)));
    return {};
}

Result<void> build_range(NodeContext& node) {
    MOSAIC_TRY(node.expect_inputs(3, 3));
    if (node.value(node.inputs()[0]).type == DataType::kFloat32) return build_float_range(node);
    MOSAIC_TRY_ASSIGN(const std::int64_t start, node.constant_integer(0));
    MOSAIC_TRY_ASSIGN(const std::int64_t limit, node.constant_integer(1));
    MOSAIC_TRY_ASSIGN(const std::int64_t delta, node.constant_integer(2));
    if (delta == 0 || (limit - start) / delta > kRangeMax) return node.wrong("makes too many numbers");
    Sizes numbers;
    for (std::int64_t at = start; delta > 0 ? at < limit : at > limit; at += delta)
        numbers.push_back(at);
    MOSAIC_TRY_ASSIGN(const ir::ValueId id,
                      integers(node, numbers, Shape{static_cast<std::int64_t>(numbers.size())}));
    node.set_output(id);
    return {};
}

// Inputs: sizes, value.
Result<void> build_fill(NodeContext& node) {
    MOSAIC_TRY(node.expect_inputs(2, 2));
    MOSAIC_TRY_ASSIGN(Sizes sizes, node.constant_integers(0));
    node.emit(ir::BroadcastTo{std::move(sizes)}, {node.inputs()[1]});
    return {};
}

// Inputs: values, sizes.
Result<void> build_broadcast(NodeContext& node) {
    MOSAIC_TRY(node.expect_inputs(2, 2));
    MOSAIC_TRY_ASSIGN(Sizes sizes, node.constant_integers(1));
    node.emit(ir::BroadcastTo{std::move(sizes)}, {node.inputs()[0]});
    return {};
}

Result<void> build_zeros_like(NodeContext& node) {
    MOSAIC_TRY(node.expect_inputs(1, 1));
    MOSAIC_TRY_ASSIGN(Tensor zero, Tensor::create(node.value(node.inputs()[0]).type, Shape{}));
    const Sizes sizes(shape_of(node, 0).sizes().begin(), shape_of(node, 0).sizes().end());
    node.emit(ir::BroadcastTo{sizes}, {node.constant(std::move(zero))});
    return {};
}

void emit_reshape(NodeContext& node, ir::ValueId id, const Sizes& sizes) {
    ir::Reshape reshape;
    for (const std::int64_t size : sizes)
        reshape.sizes.push_back({size, 0, 0});
    node.emit(std::move(reshape), {id});
}

// Each repeated dimension gets one before it, which is broadcast and joined with it.
Result<void> build_tile(NodeContext& node) {
    MOSAIC_TRY(node.expect_inputs(2, 2));
    MOSAIC_TRY_ASSIGN(const Sizes repeats, node.constant_integers(1));
    Sizes now(shape_of(node, 0).sizes().begin(), shape_of(node, 0).sizes().end());
    if (repeats.size() != now.size()) return node.wrong("repeats another rank");
    node.emit(ir::Identity{}, {node.inputs()[0]});
    for (std::size_t i = 0; i < repeats.size(); ++i) {
        if (repeats[i] == 1) continue;
        if (repeats[i] < 0) return node.wrong("repeats " + std::to_string(repeats[i]) + " times");
        Sizes split = now;
        split.insert(split.begin() + static_cast<std::ptrdiff_t>(i), 1);
        emit_reshape(node, node.outputs()[0], split);
        split[i] = repeats[i];
        node.emit(ir::BroadcastTo{split}, {node.outputs()[0]});
        now[i] *= repeats[i];
        emit_reshape(node, node.outputs()[0], now);
    }
    return {};
}

// Select wants a condition of the values' first sizes, SelectV2 one that broadcasts.
Result<void> build_select(NodeContext& node) {
    MOSAIC_TRY(node.expect_inputs(3, 3));
    const std::size_t rank = shape_of(node, 1).rank();
    Sizes sizes(shape_of(node, 0).sizes().begin(), shape_of(node, 0).sizes().end());
    if (node.op() == "Select" && sizes.size() == 1 && rank > 1) {
        sizes.resize(rank, 1);
        emit_reshape(node, node.inputs()[0], sizes);
        node.emit(ir::Select{}, {node.outputs()[0], node.inputs()[1], node.inputs()[2]});
    } else {
        node.emit(ir::Select{});
    }
    return {};
}

Result<void> emit_parts(NodeContext& node, ir::ValueId id, std::int64_t axis, const Sizes& parts) {
    const Shape shape = node.value(id).shape;
    if (axis < 0) axis += static_cast<std::int64_t>(shape.rank());
    if (axis < 0 || axis >= static_cast<std::int64_t>(shape.rank()))
        return node.wrong("splits an axis that isn't there");
    const auto at = static_cast<std::size_t>(axis);
    std::vector<ir::ValueId> made;
    ir::Slice slice;
    slice.begin.assign(shape.rank(), 0);
    slice.size.assign(shape.sizes().begin(), shape.sizes().end());
    for (const std::int64_t part : parts) {
        slice.size[at] = part;
        node.emit(slice, {id});
        made.push_back(node.outputs()[0]);
        slice.begin[at] += part;
    }
    node.set_outputs(std::move(made));
    return {};
}

// Inputs: axis, values.
Result<void> build_split(NodeContext& node) {
    constexpr std::int64_t kPartsMax = 1024;
    MOSAIC_TRY(node.expect_inputs(2, 2));
    MOSAIC_TRY_ASSIGN(std::int64_t axis, node.constant_integer(0));
    MOSAIC_TRY_ASSIGN(const std::int64_t count, node.attributes().integer("num_split", 1));
    const Shape& shape = shape_of(node, 1);
    if (axis < 0) axis += static_cast<std::int64_t>(shape.rank());
    if (axis < 0 || axis >= static_cast<std::int64_t>(shape.rank()) || count < 1 || count > kPartsMax ||
        shape[static_cast<std::size_t>(axis)] % count != 0) {
        return node.wrong("can't make " + std::to_string(count) + " parts of " + shape.to_string());
    }
    const Sizes parts(static_cast<std::size_t>(count), shape[static_cast<std::size_t>(axis)] / count);
    return emit_parts(node, node.inputs()[1], axis, parts);
}

// Inputs: values, sizes (one may be -1), axis.
Result<void> build_split_sizes(NodeContext& node) {
    MOSAIC_TRY(node.expect_inputs(3, 3));
    MOSAIC_TRY_ASSIGN(Sizes parts, node.constant_integers(1));
    MOSAIC_TRY_ASSIGN(std::int64_t axis, node.constant_integer(2));
    const Shape& shape = shape_of(node, 0);
    if (axis < 0) axis += static_cast<std::int64_t>(shape.rank());
    if (axis < 0 || axis >= static_cast<std::int64_t>(shape.rank()))
        return node.wrong("splits an axis that isn't there");
    const auto open = std::find(parts.begin(), parts.end(), -1);
    if (open != parts.end()) {
        *open = 0;
        *open = shape[static_cast<std::size_t>(axis)] -
                std::accumulate(parts.begin(), parts.end(), std::int64_t{0});
    }
    if (std::any_of(parts.begin(), parts.end(), [](std::int64_t size) { return size < 0; }))
        return node.wrong("has parts that don't fit into " + shape.to_string());
    return emit_parts(node, node.inputs()[0], axis, parts);
}

// [N,H,W,bbC] to [N,Hb,Wb,C].
Result<void> build_depth_to_space(NodeContext& node) {
    MOSAIC_TRY(node.expect_inputs(1, 1));
    MOSAIC_TRY_ASSIGN(const std::int64_t b, node.attributes().integer("block_size", 0));
    const Shape s = shape_of(node, 0);
    if (s.rank() != 4 || b < 1 || b > 1024 || s[3] % (b * b) != 0)
        return node.wrong("can't make blocks of " + std::to_string(b) + " out of " + s.to_string());
    const std::int64_t depth = s[3] / (b * b);
    emit_reshape(node, node.inputs()[0], {s[0], s[1], s[2], b, b, depth});
    node.emit(ir::Transpose{{0, 1, 3, 2, 4, 5}}, {node.outputs()[0]});
    emit_reshape(node, node.outputs()[0], {s[0], s[1] * b, s[2] * b, depth});
    return {};
}

Result<void> build_mirror_pad(NodeContext& node) {
    MOSAIC_TRY(node.expect_inputs(2, 2));
    MOSAIC_TRY_ASSIGN(const Sizes pairs, node.constant_integers(1));
    MOSAIC_TRY_ASSIGN(const std::string mode, node.attributes().text("mode", "REFLECT"));
    if (mode != "REFLECT" || pairs.size() % 2 != 0) return node.wrong("mode " + mode + " isn't supported");
    ir::Pad pad;
    pad.mode = ir::PadMode::kReflect;
    for (std::size_t i = 0; i < pairs.size(); i += 2) {
        pad.before.push_back(pairs[i]);
        pad.after.push_back(pairs[i + 1]);
    }
    node.emit(std::move(pad), {node.inputs()[0]});
    return {};
}

// Inputs: places, shape, values at the places, value elsewhere; constants all of them.
Result<void> build_sparse_to_dense(NodeContext& node) {
    constexpr std::int64_t kElementsMax = 1 << 22;
    MOSAIC_TRY(node.expect_inputs(4, 4));
    MOSAIC_TRY_ASSIGN(const Sizes places, node.constant_integers(0));
    MOSAIC_TRY_ASSIGN(const Sizes sizes, node.constant_integers(1));
    MOSAIC_TRY_ASSIGN(const Shape shape, Shape::create(sizes));
    const auto& values = node.value(node.inputs()[2]).constant;
    const auto& fallback = node.value(node.inputs()[3]).constant;
    const bool good = values && fallback && values->type() == fallback->type() &&
                      values->type() != DataType::kBool && fallback->shape().element_count() == 1 &&
                      shape.element_count() <= kElementsMax && shape.rank() > 0;
    const std::size_t count = good ? places.size() / shape.rank() : 0;
    if (!good || places.size() % shape.rank() != 0 ||
        (values->shape().element_count() != 1 &&
         values->shape().element_count() != static_cast<std::int64_t>(count))) {
        return node.wrong("needs constants of one type and matching sizes");
    }
    MOSAIC_TRY_ASSIGN(Tensor made, Tensor::create(values->type(), shape));
    constexpr std::size_t kWidth = sizeof(float);  // of int32 too
    for (std::int64_t i = 0; i < shape.element_count(); ++i)
        std::copy_n(fallback->bytes().data(), kWidth,
                    made.bytes().data() + static_cast<std::size_t>(i) * kWidth);
    for (std::size_t i = 0; i < count; ++i) {
        std::int64_t at = 0;
        for (std::size_t d = 0; d < shape.rank(); ++d) {
            const std::int64_t place = places[i * shape.rank() + d];
            if (place < 0 || place >= shape[d])
                return node.wrong("has a place outside of " + shape.to_string());
            at = at * shape[d] + place;
        }
        const std::size_t from = values->shape().element_count() == 1 ? 0 : i;
        std::copy_n(values->bytes().data() + from * kWidth, kWidth,
                    made.bytes().data() + static_cast<std::size_t>(at) * kWidth);
    }
    node.set_output(node.constant(std::move(made)));
    return {};
}

}  // namespace

const std::map<std::string, Builder>& shape_builders() {
    static const std::map<std::string, Builder> kBuilders = {
        {"BroadcastTo", build_broadcast},
        {"DepthToSpace", build_depth_to_space},
        {"Fill", build_fill},
        {"MirrorPad", build_mirror_pad},
        {"Range", build_range},
        {"Select", build_select},
        {"SelectV2", build_select},
        {"Shape", build_shape},
        {"Size", build_size},
        {"SparseToDense", build_sparse_to_dense},
        {"Split", build_split},
        {"SplitV", build_split_sizes},
        {"Tile", build_tile},
        {"ZerosLike", build_zeros_like},
    };
    return kBuilders;
}

}  // namespace mosaic::tfjs
