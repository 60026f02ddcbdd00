// Operators that put elements at places that other elements name, and running sums.
#include <algorithm>
#include <cstring>
#include <limits>

#include "invariant.h"
#include "reference/index_loop.h"
#include "reference/reference.h"
#include "shape_inference.h"

namespace mosaic::reference {

namespace {

// Sums of integers that don't fit are the nearest end.
std::int32_t fitting(std::int64_t value) {
    return static_cast<std::int32_t>(std::clamp<std::int64_t>(value, std::numeric_limits<std::int32_t>::min(),
                                                              std::numeric_limits<std::int32_t>::max()));
}

void put(ir::ScatterKind kind, float& at, float update) {
    if (kind == ir::ScatterKind::kReplace) at = update;
    if (kind == ir::ScatterKind::kAdd) at += update;
    if (kind == ir::ScatterKind::kMultiply) at *= update;
}

void put(ir::ScatterKind kind, std::int32_t& at, std::int32_t update) {
    if (kind == ir::ScatterKind::kReplace) at = update;
    if (kind == ir::ScatterKind::kAdd) at = fitting(std::int64_t{at} + update);
    if (kind == ir::ScatterKind::kMultiply) at = fitting(std::int64_t{at} * update);
}

void put(ir::ScatterKind /*kind*/, std::uint8_t& at, std::uint8_t update) {
    at = update;
}

// Counted from the end if below zero; what lies outside is moved to the nearest end.
std::int64_t resolved(std::int32_t index, std::int64_t size) {
    return std::clamp<std::int64_t>(index < 0 ? index + size : index, 0, size - 1);
}

void start_from(const TensorView& values, const MutableView& result) {
    if (!values.bytes().empty()) std::memcpy(result.data, values.bytes().data(), values.bytes().size());
}

template <typename T>
void scatter_elements_of(const ir::ScatterElements& scatter, Inputs inputs, T* y) {
    const Shape& shape = inputs[0].shape();
    const auto axis = ir::resolve_axis(scatter.axis, shape.rank());
    MOSAIC_ASSERT(axis.has_value());
    Strides strides = row_major_strides(shape);
    const std::int64_t step = strides[*axis];
    strides[*axis] = 0;
    const auto indices = inputs[1].elements<std::int32_t>();
    const auto* updates = reinterpret_cast<const T*>(inputs[2].bytes().data());
    std::size_t at = 0;
    for_each_index<1>(inputs[1].shape().sizes(), {strides}, [&](const std::array<std::int64_t, 1>& base) {
        put(scatter.kind, y[base[0] + resolved(indices[at], shape[*axis]) * step], updates[at]);
        ++at;
    });
}

template <typename T>
void scatter_nd_of(const ir::ScatterNd& scatter, Inputs inputs, T* y) {
    const Shape& shape = inputs[0].shape();
    const Shape& indices = inputs[1].shape();
    const std::int64_t depth = indices[indices.rank() - 1];
    const Strides strides = row_major_strides(shape);
    std::int64_t chunk = 1;
    for (std::size_t i = static_cast<std::size_t>(depth); i < shape.rank(); ++i)
        chunk *= shape[i];
    std::int64_t count = 1;
    for (std::size_t i = 0; i + 1 < indices.rank(); ++i)
        count *= indices[i];
    const auto numbers = inputs[1].elements<std::int32_t>();
    const auto* updates = reinterpret_cast<const T*>(inputs[2].bytes().data());
    for (std::int64_t i = 0; i < count; ++i) {
        std::int64_t to = 0;
        for (std::int64_t d = 0; d < depth; ++d) {
            const auto axis = static_cast<std::size_t>(d);
            to += resolved(numbers[static_cast<std::size_t>(i * depth + d)], shape[axis]) * strides[axis];
        }
        for (std::int64_t k = 0; k < chunk; ++k)
            put(scatter.kind, y[to + k], updates[i * chunk + k]);
    }
}

template <typename T, typename Sum>
void cumulative_sum_of(const ir::CumulativeSum& how, Inputs inputs, Outputs outputs) {
    const Shape& shape = inputs[0].shape();
    const auto axis = ir::resolve_axis(how.axis, shape.rank());
    MOSAIC_ASSERT(axis.has_value());
    const auto x = inputs[0].elements<T>();
    const auto y = outputs[0].elements<T>();
    const auto size = static_cast<std::size_t>(shape[*axis]);
    const auto inner = static_cast<std::size_t>(row_major_strides(shape)[*axis]);
    const std::size_t lines = size == 0 ? 0 : x.size() / size;
    for (std::size_t line = 0; line < lines; ++line) {
        const std::size_t first = line / inner * inner * size + line % inner;
        Sum sum = 0;
        for (std::size_t i = 0; i < size; ++i) {
            const std::size_t at = first + (how.reverse ? size - 1 - i : i) * inner;
            const Sum before = sum;
            sum += x[at];
            const Sum made = how.exclusive ? before : sum;
            if constexpr (std::is_same_v<T, float>) {
                y[at] = made;
            } else {
                y[at] = fitting(made);
            }
        }
    }
}

}  // namespace

void scatter_elements(const ir::ScatterElements& scatter, Inputs inputs, Outputs outputs) {
    start_from(inputs[0], outputs[0]);
    if (inputs[0].type() == DataType::kFloat32)
        return scatter_elements_of(scatter, inputs, reinterpret_cast<float*>(outputs[0].data));
    if (inputs[0].type() == DataType::kInt32)
        return scatter_elements_of(scatter, inputs, reinterpret_cast<std::int32_t*>(outputs[0].data));
    scatter_elements_of(scatter, inputs, reinterpret_cast<std::uint8_t*>(outputs[0].data));
}

void scatter_nd(const ir::ScatterNd& scatter, Inputs inputs, Outputs outputs) {
    start_from(inputs[0], outputs[0]);
    if (inputs[0].type() == DataType::kFloat32)
        return scatter_nd_of(scatter, inputs, reinterpret_cast<float*>(outputs[0].data));
    if (inputs[0].type() == DataType::kInt32)
        return scatter_nd_of(scatter, inputs, reinterpret_cast<std::int32_t*>(outputs[0].data));
    scatter_nd_of(scatter, inputs, reinterpret_cast<std::uint8_t*>(outputs[0].data));
}

void cumulative_sum(const ir::CumulativeSum& sum, Inputs inputs, Outputs outputs) {
    if (inputs[0].type() == DataType::kFloat32) return cumulative_sum_of<float, float>(sum, inputs, outputs);
    cumulative_sum_of<std::int32_t, std::int64_t>(sum, inputs, outputs);
}

}  // namespace mosaic::reference
