// The readable kernels: one for every operator, plain loops over row-major NHWC tensors, no instruction set.
// They define what mosaic computes; faster kernels are tested against them. Shapes and types are those of
// shape inference, so nothing is checked again here.
#pragma once

#include <span>

#include "ir.h"

namespace mosaic::reference {

// A tensor that a kernel writes; the memory is somebody else's.
struct MutableView {
    DataType type = DataType::kFloat32;
    Shape shape;
    std::byte* data = nullptr;

    template <typename T>
    [[nodiscard]] std::span<T> elements() const {
        return {reinterpret_cast<T*>(data), static_cast<std::size_t>(shape.element_count())};
    }
};

using Inputs = std::span<const TensorView>;
using Outputs = std::span<const MutableView>;

// Runs any operator.
void run(const ir::Op& op, Inputs inputs, Outputs outputs);

// One activation of one number: the formulas are beside ir::ActivationKind.
[[nodiscard]] float activate(const ir::Activation& activation, float x);

// One function for each family of operators; see the operator's comment in ir.h.
void convolve(const ir::Conv2d& conv, Inputs inputs, Outputs outputs);
void convolve_depthwise(const ir::Conv2d& conv, Inputs inputs, Outputs outputs);
void convolve_transposed(const ir::ConvTranspose2d& conv, Inputs inputs, Outputs outputs);
void multiply_matrices(const ir::MatMul& matmul, Inputs inputs, Outputs outputs);
void pool(const ir::Pool& pool, Inputs inputs, Outputs outputs);
void activate(const ir::Activation& activation, Inputs inputs, Outputs outputs);
void unary(const ir::Unary& unary, Inputs inputs, Outputs outputs);
void binary(const ir::Binary& binary, Inputs inputs, Outputs outputs);
void cast(Inputs inputs, Outputs outputs);
void reduce(const ir::Reduce& reduce, Inputs inputs, Outputs outputs);
void resize(const ir::Resize& resize, Inputs inputs, Outputs outputs);
void copy(Inputs inputs, Outputs outputs);
void broadcast(Inputs inputs, Outputs outputs);
void select(Inputs inputs, Outputs outputs);
void concat(const ir::Concat& concat, Inputs inputs, Outputs outputs);
void pack(const ir::Pack& pack, Inputs inputs, Outputs outputs);
void unpack(const ir::Unpack& unpack, Inputs inputs, Outputs outputs);
void transpose(const ir::Transpose& transpose, Inputs inputs, Outputs outputs);
void pad(const ir::Pad& pad, Inputs inputs, Outputs outputs);
void strided_slice(const ir::StridedSlice& slice, Inputs inputs, Outputs outputs);
void slice(const ir::Slice& slice, Inputs inputs, Outputs outputs);
// An index outside is moved to the nearest end.
void gather(const ir::Gather& gather, Inputs inputs, Outputs outputs);
void gather_nd(Inputs inputs, Outputs outputs);
void gather_elements(const ir::GatherElements& gather, Inputs inputs, Outputs outputs);
void scatter_elements(const ir::ScatterElements& scatter, Inputs inputs, Outputs outputs);
void scatter_nd(const ir::ScatterNd& scatter, Inputs inputs, Outputs outputs);
void cumulative_sum(const ir::CumulativeSum& sum, Inputs inputs, Outputs outputs);
void grid_sample(const ir::GridSample& sample, Inputs inputs, Outputs outputs);
void top_k(const ir::TopK& top, Inputs inputs, Outputs outputs);
void top_peaks(const ir::TopPeaks& top, Inputs inputs, Outputs outputs);
void arg_max(const ir::ArgMax& arg_max, Inputs inputs, Outputs outputs);
void softmax(Inputs inputs, Outputs outputs);

}  // namespace mosaic::reference
