// Operators that only move, cut and join elements.
#include <algorithm>
#include <limits>

#include "onnx/exporter.h"
#include "shape_inference.h"

namespace mosaic::onnx {

namespace {

std::size_t axis_of(std::int64_t axis, std::size_t rank) {
    return static_cast<std::size_t>(axis < 0 ? axis + static_cast<std::int64_t>(rank) : axis);
}

void export_concat(Exporter& exporter, const ir::Node& node, const ir::Concat& concat) {
    const Order order = exporter.common_order(node);
    std::vector<std::string> inputs;
    inputs.reserve(node.inputs.size());
    for (const ir::ValueId id : node.inputs)
        inputs.push_back(exporter.tensor(id, order));
    const std::int64_t axis = stored_axis(order, axis_of(concat.axis, order.size()));
    exporter.publish(node.outputs[0], order, exporter.emit("Concat", inputs, {{"axis", axis}}));
}

void export_pack(Exporter& exporter, const ir::Node& node, const ir::Pack& pack) {
    const std::size_t rank = exporter.rank(node.outputs[0]);
    const auto axis = static_cast<std::int64_t>(axis_of(pack.axis, rank));
    std::vector<std::string> parts;
    parts.reserve(node.inputs.size());
    for (const ir::ValueId id : node.inputs)
        parts.push_back(exporter.emit("Unsqueeze", {exporter.plain(id), exporter.integers({axis})}));
    exporter.publish(node.outputs[0], exporter.emit("Concat", parts, {{"axis", axis}}));
}

void export_unpack(Exporter& exporter, const ir::Node& node, const ir::Unpack& unpack) {
    const auto axis = static_cast<std::int64_t>(axis_of(unpack.axis, exporter.rank(node.inputs[0])));
    const auto parts = exporter.emit(
        "Split", {exporter.plain(node.inputs[0]), exporter.integers(Sizes(node.outputs.size(), 1))},
        {{"axis", axis}}, node.outputs.size());
    for (std::size_t i = 0; i < parts.size(); ++i)
        exporter.publish(node.outputs[i], exporter.emit("Squeeze", {parts[i], exporter.integers({axis})}));
}

// Only the books change, as in the importer.
void export_transpose(Exporter& exporter, const ir::Node& node, const ir::Transpose& transpose) {
    const Order have = exporter.order_of(node.inputs[0]);
    Order order;
    for (const std::size_t dimension : have) {
        const auto at =
            std::find(transpose.order.begin(), transpose.order.end(), static_cast<std::int64_t>(dimension));
        order.push_back(static_cast<std::size_t>(at - transpose.order.begin()));
    }
    exporter.publish(node.outputs[0], order, exporter.tensor(node.inputs[0], have));
}

void export_pad(Exporter& exporter, const ir::Node& node, const ir::Pad& pad) {
    static constexpr std::array kModes = {"constant", "reflect", "edge"};
    const Order order = exporter.order_of(node.inputs[0]);
    Sizes pads;
    for (const std::size_t dimension : order)
        pads.push_back(pad.before[dimension]);
    for (const std::size_t dimension : order)
        pads.push_back(pad.after[dimension]);
    std::vector<std::string> inputs{exporter.tensor(node.inputs[0], order), exporter.integers(pads)};
    if (pad.mode == ir::PadMode::kConstant)
        inputs.push_back(exporter.scalar(exporter.value(node.inputs[0]).type, pad.value));
    const std::string mode = kModes[static_cast<std::size_t>(pad.mode)];
    exporter.publish(node.outputs[0], order, exporter.emit("Pad", inputs, {{"mode", mode}}));
}

// What is taken of each dimension of the input.
struct Cut {
    Sizes begin, size, stride;
};

std::string emit_slice(Exporter& exporter, ir::ValueId id, const Order& order, const Cut& cut) {
    Sizes starts, ends, axes, steps;
    for (std::size_t k = 0; k < order.size(); ++k) {
        const std::size_t d = order[k];
        if (cut.begin[d] == 0 && cut.stride[d] == 1 && cut.size[d] == exporter.value(id).shape[d]) continue;
        const std::int64_t end = cut.begin[d] + cut.size[d] * cut.stride[d];
        starts.push_back(cut.begin[d]);
        // Before the first element there is no number that doesn't count from the end.
        ends.push_back(end < 0 ? std::numeric_limits<std::int32_t>::min() : end);
        axes.push_back(static_cast<std::int64_t>(k));
        steps.push_back(cut.stride[d]);
    }
    const std::string x = exporter.tensor(id, order);
    if (axes.empty()) return exporter.emit("Identity", {x});
    return exporter.emit("Slice", {x, exporter.integers(starts), exporter.integers(ends),
                                   exporter.integers(axes), exporter.integers(steps)});
}

Result<void> export_strided_slice(Exporter& exporter, const ir::Node& node, const ir::StridedSlice& slice) {
    MOSAIC_TRY_ASSIGN(const ir::ResolvedSlice resolved,
                      ir::resolve(slice, exporter.value(node.inputs[0]).shape));
    const auto list = [](const ir::ShortList& numbers) { return Sizes(numbers.begin(), numbers.end()); };
    const Cut cut{list(resolved.begin), list(resolved.size), list(resolved.stride)};
    const bool same_rank = slice.new_axis_mask == 0 && slice.shrink_axis_mask == 0;
    const Order order =
        same_rank ? exporter.order_of(node.inputs[0]) : own_order(exporter.rank(node.inputs[0]));
    const std::string made = emit_slice(exporter, node.inputs[0], order, cut);
    if (same_rank) {
        exporter.publish(node.outputs[0], order, made);
    } else {
        exporter.publish(node.outputs[0], exporter.emit_reshape(made, resolved.output));
    }
    return {};
}

void export_slice(Exporter& exporter, const ir::Node& node, const ir::Slice& slice) {
    const Shape& out = exporter.value(node.outputs[0]).shape;
    const Order order = exporter.order_of(node.inputs[0]);
    const Cut cut{slice.begin, {out.sizes().begin(), out.sizes().end()}, Sizes(out.rank(), 1)};
    exporter.publish(node.outputs[0], order, emit_slice(exporter, node.inputs[0], order, cut));
}

bool only_renames(const ir::Op& op) {
    return std::holds_alternative<ir::Reshape>(op) || std::holds_alternative<ir::ExpandDims>(op) ||
           std::holds_alternative<ir::Squeeze>(op);
}

void export_broadcast(Exporter& exporter, const ir::Node& node, const ir::BroadcastTo& to) {
    exporter.publish(node.outputs[0],
                     exporter.emit("Expand", {exporter.plain(node.inputs[0]), exporter.integers(to.sizes)}));
}

}  // namespace

Result<bool> export_shape_operator(Exporter& exporter, const ir::Node& node) {
    if (only_renames(node.op)) {
        const Shape& shape = exporter.value(node.outputs[0]).shape;
        exporter.publish(node.outputs[0], exporter.emit_reshape(exporter.plain(node.inputs[0]), shape));
    } else if (const auto* concat = std::get_if<ir::Concat>(&node.op)) {
        export_concat(exporter, node, *concat);
    } else if (const auto* pack = std::get_if<ir::Pack>(&node.op)) {
        export_pack(exporter, node, *pack);
    } else if (const auto* unpack = std::get_if<ir::Unpack>(&node.op)) {
        export_unpack(exporter, node, *unpack);
    } else if (const auto* transpose = std::get_if<ir::Transpose>(&node.op)) {
        export_transpose(exporter, node, *transpose);
    } else if (const auto* pad = std::get_if<ir::Pad>(&node.op)) {
        export_pad(exporter, node, *pad);
    } else if (const auto* strided = std::get_if<ir::StridedSlice>(&node.op)) {
        MOSAIC_TRY(export_strided_slice(exporter, node, *strided));
    } else if (const auto* slice = std::get_if<ir::Slice>(&node.op)) {
        export_slice(exporter, node, *slice);
    } else if (const auto* to = std::get_if<ir::BroadcastTo>(&node.op)) {
        export_broadcast(exporter, node, *to);
    } else {
        return false;
    }
    return true;
}

}  // namespace mosaic::onnx
