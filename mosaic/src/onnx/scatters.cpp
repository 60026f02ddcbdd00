// Operators that put elements at places, and masks.
#include <algorithm>
#include <array>

#include "onnx/node.h"

namespace mosaic::onnx {

namespace {

Result<ir::ScatterKind> scatter_kind(const Node& node) {
    MOSAIC_TRY_ASSIGN(const std::string reduction, node.attribute("reduction", "none"));
    if (reduction == "none") return ir::ScatterKind::kReplace;
    if (reduction == "add") return ir::ScatterKind::kAdd;
    if (reduction == "mul") return ir::ScatterKind::kMultiply;
    return node.wrong("reduction " + reduction + " isn't supported");
}

Result<void> build_scatter_elements(Node& node) {
    MOSAIC_TRY(node.expect_inputs(3, 3));
    MOSAIC_TRY_ASSIGN(const std::int64_t number, node.attribute("axis", std::int64_t{0}));
    MOSAIC_TRY_ASSIGN(const std::size_t axis, node.axis(number, node.rank(0)));
    MOSAIC_TRY_ASSIGN(const ir::ScatterKind kind, scatter_kind(node));
    MOSAIC_TRY_ASSIGN(const ir::ValueId x, node.plain(0));
    MOSAIC_TRY_ASSIGN(const ir::ValueId indices, node.plain(1));
    MOSAIC_TRY_ASSIGN(const ir::ValueId updates, node.plain(2));
    return node.finish(ir::ScatterElements{static_cast<std::int64_t>(axis), kind}, {x, indices, updates});
}

Result<void> build_scatter_nd(Node& node) {
    MOSAIC_TRY(node.expect_inputs(3, 3));
    MOSAIC_TRY_ASSIGN(const ir::ScatterKind kind, scatter_kind(node));
    MOSAIC_TRY_ASSIGN(const ir::ValueId x, node.plain(0));
    MOSAIC_TRY_ASSIGN(const ir::ValueId indices, node.plain(1));
    MOSAIC_TRY_ASSIGN(const ir::ValueId updates, node.plain(2));
    return node.finish(ir::ScatterNd{kind}, {x, indices, updates});
}

Result<void> build_cumulative_sum(Node& node) {
    MOSAIC_TRY(node.expect_inputs(2, 2));
    MOSAIC_TRY_ASSIGN(const std::int64_t number, node.integer(1));
    MOSAIC_TRY_ASSIGN(const std::size_t axis, node.axis(number, node.rank(0)));
    MOSAIC_TRY_ASSIGN(const std::int64_t exclusive, node.attribute("exclusive", std::int64_t{0}));
    MOSAIC_TRY_ASSIGN(const std::int64_t reverse, node.attribute("reverse", std::int64_t{0}));
    MOSAIC_TRY_ASSIGN(const ir::ValueId x, node.plain(0));
    return node.finish(ir::CumulativeSum{static_cast<std::int64_t>(axis), exclusive != 0, reverse != 0}, {x});
}

Result<void> build_grid_sample(Node& node) {
    MOSAIC_TRY(node.expect_inputs(2, 2));
    if (node.rank(0) != 4) return node.wrong("of rank " + std::to_string(node.rank(0)) + " isn't supported");
    ir::GridSample sample;
    MOSAIC_TRY_ASSIGN(const std::string mode, node.attribute("mode", "linear"));
    MOSAIC_TRY_ASSIGN(const std::string padding, node.attribute("padding_mode", "zeros"));
    MOSAIC_TRY_ASSIGN(const std::int64_t align_corners, node.attribute("align_corners", std::int64_t{0}));
    sample.align_corners = align_corners != 0;
    if (mode == "nearest") sample.mode = ir::ResizeMode::kNearest;
    if (mode == "bicubic" || mode == "cubic") sample.mode = ir::ResizeMode::kCubic;
    if (sample.mode == ir::ResizeMode::kBilinear && mode != "bilinear" && mode != "linear")
        return node.wrong("mode " + mode + " isn't supported");
    if (padding == "border") sample.padding = ir::GridPadding::kBorder;
    if (padding == "reflection") sample.padding = ir::GridPadding::kReflection;
    if (sample.padding == ir::GridPadding::kZeros && padding != "zeros")
        return node.wrong("padding " + padding + " isn't supported");
    MOSAIC_TRY_ASSIGN(const ir::ValueId x, node.stored(0, channels_last()));
    MOSAIC_TRY_ASSIGN(const ir::ValueId grid, node.plain(1));
    MOSAIC_TRY_ASSIGN(const ir::ValueId made, node.emit(sample, {x, grid}));
    node.set(0, made, channels_last());
    return {};
}

// The numbers 0 to depth - 1, beside which an index is compared.
Result<void> build_one_hot(Node& node) {
    MOSAIC_TRY(node.expect_inputs(3, 3));
    constexpr std::int64_t kDepthMax = 1 << 20;
    MOSAIC_TRY_ASSIGN(const std::int64_t depth, node.integer(1));
    if (depth < 1 || depth > kDepthMax) return node.wrong("has a depth of " + std::to_string(depth));
    MOSAIC_TRY_ASSIGN(const std::int64_t number, node.attribute("axis", std::int64_t{-1}));
    const std::size_t rank = node.rank(0) + 1;
    MOSAIC_TRY_ASSIGN(const std::size_t axis, node.axis(number, rank));
    if (node.type(0) == DataType::kBool) return node.wrong("needs numbers as indices");
    MOSAIC_TRY_ASSIGN(ir::ValueId indices, node.plain(0));
    if (node.type(0) == DataType::kFloat32) {
        MOSAIC_TRY_ASSIGN(indices, node.emit(ir::Cast{DataType::kInt32}, {indices}));
    }
    MOSAIC_TRY_ASSIGN(indices, node.emit(ir::ExpandDims{static_cast<std::int64_t>(axis)}, {indices}));
    // An index from -depth to -1 counts from the end: both of the numbers that mean a place are compared.
    Sizes sizes(rank, 1);
    sizes[axis] = depth;
    Sizes numbers(static_cast<std::size_t>(depth));
    Sizes from_end(static_cast<std::size_t>(depth));
    for (std::int64_t i = 0; i < depth; ++i) {
        numbers[static_cast<std::size_t>(i)] = i;
        from_end[static_cast<std::size_t>(i)] = i - depth;
    }
    std::array<ir::ValueId, 2> hits{};
    for (std::size_t i = 0; i < hits.size(); ++i) {
        MOSAIC_TRY_ASSIGN(const ir::ValueId list, node.constant(i == 0 ? numbers : from_end));
        MOSAIC_TRY_ASSIGN(const ir::ValueId places, node.emit_reshape(list, sizes));
        MOSAIC_TRY_ASSIGN(hits[i], node.emit(ir::Binary{ir::BinaryKind::kEqual}, {indices, places}));
    }
    MOSAIC_TRY_ASSIGN(const ir::ValueId hit,
                      node.emit(ir::Binary{ir::BinaryKind::kLogicalOr}, {hits[0], hits[1]}));
    MOSAIC_TRY_ASSIGN(const ir::ValueId values, node.plain(2));
    if (node.value(values).shape != Shape{2}) return node.wrong("needs two values, off and on");
    MOSAIC_TRY_ASSIGN(ir::ValueId off, node.emit(ir::Slice{{0}, {1}}, {values}));
    MOSAIC_TRY_ASSIGN(ir::ValueId on, node.emit(ir::Slice{{1}, {1}}, {values}));
    MOSAIC_TRY_ASSIGN(off, node.emit_reshape(off, {}));
    MOSAIC_TRY_ASSIGN(on, node.emit_reshape(on, {}));
    return node.finish(ir::Select{}, {hit, on, off});
}

// What lies beyond a diagonal is zero: a constant mask chooses.
Result<void> build_trilu(Node& node) {
    MOSAIC_TRY(node.expect_inputs(1, 2));
    MOSAIC_TRY_ASSIGN(const std::int64_t upper, node.attribute("upper", std::int64_t{1}));
    std::int64_t diagonal = 0;
    if (node.has_input(1)) {
        MOSAIC_TRY_ASSIGN(diagonal, node.integer(1));
    }
    const Sizes sizes = node.sizes(0);
    if (sizes.size() < 2) return node.wrong("needs matrices");
    const std::int64_t rows = sizes[sizes.size() - 2];
    const std::int64_t columns = sizes[sizes.size() - 1];
    diagonal = std::clamp(diagonal, -Shape::kElementsMax, Shape::kElementsMax);
    MOSAIC_TRY_ASSIGN(const Shape shape, Shape::create(Sizes{rows, columns}));
    MOSAIC_TRY_ASSIGN(Tensor mask, Tensor::create(DataType::kBool, shape));
    for (std::int64_t row = 0; row < rows; ++row) {
        for (std::int64_t column = 0; column < columns; ++column) {
            const bool kept = upper != 0 ? column >= row + diagonal : column <= row + diagonal;
            mask.bytes()[static_cast<std::size_t>(row * columns + column)] = static_cast<std::byte>(kept);
        }
    }
    MOSAIC_TRY_ASSIGN(const ir::ValueId x, node.plain(0));
    MOSAIC_TRY_ASSIGN(Tensor nothing, Tensor::create(node.value(x).type, Shape{}));
    return node.finish(ir::Select{}, {node.constant(std::move(mask)), x, node.constant(std::move(nothing))});
}

}  // namespace

void add_scatters(Builders& builders) {
    builders["ScatterElements"] = build_scatter_elements;
    builders["Scatter"] = build_scatter_elements;  // its name before opset 11
    builders["ScatterND"] = build_scatter_nd;
    builders["CumSum"] = build_cumulative_sum;
    builders["GridSample"] = build_grid_sample;
    builders["OneHot"] = build_one_hot;
    builders["Trilu"] = build_trilu;
}

}  // namespace mosaic::onnx
