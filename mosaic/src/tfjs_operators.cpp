#include "tfjs_operators.h"

#include <map>

namespace mosaic::tfjs {

namespace {

using ir::ActivationKind;
using ir::BinaryKind;
using ir::ReduceKind;
using ir::UnaryKind;

constexpr float kLeakyReluAlpha = 0.2F;  // TensorFlow's default

// ---- convolutions
// -------------------------------------------------------------------------------------------------

// The two middle numbers of a list for N, H, W, C; the outer ones must be 1.
Result<std::pair<std::int64_t, std::int64_t>> picture_pair(const NodeContext& node, const char* key) {
    MOSAIC_TRY_ASSIGN(const auto list, node.attributes().integers(key));
    if (list.empty()) return std::pair<std::int64_t, std::int64_t>{1, 1};
    if (list.size() != 4 || list[0] != 1 || list[3] != 1) {
        return node.wrong("attribute " + std::string(key) + " must be a list of four with 1 first and last");
    }
    return std::pair{list[1], list[2]};
}

Result<void> expect_nhwc(const NodeContext& node) {
    MOSAIC_TRY_ASSIGN(const std::string format, node.attributes().text("data_format", "NHWC"));
    if (format != "NHWC") return node.wrong("data format " + format + " isn't supported");
    return {};
}

Result<ir::Padding> read_padding(const NodeContext& node) {
    ir::Padding padding;
    MOSAIC_TRY_ASSIGN(const std::string kind, node.attributes().text("padding", "VALID"));
    if (kind == "VALID") return padding;
    if (kind == "SAME") {
        padding.kind = ir::PaddingKind::kSame;
        return padding;
    }
    if (kind != "EXPLICIT") return node.wrong("unknown padding " + kind);
    MOSAIC_TRY_ASSIGN(const auto list, node.attributes().integers("explicit_paddings"));
    if (list.size() != 8 || list[0] != 0 || list[1] != 0 || list[6] != 0 || list[7] != 0) {
        return node.wrong("explicit_paddings must be eight numbers, zero for batch and channels");
    }
    padding = {ir::PaddingKind::kExplicit, list[2], list[3], list[4], list[5]};
    return padding;
}

Result<ir::Conv2d> read_convolution(const NodeContext& node) {
    MOSAIC_TRY(expect_nhwc(node));
    ir::Conv2d conv;
    MOSAIC_TRY_ASSIGN(const auto strides, picture_pair(node, "strides"));
    MOSAIC_TRY_ASSIGN(const auto dilations, picture_pair(node, "dilations"));
    MOSAIC_TRY_ASSIGN(conv.padding, read_padding(node));
    conv.stride_y = strides.first;
    conv.stride_x = strides.second;
    conv.dilation_y = dilations.first;
    conv.dilation_x = dilations.second;
    return conv;
}

struct FusedOps {
    bool has_bias = false;
    bool has_prelu = false;  // its slopes are the last input
    ir::Activation activation;
};

Result<FusedOps> read_fused_ops(const NodeContext& node) {
    FusedOps fused;
    MOSAIC_TRY_ASSIGN(const auto names, node.attributes().texts("fused_ops"));
    MOSAIC_TRY_ASSIGN(const float alpha, node.attributes().number("leakyrelu_alpha", kLeakyReluAlpha));
    static const std::map<std::string, ActivationKind> kActivations = {
        {"Relu", ActivationKind::kRelu},           {"Relu6", ActivationKind::kRelu6},
        {"LeakyRelu", ActivationKind::kLeakyRelu}, {"Elu", ActivationKind::kElu},
        {"Sigmoid", ActivationKind::kSigmoid},     {"Tanh", ActivationKind::kTanh}};
    for (std::size_t i = 0; i < names.size(); ++i) {
        const auto activation = kActivations.find(names[i]);
        if (names[i] == "BiasAdd" && i == 0) {
            fused.has_bias = true;
        } else if (i + 1 == names.size() && names[i] == "Prelu") {
            fused.has_prelu = true;
        } else if (i + 1 == names.size() && activation != kActivations.end()) {
            fused.activation = {activation->second, alpha};
        } else {
            return node.wrong("unsupported fused operator " + names[i]);
        }
    }
    return fused;
}

// Emits `op` with the inputs that belong to it, and Prelu after it if it is fused.
template <typename Op>
Result<void> emit_fused(NodeContext& node, Op op, const FusedOps& fused) {
    const std::size_t own = 2 + (fused.has_bias ? 1U : 0U);
    MOSAIC_TRY(node.expect_inputs(own + (fused.has_prelu ? 1U : 0U), own + (fused.has_prelu ? 1U : 0U)));
    node.emit(std::move(op),
              {node.inputs().begin(), node.inputs().begin() + static_cast<std::ptrdiff_t>(own)});
    if (fused.has_prelu) node.emit(ir::Binary{BinaryKind::kPrelu}, {node.outputs()[0], node.inputs().back()});
    return {};
}

template <bool Depthwise>
Result<void> build_convolution(NodeContext& node) {
    MOSAIC_TRY_ASSIGN(ir::Conv2d conv, read_convolution(node));
    MOSAIC_TRY_ASSIGN(const FusedOps fused, read_fused_ops(node));
    conv.has_bias = fused.has_bias;
    conv.activation = fused.activation;
    if constexpr (Depthwise) {
        return emit_fused(node, ir::DepthwiseConv2d{conv}, fused);
    } else {
        return emit_fused(node, conv, fused);
    }
}

// Inputs: the output's shape, weights [KH,KW,CO,CI], picture. What the padding would have been of a
// convolution that makes the picture out of the output is cut off.
Result<void> build_transposed_convolution(NodeContext& node) {
    MOSAIC_TRY(node.expect_inputs(3, 3));
    MOSAIC_TRY_ASSIGN(const ir::Conv2d conv, read_convolution(node));
    MOSAIC_TRY_ASSIGN(const auto sizes, node.constant_integers(0));
    const Shape& weights = node.value(node.inputs()[1]).shape;
    const Shape& picture = node.value(node.inputs()[2]).shape;
    if (sizes.size() != 4 || weights.rank() != 4 || picture.rank() != 4)
        return node.wrong("needs pictures and weights of rank 4");
    ir::ConvTranspose2d transposed;
    transposed.stride_y = conv.stride_y;
    transposed.stride_x = conv.stride_x;
    transposed.dilation_y = conv.dilation_y;
    transposed.dilation_x = conv.dilation_x;
    const auto along = [&](std::size_t axis, std::int64_t stride, std::int64_t dilation,
                           std::int64_t explicit_before, std::int64_t explicit_after, std::int64_t& before,
                           std::int64_t& after, std::int64_t& more) -> Result<void> {
        auto window = ir::slide(sizes[axis], weights[axis - 1], stride, dilation, conv.padding.kind,
                                explicit_before, explicit_after);
        if (!window) return node.wrong(window.error().message);
        if (window->output != picture[axis]) return node.wrong("makes a picture of another size");
        before = window->pad_before;
        after = window->pad_after;
        more = sizes[axis] -
               ((picture[axis] - 1) * stride + (weights[axis - 1] - 1) * dilation + 1 - before - after);
        if (more < 0) {  // the convolution didn't reach that far
            after -= more;
            more = 0;
        }
        return {};
    };
    ir::Padding& cut = transposed.padding;
    cut.kind = ir::PaddingKind::kExplicit;
    MOSAIC_TRY(along(1, conv.stride_y, conv.dilation_y, conv.padding.top, conv.padding.bottom, cut.top,
                     cut.bottom, transposed.more_y));
    MOSAIC_TRY(along(2, conv.stride_x, conv.dilation_x, conv.padding.left, conv.padding.right, cut.left,
                     cut.right, transposed.more_x));
    node.emit(transposed, {node.inputs()[2], node.inputs()[1]});
    return {};
}

Result<void> build_matmul(NodeContext& node) {
    const bool batched = node.op().starts_with("Batch");
    ir::MatMul matmul;
    MOSAIC_TRY_ASSIGN(matmul.transpose_a,
                      node.attributes().boolean(batched ? "adj_x" : "transpose_a", false));
    MOSAIC_TRY_ASSIGN(matmul.transpose_b,
                      node.attributes().boolean(batched ? "adj_y" : "transpose_b", false));
    MOSAIC_TRY_ASSIGN(const FusedOps fused, read_fused_ops(node));
    matmul.has_bias = fused.has_bias;
    matmul.activation = fused.activation;
    return emit_fused(node, matmul, fused);
}

Result<void> build_bias_add(NodeContext& node) {
    MOSAIC_TRY(expect_nhwc(node));
    MOSAIC_TRY(node.expect_inputs(2, 2));
    node.emit(ir::Binary{BinaryKind::kAdd});
    return {};
}

template <ir::PoolKind Kind>
Result<void> build_pool(NodeContext& node) {
    MOSAIC_TRY(expect_nhwc(node));
    MOSAIC_TRY_ASSIGN(const auto size, picture_pair(node, "ksize"));
    MOSAIC_TRY_ASSIGN(const auto strides, picture_pair(node, "strides"));
    ir::Pool pool{Kind, size.first, size.second, strides.first, strides.second, {}};
    MOSAIC_TRY_ASSIGN(pool.padding, read_padding(node));
    node.emit(pool);
    return {};
}

// ---- element by element
// -------------------------------------------------------------------------------------------

template <ActivationKind Kind>
Result<void> build_activation(NodeContext& node) {
    MOSAIC_TRY_ASSIGN(const float alpha, node.attributes().number("alpha", kLeakyReluAlpha));
    node.emit(ir::Activate{{Kind, alpha}});
    return {};
}

template <UnaryKind Kind>
Result<void> build_unary(NodeContext& node) {
    node.emit(ir::Unary{Kind});
    return {};
}

template <BinaryKind Kind>
Result<void> build_binary(NodeContext& node) {
    node.emit(ir::Binary{Kind});
    return {};
}

Result<void> build_add_n(NodeContext& node) {
    MOSAIC_TRY(node.expect_inputs(1, ~std::size_t{0}));
    if (node.inputs().size() == 1) {
        node.emit(ir::Identity{});
        return {};
    }
    ir::ValueId sum = node.inputs()[0];
    for (const ir::ValueId term : node.inputs().subspan(1)) {
        node.emit(ir::Binary{BinaryKind::kAdd}, {sum, term});
        sum = node.outputs()[0];
    }
    return {};
}

Result<void> build_cast(NodeContext& node) {
    MOSAIC_TRY_ASSIGN(const DataType type, node.attributes().type("DstT", DataType::kFloat32));
    node.emit(ir::Cast{type});
    return {};
}

Result<void> build_identity(NodeContext& node) {
    node.emit(ir::Identity{});
    return {};
}

// ---- shapes
// -------------------------------------------------------------------------------------------------------

// Emits `op` with the data inputs only: constants of the shape are attributes here.
Result<void> emit_of_first(NodeContext& node, ir::Op op) {
    node.emit(std::move(op), {node.inputs()[0]});
    return {};
}

template <ReduceKind Kind>
Result<void> build_reduce(NodeContext& node) {
    MOSAIC_TRY(node.expect_inputs(2, 2));
    MOSAIC_TRY_ASSIGN(auto axes, node.constant_integers(1));
    MOSAIC_TRY_ASSIGN(const bool keep_dims, node.attributes().boolean("keep_dims", false));
    return emit_of_first(node, ir::Reduce{Kind, std::move(axes), keep_dims});
}

Result<void> build_concat(NodeContext& node) {
    MOSAIC_TRY(node.expect_inputs(2, ~std::size_t{0}));
    const std::size_t count = node.inputs().size() - 1;
    MOSAIC_TRY_ASSIGN(const std::int64_t axis, node.constant_integer(count));
    node.emit(ir::Concat{axis}, {node.inputs().begin(), node.inputs().end() - 1});
    return {};
}

Result<void> build_pack(NodeContext& node) {
    MOSAIC_TRY_ASSIGN(const std::int64_t axis, node.attributes().integer("axis", 0));
    node.emit(ir::Pack{axis});
    return {};
}

Result<void> build_unpack(NodeContext& node) {
    constexpr std::int64_t kPartsMax = 1024;
    MOSAIC_TRY_ASSIGN(const std::int64_t axis, node.attributes().integer("axis", 0));
    MOSAIC_TRY_ASSIGN(const std::int64_t count, node.attributes().integer("num", 0));
    if (count < 1 || count > kPartsMax) return node.wrong("makes " + std::to_string(count) + " parts");
    node.emit(ir::Unpack{axis}, {node.inputs().begin(), node.inputs().end()},
              static_cast<std::size_t>(count));
    return {};
}

Result<void> build_resize_bilinear(NodeContext& node) {
    MOSAIC_TRY(node.expect_inputs(2, 2));
    MOSAIC_TRY_ASSIGN(const auto size, node.constant_integers(1));
    if (size.size() != 2) return node.wrong("needs a height and a width");
    ir::Resize resize;
    resize.height = size[0];
    resize.width = size[1];
    MOSAIC_TRY_ASSIGN(const bool align_corners, node.attributes().boolean("align_corners", false));
    MOSAIC_TRY_ASSIGN(const bool half_pixel, node.attributes().boolean("half_pixel_centers", false));
    if (align_corners && half_pixel) return node.wrong("has both align_corners and half_pixel_centers");
    if (align_corners) resize.coordinates = ir::ResizeCoordinates::kAlignCorners;
    if (half_pixel) resize.coordinates = ir::ResizeCoordinates::kHalfPixel;
    if (node.op() == "ResizeNearestNeighbor") {
        resize.mode = ir::ResizeMode::kNearest;
        resize.rounding = align_corners ? ir::ResizeRounding::kHalfUp : ir::ResizeRounding::kDown;
        if (half_pixel) resize.coordinates = ir::ResizeCoordinates::kHalfPixelNearest;
    }
    return emit_of_first(node, resize);
}

Result<void> build_reshape(NodeContext& node) {
    MOSAIC_TRY(node.expect_inputs(2, 2));
    MOSAIC_TRY_ASSIGN(const auto sizes, node.constant_integers(1));
    ir::Reshape reshape;
    for (const std::int64_t size : sizes) {
        if (size < -1) return node.wrong("reshapes to size " + std::to_string(size));
        reshape.sizes.push_back({size, 0, 0});
    }
    return emit_of_first(node, std::move(reshape));
}

Result<void> build_expand_dims(NodeContext& node) {
    MOSAIC_TRY(node.expect_inputs(2, 2));
    MOSAIC_TRY_ASSIGN(const std::int64_t axis, node.constant_integer(1));
    return emit_of_first(node, ir::ExpandDims{axis});
}

Result<void> build_squeeze(NodeContext& node) {
    MOSAIC_TRY_ASSIGN(auto axes, node.attributes().integers("squeeze_dims"));
    if (axes.empty()) {
        MOSAIC_TRY_ASSIGN(axes, node.attributes().integers("axis"));
    }
    node.emit(ir::Squeeze{std::move(axes)});
    return {};
}

Result<void> build_transpose(NodeContext& node) {
    MOSAIC_TRY(node.expect_inputs(2, 2));
    MOSAIC_TRY_ASSIGN(auto order, node.constant_integers(1));
    return emit_of_first(node, ir::Transpose{std::move(order)});
}

Result<void> build_pad(NodeContext& node) {
    MOSAIC_TRY(node.expect_inputs(2, 3));
    MOSAIC_TRY_ASSIGN(const auto pairs, node.constant_integers(1));
    if (pairs.size() % 2 != 0) return node.wrong("needs pairs of padding");
    ir::Pad pad;
    for (std::size_t i = 0; i < pairs.size(); i += 2) {
        pad.before.push_back(pairs[i]);
        pad.after.push_back(pairs[i + 1]);
    }
    if (node.inputs().size() == 3) {
        MOSAIC_TRY_ASSIGN(pad.value, node.constant_number(2));
    }
    return emit_of_first(node, std::move(pad));
}

Result<void> build_strided_slice(NodeContext& node) {
    MOSAIC_TRY(node.expect_inputs(3, 4));
    ir::StridedSlice slice;
    MOSAIC_TRY_ASSIGN(slice.begin, node.constant_integers(1));
    MOSAIC_TRY_ASSIGN(slice.end, node.constant_integers(2));
    slice.strides.assign(slice.begin.size(), 1);
    if (node.inputs().size() == 4) {
        MOSAIC_TRY_ASSIGN(slice.strides, node.constant_integers(3));
    }
    const auto read_mask = [&node](const char* key, std::uint32_t& mask) -> Result<void> {
        MOSAIC_TRY_ASSIGN(const std::int64_t bits, node.attributes().integer(key, 0));
        mask = static_cast<std::uint32_t>(bits);
        return {};
    };
    MOSAIC_TRY(read_mask("begin_mask", slice.begin_mask));
    MOSAIC_TRY(read_mask("end_mask", slice.end_mask));
    MOSAIC_TRY(read_mask("ellipsis_mask", slice.ellipsis_mask));
    MOSAIC_TRY(read_mask("new_axis_mask", slice.new_axis_mask));
    MOSAIC_TRY(read_mask("shrink_axis_mask", slice.shrink_axis_mask));
    return emit_of_first(node, std::move(slice));
}

Result<void> build_slice(NodeContext& node) {
    MOSAIC_TRY(node.expect_inputs(3, 3));
    ir::Slice slice;
    MOSAIC_TRY_ASSIGN(slice.begin, node.constant_integers(1));
    MOSAIC_TRY_ASSIGN(slice.size, node.constant_integers(2));
    return emit_of_first(node, std::move(slice));
}

// ---- search
// -------------------------------------------------------------------------------------------------------

Result<void> build_gather(NodeContext& node) {
    MOSAIC_TRY(node.expect_inputs(2, 3));
    ir::Gather gather;
    if (node.inputs().size() == 3) {
        MOSAIC_TRY_ASSIGN(gather.axis, node.constant_integer(2));
    }
    MOSAIC_TRY_ASSIGN(gather.batch_dims, node.attributes().integer("batch_dims", 0));
    node.emit(gather, {node.inputs()[0], node.inputs()[1]});
    return {};
}

Result<void> build_gather_nd(NodeContext& node) {
    node.emit(ir::GatherNd{});
    return {};
}

Result<void> build_top_k(NodeContext& node) {
    MOSAIC_TRY(node.expect_inputs(2, 2));
    MOSAIC_TRY_ASSIGN(const std::int64_t k, node.constant_integer(1));
    node.emit(ir::TopK{k}, {node.inputs()[0]}, 2);
    return {};
}

Result<void> build_arg_max(NodeContext& node) {
    MOSAIC_TRY(node.expect_inputs(2, 2));
    MOSAIC_TRY_ASSIGN(const std::int64_t axis, node.constant_integer(1));
    return emit_of_first(node, ir::ArgMax{axis});
}

Result<void> build_softmax(NodeContext& node) {
    node.emit(ir::Softmax{});
    return {};
}

}  // namespace

const std::map<std::string, Builder>& own_builders() {
    static const std::map<std::string, Builder> kBuilders = {
        {"Conv2D", build_convolution<false>},
        {"_FusedConv2D", build_convolution<false>},
        {"DepthwiseConv2dNative", build_convolution<true>},
        {"FusedDepthwiseConv2dNative", build_convolution<true>},
        {"MatMul", build_matmul},
        {"_FusedMatMul", build_matmul},
        {"BatchMatMul", build_matmul},
        {"BatchMatMulV2", build_matmul},
        {"BiasAdd", build_bias_add},
        {"MaxPool", build_pool<ir::PoolKind::kMax>},
        {"AvgPool", build_pool<ir::PoolKind::kAverage>},
        {"Relu", build_activation<ActivationKind::kRelu>},
        {"Relu6", build_activation<ActivationKind::kRelu6>},
        {"LeakyRelu", build_activation<ActivationKind::kLeakyRelu>},
        {"Elu", build_activation<ActivationKind::kElu>},
        {"Sigmoid", build_activation<ActivationKind::kSigmoid>},
        {"Softplus", build_activation<ActivationKind::kSoftplus>},
        {"Tanh", build_activation<ActivationKind::kTanh>},
        {"Abs", build_unary<UnaryKind::kAbs>},
        {"Ceil", build_unary<UnaryKind::kCeil>},
        {"Cos", build_unary<UnaryKind::kCos>},
        {"Erf", build_unary<UnaryKind::kErf>},
        {"Exp", build_unary<UnaryKind::kExp>},
        {"Floor", build_unary<UnaryKind::kFloor>},
        {"Log", build_unary<UnaryKind::kLog>},
        {"LogicalNot", build_unary<UnaryKind::kLogicalNot>},
        {"Neg", build_unary<UnaryKind::kNegate>},
        {"Reciprocal", build_unary<UnaryKind::kReciprocal>},
        {"Round", build_unary<UnaryKind::kRound>},
        {"Rsqrt", build_unary<UnaryKind::kRsqrt>},
        {"Sign", build_unary<UnaryKind::kSign>},
        {"Sin", build_unary<UnaryKind::kSin>},
        {"Sqrt", build_unary<UnaryKind::kSqrt>},
        {"Square", build_unary<UnaryKind::kSquare>},
        {"Add", build_binary<BinaryKind::kAdd>},
        {"AddV2", build_binary<BinaryKind::kAdd>},
        {"AddN", build_add_n},
        {"Sub", build_binary<BinaryKind::kSubtract>},
        {"Mul", build_binary<BinaryKind::kMultiply>},
        {"RealDiv", build_binary<BinaryKind::kDivide>},
        {"Div", build_binary<BinaryKind::kDivide>},
        {"FloorDiv", build_binary<BinaryKind::kFloorDivide>},
        {"FloorMod", build_binary<BinaryKind::kFloorModulo>},
        {"Maximum", build_binary<BinaryKind::kMaximum>},
        {"Minimum", build_binary<BinaryKind::kMinimum>},
        {"Pow", build_binary<BinaryKind::kPower>},
        {"SquaredDifference", build_binary<BinaryKind::kSquaredDifference>},
        {"Prelu", build_binary<BinaryKind::kPrelu>},
        {"Equal", build_binary<BinaryKind::kEqual>},
        {"NotEqual", build_binary<BinaryKind::kNotEqual>},
        {"Less", build_binary<BinaryKind::kLess>},
        {"LessEqual", build_binary<BinaryKind::kLessEqual>},
        {"Greater", build_binary<BinaryKind::kGreater>},
        {"GreaterEqual", build_binary<BinaryKind::kGreaterEqual>},
        {"LogicalAnd", build_binary<BinaryKind::kLogicalAnd>},
        {"LogicalOr", build_binary<BinaryKind::kLogicalOr>},
        {"Cast", build_cast},
        {"Identity", build_identity},
        {"Mean", build_reduce<ReduceKind::kMean>},
        {"Sum", build_reduce<ReduceKind::kSum>},
        {"Max", build_reduce<ReduceKind::kMaximum>},
        {"Min", build_reduce<ReduceKind::kMinimum>},
        {"Prod", build_reduce<ReduceKind::kProduct>},
        {"ConcatV2", build_concat},
        {"Pack", build_pack},
        {"Unpack", build_unpack},
        {"ResizeBilinear", build_resize_bilinear},
        {"ResizeNearestNeighbor", build_resize_bilinear},
        {"Reshape", build_reshape},
        {"ExpandDims", build_expand_dims},
        {"Squeeze", build_squeeze},
        {"Transpose", build_transpose},
        {"Pad", build_pad},
        {"PadV2", build_pad},
        {"StridedSlice", build_strided_slice},
        {"Slice", build_slice},
        {"GatherV2", build_gather},
        {"GatherNd", build_gather_nd},
        {"TopKV2", build_top_k},
        {"ArgMax", build_arg_max},
        {"Softmax", build_softmax},
        {"Conv2DBackpropInput", build_transposed_convolution},
    };
    return kBuilders;
}

namespace {

const std::map<std::string, Builder>& builders() {
    static const std::map<std::string, Builder> kBuilders = [] {
        std::map<std::string, Builder> all = own_builders();
        all.merge(std::map<std::string, Builder>(shape_builders()));
        return all;
    }();
    return kBuilders;
}

}  // namespace

Result<void> NodeContext::expect_inputs(std::size_t least, std::size_t most) const {
    if (inputs_.size() >= least && inputs_.size() <= most) return {};
    return wrong("has " + std::to_string(inputs_.size()) + " inputs");
}

Result<const Tensor*> NodeContext::constant(std::size_t index) const {
    const auto& tensor = builder_.value(inputs_[index]).constant;
    if (!tensor) return wrong("input " + std::to_string(index) + " must be a constant");
    return tensor.get();
}

Result<std::vector<std::int64_t>> NodeContext::constant_integers(std::size_t index) const {
    constexpr std::size_t kConstantElementsMax = 4096;
    MOSAIC_TRY_ASSIGN(const Tensor* tensor, constant(index));
    if (tensor->type() != DataType::kInt32) return wrong("input " + std::to_string(index) + " must be int32");
    const auto elements = tensor->elements<std::int32_t>();
    if (elements.size() > kConstantElementsMax)
        return wrong("input " + std::to_string(index) + " is too long");
    return std::vector<std::int64_t>(elements.begin(), elements.end());
}

Result<std::int64_t> NodeContext::constant_integer(std::size_t index) const {
    MOSAIC_TRY_ASSIGN(const auto list, constant_integers(index));
    if (list.size() != 1) return wrong("input " + std::to_string(index) + " must be one number");
    return list[0];
}

Result<float> NodeContext::constant_number(std::size_t index) const {
    MOSAIC_TRY_ASSIGN(const Tensor* tensor, constant(index));
    if (tensor->shape().element_count() == 1 && tensor->type() == DataType::kFloat32) {
        return tensor->elements<float>()[0];
    }
    MOSAIC_TRY_ASSIGN(const std::int64_t integer, constant_integer(index));
    return static_cast<float>(integer);
}

void NodeContext::emit(ir::Op op, std::vector<ir::ValueId> inputs, std::size_t output_count) {
    if (!shape_error_) {
        if (hint_ != nullptr && hint_->index() == op.index()) op = *hint_;
        auto made = builder_.add(name_, std::move(op), std::move(inputs), output_count);
        if (made) {
            outputs_ = std::move(*made);
            return;
        }
        shape_error_ = made.error();
    }
    outputs_.assign(output_count, inputs_.empty() ? 0 : inputs_[0]);
}

Result<void> build_operator(NodeContext& node) {
    const auto builder = builders().find(node.op());
    if (builder == builders().end()) return node.wrong("operator " + node.op() + " isn't supported");
    MOSAIC_TRY(node.expect_inputs(1, ~std::size_t{0}));
    return builder->second(node);
}

bool is_supported(const std::string& op) {
    return builders().contains(op) || op == "Const" || op == "Placeholder" || op == "NoOp";
}

std::vector<std::string> supported_operators() {
    std::vector<std::string> names{"Const", "Placeholder"};
    for (const auto& [name, builder] : builders())
        names.push_back(name);
    return names;
}

}  // namespace mosaic::tfjs
