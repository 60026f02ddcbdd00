// Operators that only move, cut and join elements.
#include <algorithm>
#include <cmath>
#include <numeric>

#include "onnx/node.h"

namespace mosaic::onnx {

namespace {

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

// A target that is the same for the declared input and for this one is a constant of the file: where it holds
// the batch, it follows.
void follow_declared(Node& node, const Sizes& target, const Shape& input, ir::Reshape& reshape) {
    const Declared* declared = node.scope().declared();
    if (declared == nullptr) return;
    const auto found = declared->reshapes.find(&node.proto());
    if (found == declared->reshapes.end()) return;
    const Declared::Reshaped& was = found->second;
    const bool infers = std::find(target.begin(), target.end(), -1) != target.end();
    if (was.target != target || was.input == input || was.input.rank() != input.rank() ||
        was.output.element_count() == 0 || (infers && declared->change == ir::Change::kPicture)) {
        return;
    }
    reshape.sizes = ir::follow_input(was.input, was.output, declared->change);
}

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
    follow_declared(node, target, node.value(x).shape, reshape);
    MOSAIC_TRY_ASSIGN(const ir::ValueId made, node.emit(std::move(reshape), {x}));
    node.scope().reshapes()[&node.proto()] = {target, node.value(x).shape, node.value(made).shape};
    node.set(0, made);
    return {};
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
    MOSAIC_TRY_ASSIGN(Sizes axes, node.list_argument(1, "axes"));
    MOSAIC_TRY_ASSIGN(const ir::ValueId x, node.plain(0));
    return node.finish(ir::Squeeze{std::move(axes)}, {x});
}

Result<void> build_unsqueeze(Node& node) {
    MOSAIC_TRY(node.expect_inputs(1, 2));
    MOSAIC_TRY_ASSIGN(const Sizes axes, node.list_argument(1, "axes"));
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
    builders["Expand"] = build_expand;
    builders["Tile"] = build_tile;
}

}  // namespace mosaic::onnx
