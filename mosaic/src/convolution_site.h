// What every kernel for convolutions asks of a node.
#pragma once

#include <string>

#include "ir.h"

namespace mosaic {

// Borrows the graph.
struct ConvolutionSite {
    const ir::Node* node = nullptr;
    const ir::Conv2d* conv = nullptr;
    const ir::Value* weights = nullptr;
    Shape in, out;
    ir::Window2d window;

    [[nodiscard]] std::int64_t in_pixels() const { return in[1] * in[2]; }
    [[nodiscard]] std::int64_t out_pixels() const { return out[1] * out[2]; }
};

// Of a Conv2d or DepthwiseConv2d.
[[nodiscard]] Result<ConvolutionSite> inspect_convolution(const ir::Graph& graph, const ir::Node& node);
// "Conv2d+residual+relu"
[[nodiscard]] std::string step_name(const ConvolutionSite& site);

}  // namespace mosaic
