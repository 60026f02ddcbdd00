// Zeros around a picture become the padding of what reads it: nothing is copied for them.
#include <algorithm>
#include <optional>
#include <utility>

#include "passes/pass.h"
#include "passes/rewrite.h"

namespace mosaic::passes {

namespace {

// Of rows and columns only.
bool pads_with_zeros(const ir::Graph& graph, const ir::Node& node) {
    const auto* pad = std::get_if<ir::Pad>(&node.op);
    if (pad == nullptr || pad->mode != ir::PadMode::kConstant || pad->value != 0.0F) return false;
    const ir::Value& picture = graph.value(node.inputs[0]);
    if (picture.type != DataType::kFloat32 || picture.shape.rank() != 4) return false;
    const auto negative = [](std::int64_t size) { return size < 0; };
    return pad->before[0] == 0 && pad->after[0] == 0 && pad->before[3] == 0 && pad->after[3] == 0 &&
           std::none_of(pad->before.begin(), pad->before.end(), negative) &&
           std::none_of(pad->after.begin(), pad->after.end(), negative);
}

ir::Padding joined_padding(const ir::Window2d& own, const ir::Pad& pad) {
    return {ir::PaddingKind::kExplicit, own.y.pad_before + pad.before[1], own.y.pad_after + pad.after[1],
            own.x.pad_before + pad.before[2], own.x.pad_after + pad.after[2]};
}

// Kernels are made for windows that see at least a row and a column of the picture; the rest stays a Pad.
bool stays_on_picture(const ir::Padding& padding, std::int64_t rows, std::int64_t columns) {
    return std::max(padding.top, padding.bottom) < rows && std::max(padding.left, padding.right) < columns;
}

bool same_places(const Result<ir::Window2d>& window, const Shape& out) {
    return window && window->y.output == out[1] && window->x.output == out[2];
}

// What the reader is when it reads the picture without the zeros; nothing where it can't pad by itself.
std::optional<ir::Op> with_zeros(const ir::Graph& graph, const ir::Node& reader, const ir::Node& zeros) {
    const auto& pad = std::get<ir::Pad>(zeros.op);
    const Shape& picture = graph.value(zeros.inputs[0]).shape;
    const Shape& padded = graph.value(zeros.outputs[0]).shape;
    const Shape& out = graph.value(reader.outputs[0]).shape;
    ir::Op op = reader.op;
    if (ir::Conv2d* conv = as_convolution(op)) {
        const Shape& weights = graph.value(reader.inputs[1]).shape;
        const auto own = ir::slide(*conv, padded, weights);
        if (!own) return std::nullopt;
        conv->padding = joined_padding(*own, pad);
        const bool fits = stays_on_picture(conv->padding, (weights[0] - 1) * conv->dilation_y + 1,
                                           (weights[1] - 1) * conv->dilation_x + 1);
        return fits && same_places(ir::slide(*conv, picture, weights), out) ? std::optional(op)
                                                                            : std::nullopt;
    }
    // Of a mean that doesn't count its padding these zeros would be left out too.
    auto* pool = std::get_if<ir::Pool>(&op);
    if (pool == nullptr || pool->kind != ir::PoolKind::kAverage || !pool->counts_padding) return std::nullopt;
    const auto own = ir::slide(*pool, padded);
    if (!own) return std::nullopt;
    pool->padding = joined_padding(*own, pad);
    if (!stays_on_picture(pool->padding, pool->size_y, pool->size_x)) return std::nullopt;
    // What only makes room for one more window is told apart again.
    pool->padding.bottom -= pool->more_y;
    pool->padding.right -= pool->more_x;
    const bool whole = pool->padding.bottom >= pad.after[1] && pool->padding.right >= pad.after[2];
    return whole && same_places(ir::slide(*pool, picture), out) ? std::optional(op) : std::nullopt;
}

}  // namespace

Result<std::size_t> fold_padding(ir::Graph& graph) {
    std::size_t changes = 0;
    // From the end: of several Pads in a row each then stands before the window itself.
    for (std::size_t i = graph.nodes.size(); i-- > 0;) {
        if (!pads_with_zeros(graph, graph.nodes[i])) continue;
        const ir::Node zeros = graph.nodes[i];
        const ir::ValueId padded = zeros.outputs[0];
        std::vector<std::pair<ir::Node*, ir::Op>> readers;
        for (ir::Node& node : graph.nodes) {
            if (node.inputs.empty() || node.inputs[0] != padded ||
                std::count(node.inputs.begin(), node.inputs.end(), padded) != 1)
                continue;
            if (auto op = with_zeros(graph, node, zeros)) readers.emplace_back(&node, std::move(*op));
        }
        // Whoever else needs the padded picture needs it made.
        const Edges edges(graph);
        if (readers.empty() || readers.size() != edges.uses_of(padded)) continue;
        for (auto& [node, op] : readers) {
            node->op = std::move(op);
            node->inputs[0] = zeros.inputs[0];
        }
        graph.nodes.erase(graph.nodes.begin() + static_cast<std::ptrdiff_t>(i));
        ++changes;
    }
    return changes;
}

}  // namespace mosaic::passes
