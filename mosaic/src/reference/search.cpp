// Operators that rank elements, and softmax.
#include <algorithm>
#include <cmath>

#include "invariant.h"
#include "reference/reference.h"
#include "shape_inference.h"

namespace mosaic::reference {

namespace {

// The index of the first element from `at` on that is greater than the bound, or the size. Most blocks hold
// none, which a loop without branches sees soon.
template <typename T>
std::size_t first_above(std::span<const T> values, std::size_t at, T bound) {
    constexpr std::size_t kBlock = 64;
    for (; at + kBlock <= values.size(); at += kBlock) {
        int above = 0;
        for (std::size_t i = 0; i < kBlock; ++i)
            above |= static_cast<int>(values[at + i] > bound);
        if (above != 0) break;
    }
    while (at < values.size() && !(values[at] > bound))
        ++at;
    return at;
}

// Keeps the k best seen so far at the front of `values` and `indices`, as a heap with the worst on top; no
// memory of its own, one pass over the row.
//
// `rated(i)` is element i as it counts; it never exceeds `limits[i]`, or zero if that is less.
template <typename T, typename Rated>
void top_of(std::span<const T> limits, Rated rated, std::span<T> values, std::span<std::int32_t> indices) {
    const auto better = [](T a, std::int32_t ia, T b, std::int32_t ib) {
        return a > b || (a == b && ia < ib);
    };
    const auto sift_down = [&](std::size_t hole, std::size_t size) {
        while (true) {
            std::size_t child = 2 * hole + 1;
            if (child >= size) return;
            if (child + 1 < size &&
                better(values[child], indices[child], values[child + 1], indices[child + 1])) {
                ++child;
            }
            if (!better(values[hole], indices[hole], values[child], indices[child])) return;
            std::swap(values[hole], values[child]);
            std::swap(indices[hole], indices[child]);
            hole = child;
        }
    };
    const std::size_t k = values.size();
    if (k == 0) return;
    for (std::size_t i = 0; i < k; ++i) {
        values[i] = rated(i);
        indices[i] = static_cast<std::int32_t>(i);
    }
    for (std::size_t i = k / 2; i-- > 0;)
        sift_down(i, k);
    for (std::size_t i = k; i < limits.size(); ++i) {
        if (!(values[0] < T{0})) i = first_above(limits, i, values[0]);
        if (i == limits.size()) break;
        const T value = rated(i);
        if (!(value > values[0])) continue;  // of equals the first stays
        values[0] = value;
        indices[0] = static_cast<std::int32_t>(i);
        sift_down(0, k);
    }
    for (std::size_t size = k; size > 1; --size) {  // heap sort: the worst goes to the end
        std::swap(values[0], values[size - 1]);
        std::swap(indices[0], indices[size - 1]);
        sift_down(0, size - 1);
    }
}

template <typename T>
void top_k_of(const ir::TopK& top, Inputs inputs, Outputs outputs) {
    const Shape& in = inputs[0].shape();
    const auto row = static_cast<std::size_t>(in[in.rank() - 1]);
    const auto k = static_cast<std::size_t>(top.k);
    const auto x = inputs[0].elements<T>();
    const auto values = outputs[0].elements<T>();
    const auto indices = outputs[1].elements<std::int32_t>();
    const std::size_t rows = row == 0 ? 0 : x.size() / row;
    for (std::size_t i = 0; i < rows; ++i) {
        const auto element = [&](std::size_t at) { return x[i * row + at]; };
        top_of<T>(x.subspan(i * row, row), element, values.subspan(i * k, k), indices.subspan(i * k, k));
    }
}

template <typename T>
void arg_max_of(const ir::ArgMax& arg_max, Inputs inputs, Outputs outputs) {
    const Shape& in = inputs[0].shape();
    const auto axis = ir::resolve_axis(arg_max.axis, in.rank());
    MOSAIC_ASSERT(axis.has_value());
    const auto x = inputs[0].elements<T>();
    const auto y = outputs[0].elements<std::int32_t>();
    std::size_t inner = 1;
    for (std::size_t i = *axis + 1; i < in.rank(); ++i)
        inner *= static_cast<std::size_t>(in[i]);
    const auto count = static_cast<std::size_t>(in[*axis]);
    for (std::size_t at = 0; at < y.size(); ++at) {
        const std::size_t first = at / inner * inner * count + at % inner;
        std::size_t best = 0;
        for (std::size_t i = 1; i < count; ++i) {
            if (x[first + i * inner] > x[first + best * inner]) best = i;
        }
        y[at] = static_cast<std::int32_t>(best);
    }
}

}  // namespace

void top_k(const ir::TopK& top, Inputs inputs, Outputs outputs) {
    if (inputs[0].type() == DataType::kFloat32) {
        top_k_of<float>(top, inputs, outputs);
    } else {
        top_k_of<std::int32_t>(top, inputs, outputs);
    }
}

void top_peaks(const ir::TopPeaks& top, Inputs inputs, Outputs outputs) {
    const Shape& in = inputs[0].shape();
    const std::int64_t rows = in[1], columns = in[2], channels = in[3];
    const auto x = inputs[0].elements<float>();
    const std::int64_t before_y = (top.size_y - 1) / 2, before_x = (top.size_x - 1) / 2;
    const auto rated = [&](std::size_t at) {
        const auto pixel = static_cast<std::int64_t>(at) / channels;
        const std::int64_t y = pixel / columns, column = pixel % columns;
        const std::int64_t y0 = std::max<std::int64_t>(y - before_y, 0);
        const std::int64_t x0 = std::max<std::int64_t>(column - before_x, 0);
        const std::int64_t y1 = std::min(y - before_y + top.size_y, rows);
        const std::int64_t x1 = std::min(column - before_x + top.size_x, columns);
        for (std::int64_t iy = y0; iy < y1; ++iy) {
            for (std::int64_t ix = x0; ix < x1; ++ix) {
                const std::int64_t other =
                    (iy * columns + ix) * channels + static_cast<std::int64_t>(at) % channels;
                if (x[static_cast<std::size_t>(other)] > x[at]) return 0.0F;
            }
        }
        return x[at];
    };
    top_of<float>(x, rated, outputs[0].elements<float>(), outputs[1].elements<std::int32_t>());
}

void arg_max(const ir::ArgMax& arg_max, Inputs inputs, Outputs outputs) {
    if (inputs[0].type() == DataType::kFloat32) {
        arg_max_of<float>(arg_max, inputs, outputs);
    } else {
        arg_max_of<std::int32_t>(arg_max, inputs, outputs);
    }
}

void softmax(Inputs inputs, Outputs outputs) {
    const Shape& in = inputs[0].shape();
    const auto size = static_cast<std::size_t>(in[in.rank() - 1]);
    const auto x = inputs[0].elements<float>();
    const auto y = outputs[0].elements<float>();
    for (std::size_t first = 0; size > 0 && first < x.size(); first += size) {
        const auto row = x.subspan(first, size);
        // Subtracting the largest keeps exp() from overflowing and changes nothing else.
        const float largest = *std::max_element(row.begin(), row.end());
        float sum = 0;
        for (std::size_t i = 0; i < size; ++i)
            sum += y[first + i] = std::exp(row[i] - largest);
        for (std::size_t i = 0; i < size; ++i)
            y[first + i] /= sum;
    }
}

}  // namespace mosaic::reference
