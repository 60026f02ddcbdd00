// How shapes follow from one another: axes, broadcasting, reductions, strided slices.
#pragma once

#include <vector>

#include "ir.h"

namespace mosaic::ir {

// 0 <= result < rank; negative axes count from the end.
[[nodiscard]] Result<std::size_t> resolve_axis(std::int64_t axis, std::size_t rank);
// As NumPy.
[[nodiscard]] Result<Shape> broadcast(const Shape& a, const Shape& b);
// One flag for each dimension.
[[nodiscard]] Result<std::vector<bool>> reduced_dimensions(const Reduce& reduce, std::size_t rank);

// A strided slice with masks and negative numbers worked out.
struct ResolvedSlice {
    std::vector<std::int64_t> begin, stride, size;  // of each dimension of the input
    Shape output;                                   // dimensions added and removed
};
[[nodiscard]] Result<ResolvedSlice> resolve(const StridedSlice& slice, const Shape& input);

}  // namespace mosaic::ir
