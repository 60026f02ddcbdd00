// Pools, means of pictures, and operators element by element.
#include <algorithm>

#include "onednn/backend.h"
#include "shape_inference.h"

namespace mosaic::onednn {

namespace {

using dnnl::memory;
using Pooling = dnnl::pooling_v2_forward;

constexpr auto kF32 = memory::data_type::f32;

// Rounds the mean over all pixels, or the pool, to a primitive.
struct PoolSizes {
    dnnl::algorithm algorithm = dnnl::algorithm::pooling_max;
    memory::dims size, strides, before, after;
};

Result<bool> add_pool(OneDnnBackend& backend, Lowering& lowering, const ir::Node& node,
                      const PoolSizes& sizes) {
    const Shape& out = lowering.graph().value(node.outputs[0]).shape;
    const memory::dims channels_first{out[0], out[out.rank() - 1], out.rank() == 4 ? out[1] : 1,
                                      out.rank() == 4 ? out[2] : 1};
    MOSAIC_TRY_ASSIGN(const Picture source, backend.any_picture(lowering, node.inputs[0]));
    const Pooling::desc wish(dnnl::prop_kind::forward_inference, sizes.algorithm, source.desc,
                             memory::desc(channels_first, kF32, memory::format_tag::any), sizes.strides,
                             sizes.size, {0, 0}, sizes.before, sizes.after);
    const Pooling::primitive_desc description(wish, make_attributes({}), backend.engine());
    const Picture result = backend.make_picture(lowering, node.outputs[0], description.dst_desc());
    backend.add_primitive(lowering, node, ir::op_name(node.op), description, Pooling(description),
                          {{DNNL_ARG_SRC, source.desc}}, {source.buffer}, {{DNNL_ARG_DST, result.desc}},
                          {result.buffer});
    return true;
}

}  // namespace

Result<bool> lower_pool(OneDnnBackend& backend, Lowering& lowering, const ir::Node& node) {
    const auto& pool = std::get<ir::Pool>(node.op);
    const Shape& in = lowering.graph().value(node.inputs[0]).shape;
    MOSAIC_TRY_ASSIGN(const ir::Window2d window, ir::slide(pool, in));
    const bool average = pool.kind == ir::PoolKind::kAverage;
    const bool more = pool.more_y > 0 || pool.more_x > 0;
    // oneDNN counts in 32 bits within its kernels.
    constexpr std::int64_t kMost = 4096;
    if (std::max({pool.size_y, pool.size_x, pool.stride_y, pool.stride_x}) > kMost) return false;
    if (average && pool.counts_padding && more) return false;  // some of the padding counts and some doesn't
    auto algorithm = dnnl::algorithm::pooling_max;
    if (average) {
        algorithm = pool.counts_padding ? dnnl::algorithm::pooling_avg_include_padding
                                        : dnnl::algorithm::pooling_avg_exclude_padding;
    }
    return add_pool(backend, lowering, node,
                    {algorithm,
                     {pool.size_y, pool.size_x},
                     {pool.stride_y, pool.stride_x},
                     {window.y.pad_before, window.x.pad_before},
                     {window.y.pad_after, window.x.pad_after}});
}

// The mean over rows and columns that keeps them as dimensions of size one.
Result<bool> lower_mean(OneDnnBackend& backend, Lowering& lowering, const ir::Node& node) {
    const auto& reduce = std::get<ir::Reduce>(node.op);
    const ir::Value& in = lowering.graph().value(node.inputs[0]);
    if (reduce.kind != ir::ReduceKind::kMean || !reduce.keep_dims || in.shape.rank() != 4) return false;
    MOSAIC_TRY_ASSIGN(const ir::Flags reduced, ir::reduced_dimensions(reduce, in.shape.rank()));
    constexpr ir::Flags kRowsAndColumns = 0b0110;
    if (reduced != kRowsAndColumns) return false;
    const std::int64_t rows = in.shape[1], columns = in.shape[2];
    return add_pool(
        backend, lowering, node,
        {dnnl::algorithm::pooling_avg_exclude_padding, {rows, columns}, {rows, columns}, {0, 0}, {0, 0}});
}

Result<bool> lower_activate(OneDnnBackend& backend, Lowering& lowering, const ir::Node& node) {
    const auto& activation = std::get<ir::Activate>(node.op).activation;
    if (!backend.has_picture(node.inputs[0])) return false;
    MOSAIC_TRY_ASSIGN(const Picture source, backend.any_picture(lowering, node.inputs[0]));
    // An identity with the activation after it: every activation is known as a post-operation.
    dnnl::post_ops post_ops;
    if (!append_activation(post_ops, activation)) return false;
    const dnnl::eltwise_forward::desc wish(dnnl::prop_kind::forward_inference,
                                           dnnl::algorithm::eltwise_linear, source.desc, 1.0F, 0.0F);
    const dnnl::eltwise_forward::primitive_desc description(wish, make_attributes(post_ops),
                                                            backend.engine());
    const Picture result = backend.make_picture(lowering, node.outputs[0], description.dst_desc());
    backend.add_primitive(lowering, node, "Activate " + to_string(activation), description,
                          dnnl::eltwise_forward(description), {{DNNL_ARG_SRC, source.desc}}, {source.buffer},
                          {{DNNL_ARG_DST, result.desc}}, {result.buffer});
    return true;
}

Result<bool> lower_binary(OneDnnBackend& backend, Lowering& lowering, const ir::Node& node) {
    const ir::Graph& graph = lowering.graph();
    dnnl::algorithm algorithm = dnnl::algorithm::undef;
    switch (std::get<ir::Binary>(node.op).kind) {
        case ir::BinaryKind::kAdd:
            algorithm = dnnl::algorithm::binary_add;
            break;
        case ir::BinaryKind::kMultiply:
            algorithm = dnnl::algorithm::binary_mul;
            break;
        case ir::BinaryKind::kMaximum:
            algorithm = dnnl::algorithm::binary_max;
            break;
        case ir::BinaryKind::kMinimum:
            algorithm = dnnl::algorithm::binary_min;
            break;
        default:
            return false;
    }
    // All of these commute: the larger operand first.
    ir::ValueId large = node.inputs[0];
    ir::ValueId small = node.inputs[1];
    const Shape& out = graph.value(node.outputs[0]).shape;
    if (graph.value(large).shape != out) std::swap(large, small);
    const Shape& small_shape = graph.value(small).shape;
    const bool scalar = small_shape.element_count() == 1;
    if (graph.value(large).shape != out || out.rank() != 4 || graph.value(large).type != DataType::kFloat32 ||
        !backend.has_picture(large) || (small_shape.rank() != 4 && !scalar)) {
        return false;
    }
    MOSAIC_TRY_ASSIGN(const Picture first, backend.any_picture(lowering, large));
    Picture second;
    if (scalar) {
        MOSAIC_TRY_ASSIGN(second.buffer, lowering.plain(small));
        second.desc = plain_desc({1, 1, 1, 1});
    } else {
        MOSAIC_TRY_ASSIGN(second, backend.any_picture(lowering, small));
        if (small_shape == out) {
            MOSAIC_TRY_ASSIGN(second, backend.picture_as(lowering, small, first.desc));
        }
    }
    const dnnl::binary::desc wish(algorithm, first.desc, second.desc, first.desc);
    const dnnl::binary::primitive_desc description(wish, make_attributes({}), backend.engine());
    const Picture result = backend.make_picture(lowering, node.outputs[0], description.dst_desc());
    backend.add_primitive(lowering, node, ir::op_name(node.op), description, dnnl::binary(description),
                          {{DNNL_ARG_SRC_0, first.desc}, {DNNL_ARG_SRC_1, second.desc}},
                          {first.buffer, second.buffer}, {{DNNL_ARG_DST, result.desc}}, {result.buffer});
    return true;
}

}  // namespace mosaic::onednn
