// Operators that only move elements.
#include <algorithm>
#include <cstring>

#include "invariant.h"
#include "reference/convert.h"
#include "reference/index_loop.h"
#include "reference/reference.h"
#include "shape_inference.h"

namespace mosaic::reference {

namespace {

std::int64_t product(std::span<const std::int64_t> sizes) {
    std::int64_t product = 1;
    for (const std::int64_t size : sizes)
        product *= size;
    return product;
}

void copy_bytes(std::byte* to, const std::byte* from, std::int64_t count) {
    if (count > 0) std::memcpy(to, from, static_cast<std::size_t>(count));
}

// y[i] = x[first + i . strides] for every index i of `sizes`, row-major in y.
void read_strided(const TensorView& x, std::int64_t first, std::span<const std::int64_t> sizes,
                  const Strides& strides, std::byte* y) {
    const std::size_t width = bytes_per_element(x.type());
    for_each_index<1>(sizes, {strides}, [&](const std::array<std::int64_t, 1>& offset) {
        std::memcpy(y, x.bytes().data() + static_cast<std::size_t>(first + offset[0]) * width, width);
        y += width;
    });
}

// Joins along `axis` where input i is seen as [outer, own, inner] elements.
void join(std::size_t axis, Inputs inputs, const MutableView& out) {
    const auto width = static_cast<std::int64_t>(bytes_per_element(out.type));
    const std::int64_t outer = product(out.shape.sizes().first(axis));
    std::byte* y = out.data;
    for (std::int64_t i = 0; i < outer; ++i) {
        for (const TensorView& input : inputs) {
            const std::int64_t chunk = product(input.shape().sizes().subspan(axis)) * width;
            copy_bytes(y, input.bytes().data() + i * chunk, chunk);
            y += chunk;
        }
    }
}

std::size_t axis_of(std::int64_t axis, std::size_t rank) {
    const auto resolved = ir::resolve_axis(axis, rank);
    MOSAIC_ASSERT(resolved.has_value());
    return *resolved;
}

}  // namespace

void copy(Inputs inputs, Outputs outputs) {
    if (inputs[0].bytes().data() == outputs[0].data) return;  // in place
    copy_bytes(outputs[0].data, inputs[0].bytes().data(),
               static_cast<std::int64_t>(inputs[0].bytes().size()));
}

void concat(const ir::Concat& concat, Inputs inputs, Outputs outputs) {
    join(axis_of(concat.axis, outputs[0].shape.rank()), inputs, outputs[0]);
}

void pack(const ir::Pack& pack, Inputs inputs, Outputs outputs) {
    join(axis_of(pack.axis, outputs[0].shape.rank()), inputs, outputs[0]);
}

void unpack(const ir::Unpack& unpack, Inputs inputs, Outputs outputs) {
    const Shape& in = inputs[0].shape();
    const std::size_t axis = axis_of(unpack.axis, in.rank());
    const std::int64_t outer = product(in.sizes().first(axis));
    const std::int64_t chunk = product(in.sizes().subspan(axis + 1)) *
                               static_cast<std::int64_t>(bytes_per_element(inputs[0].type()));
    const std::byte* x = inputs[0].bytes().data();
    for (std::int64_t i = 0; i < outer; ++i) {
        for (const MutableView& output : outputs) {
            copy_bytes(output.data + i * chunk, x, chunk);
            x += chunk;
        }
    }
}

void transpose(const ir::Transpose& transpose, Inputs inputs, Outputs outputs) {
    const Strides own = row_major_strides(inputs[0].shape());
    Strides strides{};
    for (std::size_t i = 0; i < transpose.order.size(); ++i) {
        strides[i] = own[static_cast<std::size_t>(transpose.order[i])];
    }
    read_strided(inputs[0], 0, outputs[0].shape.sizes(), strides, outputs[0].data);
}

void pad(const ir::Pad& pad, Inputs inputs, Outputs outputs) {
    const Shape& in = inputs[0].shape();
    const Strides strides = row_major_strides(outputs[0].shape);
    std::int64_t first = 0;
    for (std::size_t i = 0; i < in.rank(); ++i)
        first += pad.before[i] * strides[i];
    const auto spread = [&](auto x, auto y) {
        using T = typename decltype(y)::value_type;
        std::fill(y.begin(), y.end(), convert<T>(pad.value));
        std::size_t at = 0;
        for_each_index<1>(in.sizes(), {strides}, [&](const std::array<std::int64_t, 1>& offset) {
            y[static_cast<std::size_t>(first + offset[0])] = x[at++];
        });
    };
    switch (inputs[0].type()) {
        case DataType::kFloat32:
            return spread(inputs[0].elements<float>(), outputs[0].elements<float>());
        case DataType::kInt32:
            return spread(inputs[0].elements<std::int32_t>(), outputs[0].elements<std::int32_t>());
        case DataType::kBool:
            return spread(inputs[0].elements<std::uint8_t>(), outputs[0].elements<std::uint8_t>());
    }
}

void strided_slice(const ir::StridedSlice& slice, Inputs inputs, Outputs outputs) {
    const auto resolved = ir::resolve(slice, inputs[0].shape());
    MOSAIC_ASSERT(resolved.has_value());
    const Strides own = row_major_strides(inputs[0].shape());
    Strides strides{};
    std::int64_t first = 0;
    for (std::size_t i = 0; i < resolved->begin.size(); ++i) {
        first += resolved->begin[i] * own[i];
        strides[i] = resolved->stride[i] * own[i];
    }
    read_strided(inputs[0], first, resolved->size, strides, outputs[0].data);
}

void slice(const ir::Slice& slice, Inputs inputs, Outputs outputs) {
    const Strides strides = row_major_strides(inputs[0].shape());
    std::int64_t first = 0;
    for (std::size_t i = 0; i < slice.begin.size(); ++i)
        first += slice.begin[i] * strides[i];
    read_strided(inputs[0], first, outputs[0].shape.sizes(), strides, outputs[0].data);
}

void gather(const ir::Gather& gather, Inputs inputs, Outputs outputs) {
    const Shape& in = inputs[0].shape();
    const std::size_t axis = axis_of(gather.axis, in.rank());
    const std::int64_t outer = product(in.sizes().first(axis));
    const std::int64_t chunk = product(in.sizes().subspan(axis + 1)) *
                               static_cast<std::int64_t>(bytes_per_element(inputs[0].type()));
    std::byte* y = outputs[0].data;
    for (std::int64_t i = 0; i < outer; ++i) {
        for (const std::int32_t index : inputs[1].elements<std::int32_t>()) {
            const std::int64_t taken = std::clamp<std::int64_t>(index, 0, in[axis] - 1);
            copy_bytes(y, inputs[0].bytes().data() + (i * in[axis] + taken) * chunk, chunk);
            y += chunk;
        }
    }
}

void gather_nd(Inputs inputs, Outputs outputs) {
    const Shape& in = inputs[0].shape();
    const Shape& indices = inputs[1].shape();
    const auto depth = static_cast<std::size_t>(indices[indices.rank() - 1]);
    const Strides strides = row_major_strides(in);
    const auto width = static_cast<std::int64_t>(bytes_per_element(inputs[0].type()));
    const std::int64_t chunk = product(in.sizes().subspan(depth)) * width;
    const std::int64_t count = product(indices.sizes().first(indices.rank() - 1));
    const auto numbers = inputs[1].elements<std::int32_t>();
    std::byte* y = outputs[0].data;
    for (std::int64_t i = 0; i < count; ++i, y += chunk) {
        std::int64_t at = 0;
        for (std::size_t d = 0; d < depth; ++d) {
            const std::int32_t index = numbers[static_cast<std::size_t>(i) * depth + d];
            at += std::clamp<std::int64_t>(index, 0, in[d] - 1) * strides[d];
        }
        copy_bytes(y, inputs[0].bytes().data() + at * width, chunk);
    }
}

}  // namespace mosaic::reference
