// Convolutions and products of matrices.
#include <algorithm>

#include "invariant.h"
#include "onednn/backend.h"

namespace mosaic::onednn {

namespace {

using dnnl::memory;
using Forward = dnnl::convolution_forward;

constexpr auto kF32 = memory::data_type::f32;

// The weights as they lie in the file.
memory::desc given_weights(const Shape& weights, bool depthwise, std::int64_t groups) {
    const std::int64_t rows = weights[0], columns = weights[1], in = weights[2], out = weights[3];
    if (!depthwise && groups > 1) {
        const std::int64_t own = out / groups;
        return {
            {groups, own, in, rows, columns}, kF32, memory::dims{own, 1, out, columns * in * out, in * out}};
    }
    if (!depthwise) return {{out, in, rows, columns}, kF32, memory::format_tag::hwio};
    // Groups of one input channel: element (group, out, in, row, column).
    return {{in, out, 1, rows, columns}, kF32, memory::dims{out, 1, 1, columns * in * out, in * out}};
}

memory::desc with_any_layout(const memory::desc& desc) {
    return {desc.dims(), kF32, memory::format_tag::any};
}

// The constant weights in the layout that the primitive wants, reordered now.
Result<BufferId> prepare_weights(OneDnnBackend& backend, Lowering& lowering, const ir::Value& value,
                                 const memory::desc& given, const memory::desc& wanted) {
    const auto elements = static_cast<std::int64_t>(wanted.get_size() / sizeof(float));
    MOSAIC_TRY_ASSIGN(Tensor reordered, Tensor::create(DataType::kFloat32, {elements}));
    memory from(given, backend.engine(), const_cast<std::byte*>(value.constant->bytes().data()));
    memory to(wanted, backend.engine(), reordered.bytes().data());
    dnnl::stream stream(backend.engine());
    dnnl::reorder(from, to).execute(stream, from, to);
    stream.wait();
    return lowering.program().add_constant(std::make_shared<const Tensor>(std::move(reordered)));
}

// How the residual gets in.
enum class Residual : std::uint8_t {
    kNone,
    kInPlace,   // it lies where the result goes
    kSeparate,  // read from memory of its own
};

struct Plan {
    const ir::Node* node = nullptr;
    const ir::Conv2d* conv = nullptr;
    bool depthwise = false;
    ir::Window2d window;
    Residual residual = Residual::kNone;
    Picture residual_picture;
};

Forward::primitive_desc describe(const OneDnnBackend& backend, const Plan& plan, const memory::desc& source,
                                 const memory::desc& weights, const memory::dims& bias,
                                 const memory::desc& result) {
    const ir::Conv2d& conv = *plan.conv;
    dnnl::post_ops post_ops;
    if (plan.residual == Residual::kInPlace) post_ops.append_sum(1.0F);
    if (plan.residual == Residual::kSeparate) {
        post_ops.append_binary(dnnl::algorithm::binary_add, plan.residual_picture.desc);
    }
    const bool possible = append_activation(post_ops, conv.activation);
    MOSAIC_ASSERT(possible);
    const memory::dims strides{conv.stride_y, conv.stride_x};
    const memory::dims dilations{conv.dilation_y - 1, conv.dilation_x - 1};
    const memory::dims before{plan.window.y.pad_before, plan.window.x.pad_before};
    const memory::dims after{plan.window.y.pad_after, plan.window.x.pad_after};
    const auto direct = dnnl::algorithm::convolution_direct;
    const auto inference = dnnl::prop_kind::forward_inference;
    const Forward::desc description =
        bias.empty()
            ? Forward::desc(inference, direct, source, weights, result, strides, dilations, before, after)
            : Forward::desc(inference, direct, source, weights,
                            memory::desc(bias, kF32, memory::format_tag::x), result, strides, dilations,
                            before, after);
    return {description, make_attributes(post_ops), backend.engine()};
}

// Decides how the residual is added; may publish a reordered one.
Result<void> plan_residual(OneDnnBackend& backend, Lowering& lowering, std::size_t index,
                           const memory::desc& result, Plan& plan) {
    if (!plan.conv->has_residual) return {};
    const ir::ValueId id = plan.node->inputs[plan.conv->residual_index()];
    MOSAIC_TRY_ASSIGN(plan.residual_picture, backend.picture_as(lowering, id, result));
    const Program& program = lowering.program();
    const Buffer& base = program.buffer(program.root(plan.residual_picture.buffer));
    // Overwriting is safe when nobody reads the residual later; a part of a joined tensor is read with the
    // whole.
    const bool own = program.buffer(plan.residual_picture.buffer).parent == kNoBuffer;
    const bool free = lowering.last_use(id, index) && !lowering.existing_plain(id) && own && !base.is_input &&
                      base.constant == nullptr && plan.node->inputs[0] != id &&
                      !backend.is_part(plan.node->outputs[0]);
    plan.residual = free ? Residual::kInPlace : Residual::kSeparate;
    return {};
}

// The source times its scale: a step of its own, since oneDNN's convolutions don't scale.
Result<Picture> scaled_source(OneDnnBackend& backend, Lowering& lowering, const ir::Node& node,
                              const ir::Conv2d& conv) {
    MOSAIC_TRY_ASSIGN(const Picture source, backend.any_picture(lowering, node.inputs[0]));
    if (!conv.has_input_scale) return source;
    MOSAIC_TRY_ASSIGN(const Picture scale, backend.any_picture(lowering, node.inputs[conv.scale_index()]));
    const dnnl::binary::desc wish(dnnl::algorithm::binary_mul, source.desc, scale.desc, source.desc);
    const dnnl::binary::primitive_desc description(wish, make_attributes({}), backend.engine());
    const Picture product{source.desc, lowering.program().add_buffer(source.desc.get_size())};
    backend.add_primitive(lowering, node, "Multiply", description, dnnl::binary(description),
                          {{DNNL_ARG_SRC_0, source.desc}, {DNNL_ARG_SRC_1, scale.desc}},
                          {source.buffer, scale.buffer}, {{DNNL_ARG_DST, product.desc}}, {product.buffer});
    return product;
}

// Steps and zeros as networks have them: oneDNN counts in 32 bits within its kernels.
bool is_usual(const ir::Conv2d& conv, const ir::Window2d& window) {
    constexpr std::int64_t kMost = 4096;
    return std::max({conv.stride_y, conv.stride_x, conv.dilation_y, conv.dilation_x, window.y.pad_before,
                     window.y.pad_after, window.x.pad_before, window.x.pad_after}) <= kMost;
}

}  // namespace

Result<bool> lower_convolution(OneDnnBackend& backend, Lowering& lowering, std::size_t index) {
    const ir::Graph& graph = lowering.graph();
    const ir::Node& node = graph.nodes[index];
    Plan plan;
    plan.node = &node;
    plan.depthwise = std::holds_alternative<ir::DepthwiseConv2d>(node.op);
    plan.conv =
        plan.depthwise ? &std::get<ir::DepthwiseConv2d>(node.op).conv : &std::get<ir::Conv2d>(node.op);
    const ir::Value& weights = graph.value(node.inputs[1]);
    if (!weights.constant) return false;
    const Shape& in = graph.value(node.inputs[0]).shape;
    const Shape& out = graph.value(node.outputs[0]).shape;
    MOSAIC_TRY_ASSIGN(plan.window, ir::slide(*plan.conv, in, weights.shape));
    if (!is_usual(*plan.conv, plan.window)) return false;

    const memory::desc given = given_weights(weights.shape, plan.depthwise, plan.conv->groups);
    const memory::dims bias = plan.conv->has_bias ? memory::dims{out[3]} : memory::dims{};
    const memory::desc any_result(dims_of(out), kF32, memory::format_tag::any);
    MOSAIC_TRY_ASSIGN(const Picture have, scaled_source(backend, lowering, node, *plan.conv));
    // A picture that is blocked already stays so; from a row-major one oneDNN chooses.
    const bool blocked = backend.has_picture(node.inputs[0]) || plan.conv->has_input_scale;
    const memory::desc source_wish = blocked ? have.desc : with_any_layout(have.desc);
    auto description = describe(backend, plan, source_wish, with_any_layout(given), bias, any_result);
    if (plan.conv->has_residual) {
        const memory::desc result = description.dst_desc();
        MOSAIC_TRY(plan_residual(backend, lowering, index, result, plan));
        description = describe(backend, plan, source_wish, with_any_layout(given), bias, result);
    }

    Picture source = have;
    if (have.desc != description.src_desc()) {
        MOSAIC_TRY_ASSIGN(source, backend.picture_as(lowering, node.inputs[0], description.src_desc()));
    }
    MOSAIC_TRY_ASSIGN(const BufferId prepared,
                      prepare_weights(backend, lowering, weights, given, description.weights_desc()));
    std::vector<Argument> read_arguments{{DNNL_ARG_SRC, source.desc},
                                         {DNNL_ARG_WEIGHTS, description.weights_desc()}};
    std::vector<BufferId> reads{source.buffer, prepared};
    if (plan.conv->has_bias) {
        MOSAIC_TRY_ASSIGN(const BufferId buffer, lowering.plain(node.inputs[2]));
        read_arguments.push_back({DNNL_ARG_BIAS, description.bias_desc()});
        reads.push_back(buffer);
    }
    Picture result;
    if (plan.residual == Residual::kInPlace) {
        const std::size_t bytes = description.dst_desc().get_size();
        result = {description.dst_desc(),
                  lowering.program().add_part(plan.residual_picture.buffer, 0, bytes)};
        backend.publish(node.outputs[0], result);
    } else {
        result = backend.make_picture(lowering, node.outputs[0], description.dst_desc());
        if (plan.residual == Residual::kSeparate) {
            read_arguments.push_back(
                {DNNL_ARG_ATTR_MULTIPLE_POST_OP(0) | DNNL_ARG_SRC_1, plan.residual_picture.desc});
            reads.push_back(plan.residual_picture.buffer);
        }
    }
    std::string op = ir::op_name(node.op);
    if (plan.conv->has_residual) op += "+residual";
    if (plan.conv->activation.kind != ir::ActivationKind::kNone)
        op.append("+").append(to_string(plan.conv->activation));
    backend.add_primitive(lowering, node, op, description, Forward(description), std::move(read_arguments),
                          std::move(reads), {{DNNL_ARG_DST, result.desc}}, {result.buffer});
    return true;
}

Result<bool> lower_matmul(OneDnnBackend& backend, Lowering& lowering, const ir::Node& node) {
    const auto& matmul = std::get<ir::MatMul>(node.op);
    const ir::Graph& graph = lowering.graph();
    const Shape& a = graph.value(node.inputs[0]).shape;
    const Shape& b = graph.value(node.inputs[1]).shape;
    const Shape& out = graph.value(node.outputs[0]).shape;
    if (a.rank() != 2 || b.rank() != 2 || out.element_count() == 0 || a.element_count() == 0) return false;
    const auto matrix = [](const Shape& shape, bool transposed) {
        const memory::dims sizes =
            transposed ? memory::dims{shape[1], shape[0]} : memory::dims{shape[0], shape[1]};
        return memory::desc(sizes, kF32, transposed ? memory::format_tag::ba : memory::format_tag::ab);
    };
    dnnl::post_ops post_ops;
    if (!append_activation(post_ops, matmul.activation)) return false;
    const memory::desc left = matrix(a, matmul.transpose_a);
    const memory::desc right = matrix(b, matmul.transpose_b);
    const memory::desc bias({1, out[1]}, kF32, memory::format_tag::ab);
    const memory::desc result = matrix(out, false);
    const dnnl::matmul::desc wish = matmul.has_bias ? dnnl::matmul::desc(left, right, bias, result)
                                                    : dnnl::matmul::desc(left, right, result);
    const dnnl::matmul::primitive_desc description(wish, make_attributes(post_ops), backend.engine());

    std::vector<Argument> read_arguments{{DNNL_ARG_SRC, left}, {DNNL_ARG_WEIGHTS, right}};
    if (matmul.has_bias) read_arguments.push_back({DNNL_ARG_BIAS, bias});
    std::vector<BufferId> reads;
    for (const ir::ValueId id : node.inputs) {
        MOSAIC_TRY_ASSIGN(const BufferId buffer, lowering.plain(id));
        reads.push_back(buffer);
    }
    const BufferId buffer = lowering.program().add_buffer(lowering.plain_bytes(node.outputs[0]));
    lowering.publish_plain(node.outputs[0], buffer);
    backend.add_primitive(lowering, node, "MatMul", description, dnnl::matmul(description),
                          std::move(read_arguments), std::move(reads), {{DNNL_ARG_DST, result}}, {buffer});
    return true;
}

}  // namespace mosaic::onednn
