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

// y[i] = x[first + i . strides] for every index i of `sizes`, row-major in y. Rows of the last dimension are
// copied as such.
template <typename T>
void read_strided_of(const T* x, std::span<const std::int64_t> sizes, const Strides& strides, T* y) {
    if (sizes.empty()) {
        *y = *x;
        return;
    }
    const std::int64_t row = sizes.back();
    const std::int64_t step = strides[sizes.size() - 1];
    if (row == 0) return;
    for_each_index<1>(sizes.first(sizes.size() - 1), {strides},
                      [&](const std::array<std::int64_t, 1>& offset) {
                          const T* from = x + offset[0];
                          if (step == 1) {
                              std::copy(from, from + row, y);
                          } else {
                              for (std::int64_t i = 0; i < row; ++i)
                                  y[i] = from[i * step];
                          }
                          y += row;
                      });
}

void read_strided(const TensorView& x, std::int64_t first, std::span<const std::int64_t> sizes,
                  const Strides& strides, std::byte* y) {
    const std::byte* data = x.bytes().data();
    if (bytes_per_element(x.type()) == 1) {
        read_strided_of(data + first, sizes, strides, y);
    } else {
        // floats and 32-bit integers alike: only moved
        read_strided_of(reinterpret_cast<const std::uint32_t*>(data) + first, sizes, strides,
                        reinterpret_cast<std::uint32_t*>(y));
    }
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

void broadcast(Inputs inputs, Outputs outputs) {
    const Shape& out = outputs[0].shape;
    read_strided(inputs[0], 0, out.sizes(), broadcast_strides(inputs[0].shape(), out), outputs[0].data);
}

void select(Inputs inputs, Outputs outputs) {
    const Shape& out = outputs[0].shape;
    const std::size_t width = bytes_per_element(outputs[0].type);
    const auto condition = inputs[0].elements<std::uint8_t>();
    std::byte* y = outputs[0].data;
    const auto strides = [&](std::size_t input) { return broadcast_strides(inputs[input].shape(), out); };
    for_each_index<3>(out.sizes(), {strides(0), strides(1), strides(2)},
                      [&](const std::array<std::int64_t, 3>& at) {
                          const std::size_t side = condition[static_cast<std::size_t>(at[0])] != 0 ? 1 : 2;
                          const std::size_t from = static_cast<std::size_t>(at[side]) * width;
                          std::memcpy(y, inputs[side].bytes().data() + from, width);
                          y += width;
                      });
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

namespace {

// Every output element is a copy of the input's that mirroring, or moving into the picture, leads to.
void pad_with_picture(const ir::Pad& pad, const TensorView& x, const MutableView& out) {
    const Shape& in = x.shape();
    const Strides strides = row_major_strides(in);
    const std::size_t width = bytes_per_element(x.type());
    const auto offset = [&](std::size_t d, std::int64_t index) {
        std::int64_t at = index - pad.before[d];
        if (pad.mode == ir::PadMode::kReflect) {
            at = at < 0 ? -at : at;
            at = at >= in[d] ? 2 * (in[d] - 1) - at : at;
        }
        return std::clamp<std::int64_t>(at, 0, in[d] - 1) * strides[d];
    };
    std::array<std::int64_t, Shape::kRankMax> index{};
    std::byte* y = out.data;
    for (std::int64_t i = 0; i < out.shape.element_count(); ++i, y += width) {
        std::int64_t from = 0;
        for (std::size_t d = 0; d < in.rank(); ++d)
            from += offset(d, index[d]);
        std::memcpy(y, x.bytes().data() + static_cast<std::size_t>(from) * width, width);
        for (std::size_t d = in.rank(); d-- > 0;) {
            if (++index[d] < out.shape[d]) break;
            index[d] = 0;
        }
    }
}

}  // namespace

void pad(const ir::Pad& pad, Inputs inputs, Outputs outputs) {
    if (pad.mode != ir::PadMode::kConstant) return pad_with_picture(pad, inputs[0], outputs[0]);
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

void gather_elements(const ir::GatherElements& gather, Inputs inputs, Outputs outputs) {
    const Shape& in = inputs[0].shape();
    const std::size_t axis = axis_of(gather.axis, in.rank());
    Strides strides = row_major_strides(in);
    const std::int64_t step = strides[axis];
    strides[axis] = 0;
    const std::size_t width = bytes_per_element(inputs[0].type());
    const auto indices = inputs[1].elements<std::int32_t>();
    std::size_t at = 0;
    for_each_index<1>(outputs[0].shape.sizes(), {strides}, [&](const std::array<std::int64_t, 1>& base) {
        const std::int64_t index = indices[at] < 0 ? indices[at] + in[axis] : indices[at];
        const std::int64_t from = base[0] + std::clamp<std::int64_t>(index, 0, in[axis] - 1) * step;
        std::memcpy(outputs[0].data + at * width,
                    inputs[0].bytes().data() + static_cast<std::size_t>(from) * width, width);
        ++at;
    });
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
