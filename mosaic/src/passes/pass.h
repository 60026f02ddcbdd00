// Rewrites of the graph between import and kernels. Each keeps the results (up to rounding) and the order of
// nodes.
#pragma once

#include <string>
#include <vector>

#include "shape_rules.h"

namespace mosaic::passes {

// Each returns how many changes it made. The graph's shapes must have been inferred, and stay so.
using Run = Result<std::size_t> (*)(ir::Graph& graph);

struct Pass {
    const char* name;
    const char* what;
    Run run;
};

// In the order in which they run.
[[nodiscard]] const std::vector<Pass>& standard_passes();
// Those of them that leave nothing behind but what every engine has.
[[nodiscard]] const std::vector<Pass>& folding_passes();

// Removes nodes whose results nobody needs.
Result<std::size_t> remove_dead_code(ir::Graph& graph);
// Makes constants of the shape follow the input's shape; see mosaic/README.md, "Another input shape". To be
// run with the shapes that the model was made for.
Result<std::size_t> generalize_shapes(ir::Graph& graph, ir::Change change);
// Computes nodes whose inputs are all constants.
Result<std::size_t> fold_constants(ir::Graph& graph);
// Whether all inputs of the node are constants and computing it now makes nothing huge of something small.
[[nodiscard]] bool can_fold(const ir::Graph& graph, const ir::Node& node);
// Computes such a node: its outputs are constants then, and the node isn't needed.
Result<void> fold_node(ir::Graph& graph, const ir::Node& node);
// Identity, Cast to the same type, and Pad by nothing.
Result<std::size_t> remove_identities(ir::Graph& graph);
// Zeros put around the rows and columns of a picture that only convolutions read, or means that count their
// padding, become the padding of those.
Result<std::size_t> fold_padding(ir::Graph& graph);
// Transposed convolutions whose windows neither overlap nor leave gaps become 1x1 convolutions and a
// rearrangement, after whatever follows them channel by channel.
Result<std::size_t> split_transposed(ir::Graph& graph);
// Nodes that compute the same from the same become one (common subexpressions).
Result<std::size_t> merge_equal_nodes(ir::Graph& graph);
// max(min(x, 6), 0), also after a ReLU.
Result<std::size_t> fuse_relu6(ir::Graph& graph);
// Multiply, Add and Relu6 that are alpha x relu6(x + 3) or alpha relu6(x + 3).
Result<std::size_t> fuse_hard_swish(ir::Graph& graph);
// x sigmoid(x).
Result<std::size_t> fuse_swish(ir::Graph& graph);
// Adding a constant for each channel to a convolution or a product of matrices.
Result<std::size_t> fuse_bias(ir::Graph& graph);
// Multiplying a convolution by a constant (one, or one for each channel) scales its weights and bias instead.
Result<std::size_t> fold_scales(ir::Graph& graph);
// Multiplying what an activation with a factor of its own makes by a number above zero changes that factor.
Result<std::size_t> scale_activations(ir::Graph& graph);
// Adding a number for each channel, where only convolutions of constant weights read the result and none of
// them sees the zeros around the picture, adds to their bias.
Result<std::size_t> fold_shifts(ir::Graph& graph);
// Multiplying a picture by a number for each channel, where only convolutions of constant weights read the
// result.
Result<std::size_t> fuse_input_scales(ir::Graph& graph);
// The same where only depthwise convolutions do, or 1x1 that have fewer weights than the picture has numbers:
// the weights can be multiplied instead, again in each run.
Result<std::size_t> fuse_few_scales(ir::Graph& graph);
// The same where only depthwise convolutions do.
Result<std::size_t> fuse_depthwise_scales(ir::Graph& graph);
// TopK of the local maxima of a picture, as CenterNet's decoder finds them: TopK(x * (x == maxpool(x))).
Result<std::size_t> fuse_top_peaks(ir::Graph& graph);
// An activation after Concat moves before it, where it can be fused.
Result<std::size_t> sink_activations(ir::Graph& graph);
// An activation after a convolution, a product of matrices or a resize.
Result<std::size_t> fuse_activations(ir::Graph& graph);
// Adding another tensor of the same shape to a convolution, and an activation after that.
Result<std::size_t> fuse_residuals(ir::Graph& graph);

}  // namespace mosaic::passes
