#include <algorithm>

#include "reference/index_loop.h"
#include "reference/reference.h"

namespace mosaic::reference {

void multiply_matrices(const ir::MatMul& matmul, Inputs inputs, Outputs outputs) {
    const Shape& out = outputs[0].shape;
    const Shape& a_shape = inputs[0].shape();
    const Shape& b_shape = inputs[1].shape();
    const std::int64_t rows = out[out.rank() - 2];
    const std::int64_t columns = out[out.rank() - 1];
    const std::int64_t inner = a_shape[a_shape.rank() - (matmul.transpose_a ? 2 : 1)];
    const std::int64_t a_row = matmul.transpose_a ? 1 : inner;
    const std::int64_t a_step = matmul.transpose_a ? rows : 1;
    const std::int64_t b_column = matmul.transpose_b ? inner : 1;
    const std::int64_t b_step = matmul.transpose_b ? 1 : columns;
    const float* a = inputs[0].elements<float>().data();
    const float* b = inputs[1].elements<float>().data();
    float* y = outputs[0].elements<float>().data();

    const auto multiply = [&](const std::array<std::int64_t, 3>& at) {
        for (std::int64_t row = 0; row < rows; ++row) {
            for (std::int64_t column = 0; column < columns; ++column) {
                float sum =
                    matmul.has_bias ? inputs[2].elements<float>()[static_cast<std::size_t>(column)] : 0.0F;
                const float* left = a + at[0] + row * a_row;
                const float* right = b + at[1] + column * b_column;
                for (std::int64_t k = 0; k < inner; ++k)
                    sum += left[k * a_step] * right[k * b_step];
                y[at[2] + row * columns + column] = activate(matmul.activation, sum);
            }
        }
    };
    // The two last dimensions are the matrices; the rest is broadcast.
    const Strides strides_a = broadcast_strides(a_shape, out);
    const Strides strides_b = broadcast_strides(b_shape, out);
    for_each_index<3>(out.sizes().first(out.rank() - 2), {strides_a, strides_b, row_major_strides(out)},
                      multiply);
}

}  // namespace mosaic::reference
