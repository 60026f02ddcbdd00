#include <optional>

#include "passes/pass.h"
#include "passes/rewrite.h"

namespace mosaic::passes {

namespace {

// The operator that makes `id`, if it is an Op.
template <typename Op>
const ir::Node* made_by(const ir::Graph& graph, const Edges& edges, ir::ValueId id) {
    const std::size_t maker = edges.maker_of(id);
    if (maker == kNobody || !std::holds_alternative<Op>(graph.nodes[maker].op)) return nullptr;
    return &graph.nodes[maker];
}

// The largest in a window around each position.
bool is_neighbourhood(const ir::Pool& pool) {
    return pool.kind == ir::PoolKind::kMax && pool.stride_y == 1 && pool.stride_x == 1 &&
           pool.padding.kind == ir::PaddingKind::kSame;
}

struct Peaks {
    ir::ValueId picture = 0;
    const ir::Pool* pool = nullptr;
};

// Matches x * cast(x == maxpool(x)).
std::optional<Peaks> match_peaks(const ir::Graph& graph, const Edges& edges, const ir::Node& multiply) {
    if (std::get<ir::Binary>(multiply.op).kind != ir::BinaryKind::kMultiply) return std::nullopt;
    for (const std::size_t side : {std::size_t{0}, std::size_t{1}}) {
        const ir::ValueId picture = multiply.inputs[side];
        const ir::Node* cast = made_by<ir::Cast>(graph, edges, multiply.inputs[1 - side]);
        const ir::Node* equal =
            cast == nullptr ? nullptr : made_by<ir::Binary>(graph, edges, cast->inputs[0]);
        if (equal == nullptr || std::get<ir::Binary>(equal->op).kind != ir::BinaryKind::kEqual) continue;
        for (const std::size_t other : {std::size_t{0}, std::size_t{1}}) {
            const ir::Node* pool = made_by<ir::Pool>(graph, edges, equal->inputs[1 - other]);
            if (equal->inputs[other] == picture && pool != nullptr && pool->inputs[0] == picture &&
                is_neighbourhood(std::get<ir::Pool>(pool->op))) {
                return Peaks{picture, &std::get<ir::Pool>(pool->op)};
            }
        }
    }
    return std::nullopt;
}

}  // namespace

Result<std::size_t> fuse_top_peaks(ir::Graph& graph) {
    std::size_t changes = 0;
    const Edges edges(graph);
    for (ir::Node& node : graph.nodes) {
        const auto* top = std::get_if<ir::TopK>(&node.op);
        if (top == nullptr) continue;
        const ir::Node* reshape = made_by<ir::Reshape>(graph, edges, node.inputs[0]);
        const ir::Node* multiply =
            reshape == nullptr ? nullptr : made_by<ir::Binary>(graph, edges, reshape->inputs[0]);
        if (multiply == nullptr) continue;
        const auto peaks = match_peaks(graph, edges, *multiply);
        if (!peaks) continue;
        const Shape& picture = graph.value(peaks->picture).shape;
        const Shape row{1, picture.element_count()};
        if (picture.rank() != 4 || picture[0] != 1 || graph.value(node.inputs[0]).shape != row) continue;
        node.op = ir::TopPeaks{top->k, peaks->pool->size_y, peaks->pool->size_x};
        node.inputs = {peaks->picture};
        ++changes;
    }
    MOSAIC_TRY(remove_dead_code(graph));
    return changes;
}

}  // namespace mosaic::passes
