// The way from the public Graph to what it holds.
#pragma once

#include "ir.h"
#include "mosaic/graph.h"

namespace mosaic {

struct GraphAccess {
    [[nodiscard]] static const ir::Graph& of(const Graph& graph) { return *graph.graph_; }
};

}  // namespace mosaic
