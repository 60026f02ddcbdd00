// Layers that compute with bytes: QuantizeLinear and DequantizeLinear around them.
#include <algorithm>
#include <cmath>

#include <onnx/onnx_pb.h>

#include "onnx/exporter.h"
#include "quantize/bytes.h"

namespace mosaic::onnx {

namespace {

using Proto = ::onnx::TensorProto;

constexpr float kWeightMax = 127.0F;

// Convolutions and products of matrices with constant weights, as mosaic itself computes them with bytes.
bool has_weights(const ir::Graph& graph, const ir::Node& node) {
    const auto* conv = std::get_if<ir::Conv2d>(&node.op);
    const auto* matmul = std::get_if<ir::MatMul>(&node.op);
    if (conv == nullptr && matmul == nullptr) return false;
    const bool has_bias = conv != nullptr ? conv->has_bias : matmul->has_bias;
    if (graph.value(node.inputs[1]).constant == nullptr) return false;
    if (has_bias && graph.value(node.inputs[2]).constant == nullptr) return false;
    if (conv != nullptr) return true;
    return !matmul->transpose_a && !matmul->transpose_b && graph.value(node.inputs[0]).shape.rank() == 2 &&
           graph.value(node.inputs[1]).shape.rank() == 2;
}

bool is_sum(const ir::Node& node) {
    const auto* binary = std::get_if<ir::Binary>(&node.op);
    return binary != nullptr && binary->kind == ir::BinaryKind::kAdd;
}

bool is_max_pool(const ir::Node& node) {
    const auto* pool = std::get_if<ir::Pool>(&node.op);
    return pool != nullptr && pool->kind == ir::PoolKind::kMax;
}

}  // namespace

// A pool's largest byte is its largest number, so its result is held as its source is.
const Calibration::Range* Exporter::range_of(ir::ValueId id) const {
    if (calibration_ == nullptr || value(id).constant != nullptr || value(id).type != DataType::kFloat32)
        return nullptr;
    const auto maker = makers_.find(id);
    if (maker != makers_.end() && is_max_pool(*maker->second)) return range_of(maker->second->inputs[0]);
    const auto found = calibration_->ranges.find(value(id).name);
    return found == calibration_->ranges.end() ? nullptr : &found->second;
}

bool Exporter::is_quantized(const ir::Node& node) const {
    if (calibration_ == nullptr || !has_weights(graph_, node) || range_of(node.inputs[0]) == nullptr)
        return false;
    // The calibration names a layer by the last node that mosaic fuses with it: a sum, an activation.
    constexpr int kFusedMax = 4;
    const ir::Node* last = &node;
    for (int i = 0; i < kFusedMax; ++i) {
        if (calibration_->kept.contains(last->name)) return false;
        const auto readers = readers_.find(last->outputs[0]);
        if (readers == readers_.end() || readers->second.size() != 1) break;
        last = readers->second[0];
        if (!is_sum(*last) && !std::holds_alternative<ir::Activate>(last->op)) break;
    }
    return true;
}

bool Exporter::passes_bytes(const std::vector<ir::ValueId>& ids) const {
    bool any = false;
    for (ir::ValueId id : ids) {
        if (range_of(id) == nullptr) return false;
        constexpr int kFusedMax = 4;
        for (int i = 0; i < kFusedMax; ++i) {
            const auto maker = makers_.find(id);
            if (maker == makers_.end()) break;
            any = any || is_quantized(*maker->second);
            if (!std::holds_alternative<ir::Activate>(maker->second->op) && !is_max_pool(*maker->second))
                break;
            id = maker->second->inputs[0];
        }
    }
    return any;
}

std::string Exporter::small_constant(std::int32_t type, const Shape& shape, const void* data,
                                     std::size_t bytes) {
    auto& proto = *proto_.add_initializer();
    proto.set_name(fresh_name());
    proto.set_data_type(type);
    for (const std::int64_t size : shape.sizes())
        proto.add_dims(size);
    proto.set_raw_data(data, bytes);
    return proto.name();
}

std::string Exporter::through_bytes(ir::ValueId id, const Order& order) {
    const Calibration::Range* range = range_of(id);
    if (range == nullptr) return tensor(id, order);
    const auto known = through_bytes_.find({id, order});
    if (known != through_bytes_.end()) return known->second;
    const quantize::ByteScale bytes = quantize::byte_scale(range->low, range->high);
    const auto zero_byte = static_cast<std::uint8_t>(bytes.zero);
    const std::string scale = number(bytes.scale);
    const std::string zero = small_constant(Proto::UINT8, {}, &zero_byte, 1);
    const std::string quantized = emit("QuantizeLinear", {tensor(id, order), scale, zero});
    return through_bytes_[{id, order}] = emit("DequantizeLinear", {quantized, scale, zero});
}

std::vector<std::string> Exporter::weights_through_bytes(ir::ValueId input, const Tensor& weights,
                                                         std::size_t axis, const Tensor* bias) {
    const Shape& shape = weights.shape();
    const auto from = weights.elements<float>();
    const auto channels = static_cast<std::size_t>(shape[axis]);
    std::size_t inner = 1;
    for (std::size_t i = axis + 1; i < shape.rank(); ++i)
        inner *= static_cast<std::size_t>(shape[i]);
    std::vector<float> scales(channels, 0.0F);
    for (std::size_t i = 0; i < from.size(); ++i)
        scales[i / inner % channels] = std::max(scales[i / inner % channels], std::abs(from[i]));
    for (float& scale : scales)
        scale = std::max(scale / kWeightMax, 1e-20F);
    std::vector<std::int8_t> bytes(from.size());
    for (std::size_t i = 0; i < from.size(); ++i)
        bytes[i] = static_cast<std::int8_t>(
            std::clamp(std::nearbyint(from[i] / scales[i / inner % channels]), -kWeightMax, kWeightMax));
    const Shape list{static_cast<std::int64_t>(channels)};
    const std::vector<std::int8_t> zeros(channels, 0);
    std::vector<std::string> made;
    made.push_back(emit("DequantizeLinear",
                        {small_constant(Proto::INT8, shape, bytes.data(), bytes.size()), numbers(scales),
                         small_constant(Proto::INT8, list, zeros.data(), zeros.size())},
                        {{"axis", static_cast<std::int64_t>(axis)}}));
    if (bias == nullptr) return made;
    const Calibration::Range* range = range_of(input);
    const float input_scale = quantize::byte_scale(range->low, range->high).scale;
    std::vector<std::int32_t> sums(channels);
    for (std::size_t i = 0; i < channels; ++i) {
        constexpr double kSumMax = 2147483520.0;  // the largest that float has below 2^31
        scales[i] *= input_scale;
        const double sum =
            std::nearbyint(static_cast<double>(bias->elements<float>()[i]) / static_cast<double>(scales[i]));
        sums[i] = static_cast<std::int32_t>(std::clamp(sum, -kSumMax, kSumMax));
    }
    const std::vector<std::int32_t> wide_zeros(channels, 0);
    made.push_back(emit(
        "DequantizeLinear",
        {small_constant(Proto::INT32, list, sums.data(), sums.size() * sizeof(std::int32_t)), numbers(scales),
         small_constant(Proto::INT32, list, wide_zeros.data(), channels * sizeof(std::int32_t))},
        {{"axis", std::int64_t{0}}}));
    return made;
}

}  // namespace mosaic::onnx
