#include <algorithm>
#include <limits>

#include "invariant.h"
#include "reference/convert.h"
#include "reference/index_loop.h"
#include "reference/reference.h"
#include "shape_inference.h"

namespace mosaic::reference {

namespace {

using ir::ReduceKind;

double combine(ReduceKind kind, double total, double x) {
    switch (kind) {
        case ReduceKind::kMean:
        case ReduceKind::kSum:
            return total + x;
        case ReduceKind::kMaximum:
            return std::max(total, x);
        case ReduceKind::kMinimum:
            return std::min(total, x);
        case ReduceKind::kProduct:
            return total * x;
    }
    return total;
}

double start(ReduceKind kind) {
    switch (kind) {
        case ReduceKind::kMaximum:
            return -std::numeric_limits<double>::infinity();
        case ReduceKind::kMinimum:
            return std::numeric_limits<double>::infinity();
        case ReduceKind::kProduct:
            return 1;
        default:
            return 0;
    }
}

// Totals are kept in double: sums of a whole picture stay exact to the last bits of a float.
template <typename T>
void reduce_of(const ir::Reduce& reduce, Inputs inputs, Outputs outputs) {
    const Shape& in = inputs[0].shape();
    const auto reduced = ir::reduced_dimensions(reduce, in.rank());
    MOSAIC_ASSERT(reduced.has_value());
    const Strides strides = row_major_strides(in);
    // Dimensions that stay and dimensions that go, each with its strides in the input.
    ir::ShortList kept, gone;
    Strides kept_strides{}, gone_strides{};
    for (std::size_t i = 0; i < in.rank(); ++i) {
        const bool goes = (*reduced)[i];
        (goes ? gone_strides[gone.size()] : kept_strides[kept.size()]) = strides[i];
        (goes ? gone : kept).push_back(in[i]);
    }
    double count = 1;
    for (const std::int64_t size : gone)
        count *= static_cast<double>(size);
    const auto x = inputs[0].elements<T>();
    const auto y = outputs[0].elements<T>();
    std::size_t at = 0;
    for_each_index<1>(kept, {kept_strides}, [&](const std::array<std::int64_t, 1>& base) {
        double total = start(reduce.kind);
        for_each_index<1>(gone, {gone_strides}, [&](const std::array<std::int64_t, 1>& offset) {
            total = combine(reduce.kind, total,
                            static_cast<double>(x[static_cast<std::size_t>(base[0] + offset[0])]));
        });
        if (reduce.kind == ReduceKind::kMean) total /= count;
        y[at++] = convert<T>(total);
    });
}

}  // namespace

void reduce(const ir::Reduce& reduce, Inputs inputs, Outputs outputs) {
    if (inputs[0].type() == DataType::kFloat32) {
        reduce_of<float>(reduce, inputs, outputs);
    } else {
        reduce_of<std::int32_t>(reduce, inputs, outputs);
    }
}

}  // namespace mosaic::reference
