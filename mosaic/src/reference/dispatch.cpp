#include "reference/reference.h"

namespace mosaic::reference {

namespace {

struct Runner {
    Inputs in;
    Outputs out;

    void operator()(const ir::Conv2d& op) const { convolve(op, in, out); }
    void operator()(const ir::DepthwiseConv2d& op) const { convolve_depthwise(op.conv, in, out); }
    void operator()(const ir::ConvTranspose2d& op) const { convolve_transposed(op, in, out); }
    void operator()(const ir::MatMul& op) const { multiply_matrices(op, in, out); }
    void operator()(const ir::Pool& op) const { pool(op, in, out); }
    void operator()(const ir::Activate& op) const { activate(op.activation, in, out); }
    void operator()(const ir::Unary& op) const { unary(op, in, out); }
    void operator()(const ir::Binary& op) const { binary(op, in, out); }
    void operator()(const ir::Cast&) const { cast(in, out); }
    void operator()(const ir::Reduce& op) const { reduce(op, in, out); }
    void operator()(const ir::Concat& op) const { concat(op, in, out); }
    void operator()(const ir::Pack& op) const { pack(op, in, out); }
    void operator()(const ir::Unpack& op) const { unpack(op, in, out); }
    void operator()(const ir::Resize& op) const { resize(op, in, out); }
    void operator()(const ir::Reshape&) const { copy(in, out); }
    void operator()(const ir::ExpandDims&) const { copy(in, out); }
    void operator()(const ir::Squeeze&) const { copy(in, out); }
    void operator()(const ir::BroadcastTo&) const { broadcast(in, out); }
    void operator()(const ir::Select&) const { select(in, out); }
    void operator()(const ir::Identity&) const { copy(in, out); }
    void operator()(const ir::Transpose& op) const { transpose(op, in, out); }
    void operator()(const ir::Pad& op) const { pad(op, in, out); }
    void operator()(const ir::StridedSlice& op) const { strided_slice(op, in, out); }
    void operator()(const ir::Slice& op) const { slice(op, in, out); }
    void operator()(const ir::Gather& op) const { gather(op, in, out); }
    void operator()(const ir::GatherNd&) const { gather_nd(in, out); }
    void operator()(const ir::GatherElements& op) const { gather_elements(op, in, out); }
    void operator()(const ir::ScatterElements& op) const { scatter_elements(op, in, out); }
    void operator()(const ir::ScatterNd& op) const { scatter_nd(op, in, out); }
    void operator()(const ir::CumulativeSum& op) const { cumulative_sum(op, in, out); }
    void operator()(const ir::GridSample& op) const { grid_sample(op, in, out); }
    void operator()(const ir::TopK& op) const { top_k(op, in, out); }
    void operator()(const ir::TopPeaks& op) const { top_peaks(op, in, out); }
    void operator()(const ir::ArgMax& op) const { arg_max(op, in, out); }
    void operator()(const ir::Softmax&) const { softmax(in, out); }
};

}  // namespace

void run(const ir::Op& op, Inputs inputs, Outputs outputs) {
    std::visit(Runner{inputs, outputs}, op);
}

}  // namespace mosaic::reference
