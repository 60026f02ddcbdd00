#include "train/builder.h"

#include <algorithm>
#include <cmath>

namespace mosaic::train {

Result<Network> Builder::finish(std::vector<ValueId> outputs) {
    MOSAIC_TRY(status_);
    network_.outputs = std::move(outputs);
    MOSAIC_TRY(infer_shapes(network_));
    return std::move(network_);
}

ValueId Builder::input(const std::string& name, const Shape& shape) {
    Value value;
    value.name = name;
    value.shape = shape;
    value.role = Role::kInput;
    const ValueId id = network_.add_value(std::move(value));
    network_.inputs.push_back(id);
    return id;
}

ValueId Builder::keep(const std::string& name, Role role, const Shape& shape, bool decays) {
    Value value;
    value.name = name;
    value.shape = shape;
    value.role = role;
    value.decays = decays;
    auto tensor = Tensor::create(DataType::kFloat32, shape);
    if (!tensor) {
        if (status_) status_ = failure(name + ": " + tensor.error().message);
        tensor = Tensor::create(DataType::kFloat32, {1});
    }
    value.data = std::make_shared<Tensor>(std::move(*tensor));
    return network_.add_value(std::move(value));
}

ValueId Builder::node(const std::string& name, Op op, std::vector<ValueId> inputs) {
    const ValueId id = network_.add_node(name, std::move(op), std::move(inputs));
    if (!status_) return id;
    // Shapes of the new node alone: a network that has all values and only this node.
    Network one;
    one.values = network_.values;
    one.nodes = {network_.nodes.back()};
    status_ = infer_shapes(one);
    network_.value(id) = one.value(id);
    return id;
}

ValueId Builder::weights(const std::string& name, const Shape& shape, double deviation, bool decays) {
    const ValueId id = keep(name, Role::kParameter, shape, decays);
    for (float& weight : network_.value(id).data->elements<float>())
        weight = static_cast<float>(random_.normal() * deviation);
    return id;
}

ValueId Builder::filled(const std::string& name, const Shape& shape, float number) {
    const ValueId id = keep(name, Role::kParameter, shape, false);
    const auto elements = network_.value(id).data->elements<float>();
    std::fill(elements.begin(), elements.end(), number);
    return id;
}

ValueId Builder::constant(const std::string& name, const Shape& shape, float number) {
    const ValueId id = filled(name, shape, number);
    network_.value(id).role = Role::kConstant;
    return id;
}

ValueId Builder::convolution(const std::string& name, ValueId x, const Convolution& options) {
    const std::int64_t size = options.size;
    ir::Conv2d conv;
    conv.stride_y = conv.stride_x = options.stride;
    conv.padding = {ir::PaddingKind::kExplicit, size / 2, size / 2, size / 2, size / 2};
    conv.has_bias = options.bias;
    const double deviation = std::sqrt(2.0 / static_cast<double>(size * size * options.channels));
    std::vector<ValueId> inputs = {
        x, weights(name + "/weights", {size, size, shape(x)[3], options.channels}, deviation)};
    if (options.bias) inputs.push_back(filled(name + "/bias", {options.channels}, 0.0F));
    return node(name, ir::Op(conv), std::move(inputs));
}

ValueId Builder::depthwise(const std::string& name, ValueId x, std::int64_t size, std::int64_t stride) {
    ir::DepthwiseConv2d op;
    op.conv.stride_y = op.conv.stride_x = stride;
    op.conv.padding = {ir::PaddingKind::kExplicit, size / 2, size / 2, size / 2, size / 2};
    const double deviation = std::sqrt(2.0 / static_cast<double>(size * size));
    const ValueId kernel = weights(name + "/weights", {size, size, shape(x)[3], 1}, deviation);
    return node(name, ir::Op(op), {x, kernel});
}

ValueId Builder::batch_norm(const std::string& name, ValueId x, bool relu) {
    const Shape channels{shape(x)[shape(x).rank() - 1]};
    const ValueId scale = filled(name + "/scale", channels, 1.0F);
    const ValueId shift = filled(name + "/shift", channels, 0.0F);
    const ValueId mean = filled(name + "/mean", channels, 0.0F);
    const ValueId variance = filled(name + "/variance", channels, 1.0F);
    network_.value(mean).role = network_.value(variance).role = Role::kStatistic;
    BatchNorm norm;
    norm.relu = relu;
    return node(name, norm, {x, scale, shift, mean, variance});
}

ValueId Builder::layer_norm(const std::string& name, ValueId x) {
    const Shape channels{shape(x)[shape(x).rank() - 1]};
    const ValueId scale = filled(name + "/scale", channels, 1.0F);
    const ValueId shift = filled(name + "/shift", channels, 0.0F);
    return node(name, LayerNorm{}, {x, scale, shift});
}

ValueId Builder::activation(const std::string& name, ValueId x, ir::ActivationKind kind) {
    constexpr float kSixth = 1.0F / 6.0F;
    return node(name, ir::Op(ir::Activate{{kind, kSixth}}), {x});
}

ValueId Builder::add(const std::string& name, ValueId a, ValueId b) {
    return node(name, ir::Op(ir::Binary{ir::BinaryKind::kAdd}), {a, b});
}

ValueId Builder::global_mean(const std::string& name, ValueId x) {
    return node(name, ir::Op(ir::Reduce{ir::ReduceKind::kMean, {1, 2}, false}), {x});
}

ValueId Builder::dense(const std::string& name, ValueId x, std::int64_t width, double deviation) {
    ir::MatMul product;
    product.has_bias = true;
    const std::int64_t inner = shape(x)[shape(x).rank() - 1];
    const ValueId matrix = weights(name + "/weights", {inner, width}, deviation);
    const ValueId bias = filled(name + "/bias", {width}, 0.0F);
    return node(name, ir::Op(product), {x, matrix, bias});
}

ValueId Builder::dropout(const std::string& name, ValueId x, float rate) {
    return node(name, Dropout{rate}, {x});
}

}  // namespace mosaic::train
