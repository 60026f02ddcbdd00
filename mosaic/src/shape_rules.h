// How shapes follow from one another: axes, broadcasting, reductions, strided slices.
#pragma once

#include <array>
#include <bitset>
#include <cstdint>
#include <span>
#include <vector>

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

// What changes when a network is used with other shapes than it was made for.
enum class Change : std::uint8_t {
    kPicture,  // any dimension
    kBatch,    // only the first dimension of its inputs
};
// The sizes of a Reshape that was made for `in` to `out`, following its input. Both shapes are split into the
// shortest runs of dimensions with equal products, from the left: [1,128,128,4] and [16384,4] into
// {1,128,128} = {16384} and {4} = {4}. Where a run has one dimension of the output, that dimension is the
// product of the run of the input; a run with several keeps its numbers, but of a change of the batch the
// first dimension of the first run takes it.
[[nodiscard]] std::vector<ReshapeSize> follow_input(const Shape& in, const Shape& out, Change change);

}  // namespace mosaic::ir
