#include "shape_rules.h"

#include <algorithm>

namespace mosaic::ir {

Result<std::size_t> resolve_axis(std::int64_t axis, std::size_t rank) {
    const auto limit = static_cast<std::int64_t>(rank);
    if (axis < -limit || axis >= limit) {
        return failure("has axis " + std::to_string(axis) + " of a tensor of rank " + std::to_string(rank));
    }
    return static_cast<std::size_t>(axis < 0 ? axis + limit : axis);
}

Result<Shape> broadcast(const Shape& a, const Shape& b) {
    const std::size_t rank = std::max(a.rank(), b.rank());
    std::vector<std::int64_t> out(rank, 1);
    for (std::size_t i = 0; i < rank; ++i) {
        const std::int64_t size_a = i < a.rank() ? a[a.rank() - 1 - i] : 1;
        const std::int64_t size_b = i < b.rank() ? b[b.rank() - 1 - i] : 1;
        if (size_a != size_b && size_a != 1 && size_b != 1) {
            return failure("can't broadcast " + a.to_string() + " and " + b.to_string());
        }
        out[rank - 1 - i] = size_a == 1 ? size_b : size_a;
    }
    return Shape::create(out);
}

std::vector<ReshapeSize> follow_input(const Shape& in, const Shape& out, Change change) {
    std::vector<ReshapeSize> sizes;
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
        const bool leads = change == Change::kBatch && first_out == 0;
        if (product_in == product_out && product_out > 0 && (o - first_out == 1 || leads)) {
            sizes.push_back({ReshapeSize::kProduct, first_in, i, product_out / out[first_out]});
        } else {
            sizes.push_back({out[first_out], 0, 0});
        }
        for (std::size_t k = first_out + 1; k < o; ++k)
            sizes.push_back({out[k], 0, 0});
    }
    return sizes;
}

Result<Flags> reduced_dimensions(const Reduce& reduce, std::size_t rank) {
    Flags reduced;
    for (const std::int64_t number : reduce.axes) {
        MOSAIC_TRY_ASSIGN(const std::size_t axis, resolve_axis(number, rank));
        reduced[axis] = true;
    }
    return reduced;
}

Result<ResolvedSlice> resolve(const StridedSlice& slice, const Shape& input) {
    const std::size_t count = slice.begin.size();
    if (slice.end.size() != count || slice.strides.size() != count || count > Shape::kRankMax) {
        return failure("has begin, end and strides of unlike length");
    }
    const auto bit = [](std::uint32_t mask, std::size_t i) { return ((mask >> i) & 1U) != 0; };
    // Dimensions of the input that the specification names; an ellipsis stands for the rest.
    std::size_t named = 0;
    std::size_t ellipses = 0;
    for (std::size_t i = 0; i < count; ++i) {
        if (bit(slice.ellipsis_mask, i)) {
            ++ellipses;
        } else if (!bit(slice.new_axis_mask, i)) {
            ++named;
        }
    }
    if (ellipses > 1) return failure("has two ellipses");
    if (named > input.rank()) return failure("slices more dimensions than " + input.to_string() + " has");

    ResolvedSlice resolved;
    ShortList out;
    const auto take_whole = [&] {
        const std::size_t axis = resolved.begin.size();
        resolved.begin.push_back(0);
        resolved.stride.push_back(1);
        resolved.size.push_back(input[axis]);
        out.push_back(input[axis]);
    };
    for (std::size_t i = 0; i < count; ++i) {
        if (bit(slice.ellipsis_mask, i)) {
            for (std::size_t rest = input.rank() - named; rest > 0; --rest)
                take_whole();
            continue;
        }
        if (bit(slice.new_axis_mask, i)) {
            out.push_back(1);
            continue;
        }
        const std::int64_t size = input[resolved.begin.size()];
        const std::int64_t stride = slice.strides[i];
        if (stride == 0 || stride < -Shape::kElementsMax || stride > Shape::kElementsMax) {
            return failure("has stride " + std::to_string(stride));
        }
        const auto from_end = [size](std::int64_t index) { return index < 0 ? index + size : index; };
        if (bit(slice.shrink_axis_mask, i)) {
            const std::int64_t index = from_end(slice.begin[i]);
            if (index < 0 || index >= size) return failure("takes an index outside " + input.to_string());
            resolved.begin.push_back(index);
            resolved.stride.push_back(1);
            resolved.size.push_back(1);
            continue;
        }
        const std::int64_t low = stride > 0 ? 0 : -1;
        const std::int64_t high = stride > 0 ? size : size - 1;
        std::int64_t begin = stride > 0 ? 0 : size - 1;
        std::int64_t end = stride > 0 ? size : -1;
        if (!bit(slice.begin_mask, i)) begin = std::clamp(from_end(slice.begin[i]), low, high);
        if (!bit(slice.end_mask, i)) end = std::clamp(from_end(slice.end[i]), low, high);
        const std::int64_t span = stride > 0 ? end - begin : begin - end;
        const std::int64_t step = stride > 0 ? stride : -stride;
        const std::int64_t taken = span > 0 ? (span + step - 1) / step : 0;
        resolved.begin.push_back(begin);
        resolved.stride.push_back(stride);
        resolved.size.push_back(taken);
        out.push_back(taken);
    }
    while (resolved.begin.size() < input.rank())
        take_whole();
    MOSAIC_TRY_ASSIGN(resolved.output, Shape::create(out));
    return resolved;
}

}  // namespace mosaic::ir
