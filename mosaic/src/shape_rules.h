// How shapes follow from one another: axes, broadcasting, reductions, strided slices.
#pragma once

#include <array>
#include <bitset>
#include <span>

#include "ir.h"

namespace mosaic::ir {

// 0 <= result < rank; negative axes count from the end.
[[nodiscard]] Result<std::size_t> resolve_axis(std::int64_t axis, std::size_t rank);
// As NumPy.
[[nodiscard]] Result<Shape> broadcast(const Shape& a, const Shape& b);
// One flag for each dimension.
using Flags = std::bitset<Shape::kRankMax>;
[[nodiscard]] Result<Flags> reduced_dimensions(const Reduce& reduce, std::size_t rank);

// A few numbers of dimensions. Takes no memory, so kernels may use it while they run.
class ShortList {
  public:
    void push_back(std::int64_t number) { numbers_.at(size_++) = number; }
    [[nodiscard]] std::size_t size() const { return size_; }
    std::int64_t operator[](std::size_t index) const { return numbers_[index]; }
    [[nodiscard]] const std::int64_t* begin() const { return numbers_.data(); }
    [[nodiscard]] const std::int64_t* end() const { return numbers_.data() + size_; }
    // NOLINTNEXTLINE(google-explicit-constructor): it is one
    operator std::span<const std::int64_t>() const { return {begin(), end()}; }

  private:
    // A slice's specification may add as many dimensions as a tensor has.
    std::array<std::int64_t, 2 * Shape::kRankMax> numbers_{};
    std::size_t size_ = 0;
};

// A strided slice with masks and negative numbers worked out.
struct ResolvedSlice {
    ShortList begin, stride, size;  // of each dimension of the input
    Shape output;                   // dimensions added and removed
};
[[nodiscard]] Result<ResolvedSlice> resolve(const StridedSlice& slice, const Shape& input);

}  // namespace mosaic::ir
