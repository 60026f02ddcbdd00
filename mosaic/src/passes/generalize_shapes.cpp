#include <algorithm>

#include "passes/pass.h"

namespace mosaic::passes {

namespace {

bool generalize(ir::Reshape& reshape, const Shape& in, const Shape& out, ir::Change change) {
    const bool infers =
        std::any_of(reshape.sizes.begin(), reshape.sizes.end(),
                    [](const ir::ReshapeSize& size) { return size.size == ir::ReshapeSize::kInferred; });
    // Of pictures the model itself says what follows; of batches [1,-1] doesn't mean it.
    if (out.element_count() == 0 || (infers && change == ir::Change::kPicture)) return false;
    reshape.sizes = ir::follow_input(in, out, change);
    return true;
}

bool generalize(ir::Resize& resize, const Shape& in, const Shape& out) {
    if (resize.scale_y > 0 || out[1] % in[1] != 0 || out[2] % in[2] != 0) return false;
    resize.scale_y = out[1] / in[1];
    resize.scale_x = out[2] / in[2];
    return true;
}

}  // namespace

Result<std::size_t> generalize_shapes(ir::Graph& graph, ir::Change change) {
    std::size_t changes = 0;
    for (ir::Node& node : graph.nodes) {
        const Shape& out = graph.value(node.outputs[0]).shape;
        bool changed = false;
        if (auto* reshape = std::get_if<ir::Reshape>(&node.op)) {
            changed = generalize(*reshape, graph.value(node.inputs[0]).shape, out, change);
        } else if (auto* resize = std::get_if<ir::Resize>(&node.op)) {
            changed = generalize(*resize, graph.value(node.inputs[0]).shape, out);
        }
        changes += changed ? 1 : 0;
    }
    return changes;
}

}  // namespace mosaic::passes
