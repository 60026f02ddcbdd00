#include "passes/pass.h"

namespace mosaic::passes {

namespace {

// Splits both shapes into the shortest runs of dimensions with equal products, from the left: [1,128,128,4]
// and [16384,4] into {1,128,128} = {16384} and {4} = {4}. Where a run has one dimension of the output, that
// dimension is the product of the run of the input and may follow it; a run with several keeps its numbers.
std::vector<ir::ReshapeSize> follow_input(const Shape& in, const Shape& out) {
    std::vector<ir::ReshapeSize> sizes;
    std::size_t i = 0;
    std::size_t o = 0;
    while (o < out.rank()) {
        const std::size_t first_in = i;
        const std::size_t first_out = o;
        std::int64_t product_in = i < in.rank() ? in[i++] : 1;
        std::int64_t product_out = out[o++];
        while (product_in != product_out) {
            if (product_in < product_out && i < in.rank()) {
                product_in *= in[i++];
            } else if (o < out.rank()) {
                product_out *= out[o++];
            } else {
                break;  // only with sizes of zero
            }
        }
        // Sizes of 1 at the end of the input belong to the last run.
        if (o == out.rank()) i = in.rank();
        if (o - first_out == 1 && product_in == product_out) {
            sizes.push_back({ir::ReshapeSize::kProduct, first_in, i});
        } else {
            for (std::size_t k = first_out; k < o; ++k)
                sizes.push_back({out[k], 0, 0});
        }
    }
    return sizes;
}

bool generalize(ir::Reshape& reshape, const Shape& in, const Shape& out) {
    for (const ir::ReshapeSize& size : reshape.sizes) {
        if (size.size == ir::ReshapeSize::kInferred) return false;  // the model itself says what follows
    }
    if (out.element_count() == 0) return false;
    reshape.sizes = follow_input(in, out);
    return true;
}

bool generalize(ir::Resize& resize, const Shape& in, const Shape& out) {
    if (resize.scale_y > 0 || out[1] % in[1] != 0 || out[2] % in[2] != 0) return false;
    resize.scale_y = out[1] / in[1];
    resize.scale_x = out[2] / in[2];
    return true;
}

}  // namespace

Result<std::size_t> generalize_shapes(ir::Graph& graph) {
    std::size_t changes = 0;
    for (ir::Node& node : graph.nodes) {
        const Shape& out = graph.value(node.outputs[0]).shape;
        bool changed = false;
        if (auto* reshape = std::get_if<ir::Reshape>(&node.op)) {
            changed = generalize(*reshape, graph.value(node.inputs[0]).shape, out);
        } else if (auto* resize = std::get_if<ir::Resize>(&node.op)) {
            changed = generalize(*resize, graph.value(node.inputs[0]).shape, out);
        }
        changes += changed ? 1 : 0;
    }
    return changes;
}

}  // namespace mosaic::passes
