// The way from the public Graph to what it holds, and back.
#pragma once

#include "ir.h"
#include "mosaic/graph.h"

namespace mosaic {

struct GraphAccess {
    [[nodiscard]] static const ir::Graph& of(const Graph& graph) { return *graph.graph_; }
    [[nodiscard]] static Graph make(ir::Graph graph) {
        return Graph(std::make_unique<const ir::Graph>(std::move(graph)));
    }
};

}  // namespace mosaic
