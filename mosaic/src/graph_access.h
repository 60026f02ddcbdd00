// The way from the public Graph to what it holds, and back.
#pragma once

#include "compiler.h"
#include "mosaic/graph.h"

namespace mosaic {

struct GraphAccess {
    // For the input shapes of the options.
    [[nodiscard]] static Result<ir::Graph> of(const Graph& graph, const Options& options) {
        return graph.source_->instantiate(plain_names(options));
    }
    [[nodiscard]] static Graph make(ir::Graph graph);
};

}  // namespace mosaic
