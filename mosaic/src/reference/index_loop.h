// Walks over all indices of a shape in row-major order while keeping offsets into several tensors of other
// strides.
#pragma once

#include <array>
#include <cstdint>
#include <span>

#include "mosaic/tensor.h"

namespace mosaic::reference {

using Strides = std::array<std::int64_t, Shape::kRankMax>;

// Elements from one index to the next along each dimension of a row-major tensor.
inline Strides row_major_strides(const Shape& shape) {
    Strides strides{};
    std::int64_t stride = 1;
    for (std::size_t i = shape.rank(); i-- > 0;) {
        strides[i] = stride;
        stride *= shape[i];
    }
    return strides;
}

// Strides for reading `shape` as if it were broadcast to `to`: zero along dimensions of size 1.
inline Strides broadcast_strides(const Shape& shape, const Shape& to) {
    const Strides own = row_major_strides(shape);
    Strides strides{};
    const std::size_t shift = to.rank() - shape.rank();
    for (std::size_t i = 0; i < shape.rank(); ++i)
        strides[i + shift] = shape[i] == 1 ? 0 : own[i];
    return strides;
}

// Calls visit(offsets) once for each index; offsets[k] is the sum of index * strides[k].
template <std::size_t Count, typename Visit>
void for_each_index(std::span<const std::int64_t> sizes, const std::array<Strides, Count>& strides,
                    Visit visit) {
    for (const std::int64_t size : sizes) {
        if (size == 0) return;
    }
    std::array<std::int64_t, Shape::kRankMax> index{};
    std::array<std::int64_t, Count> offsets{};
    while (true) {
        visit(offsets);
        std::size_t axis = sizes.size();
        while (true) {
            if (axis == 0) return;
            --axis;
            for (std::size_t k = 0; k < Count; ++k)
                offsets[k] += strides[k][axis];
            if (++index[axis] < sizes[axis]) break;
            for (std::size_t k = 0; k < Count; ++k)
                offsets[k] -= strides[k][axis] * sizes[axis];
            index[axis] = 0;
        }
    }
}

}  // namespace mosaic::reference
