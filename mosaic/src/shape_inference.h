// Types and shapes of every value from those of the inputs and constants.
#pragma once

#include "ir.h"
#include "shape_rules.h"

namespace mosaic::ir {

// Fills in type and shape of the node's outputs. Checks everything that kernels rely on; errors name the
// node.
[[nodiscard]] Result<void> infer_node(Graph& graph, const Node& node);
// All nodes, in order.
[[nodiscard]] Result<void> infer_shapes(Graph& graph);

}  // namespace mosaic::ir
