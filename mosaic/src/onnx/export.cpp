#include "onnx/export.h"

#include <algorithm>
#include <fstream>

#include <onnx/onnx_pb.h>

#include "onnx/exporter.h"
#include "reference/reference.h"

namespace mosaic::onnx {

namespace {

using Proto = ::onnx::TensorProto;

constexpr std::int64_t kOpset = 17;
constexpr std::int64_t kIrVersion = 8;
constexpr std::size_t kModelBytesMax = (std::size_t{1} << 31) - 1;  // protobuf's own limit

std::int32_t proto_type(DataType type) {
    if (type == DataType::kFloat32) return Proto::FLOAT;
    return type == DataType::kInt32 ? Proto::INT32 : Proto::BOOL;
}

void describe(::onnx::ValueInfoProto& info, const std::string& name, DataType type, const Shape& shape) {
    info.set_name(name);
    auto* tensor = info.mutable_type()->mutable_tensor_type();
    tensor->set_elem_type(proto_type(type));
    auto* sizes = tensor->mutable_shape();
    for (const std::int64_t size : shape.sizes())
        sizes->add_dim()->set_dim_value(size);
}

void fill(::onnx::AttributeProto& proto, const ExportAttribute& attribute) {
    using Attribute = ::onnx::AttributeProto;
    proto.set_name(attribute.name);
    if (const auto* integer = std::get_if<std::int64_t>(&attribute.value)) {
        proto.set_type(Attribute::INT);
        proto.set_i(*integer);
    } else if (const auto* number = std::get_if<float>(&attribute.value)) {
        proto.set_type(Attribute::FLOAT);
        proto.set_f(*number);
    } else if (const auto* text = std::get_if<std::string>(&attribute.value)) {
        proto.set_type(Attribute::STRING);
        proto.set_s(*text);
    } else {
        proto.set_type(Attribute::INTS);
        for (const std::int64_t size : std::get<Sizes>(attribute.value))
            proto.add_ints(size);
    }
}

}  // namespace

Result<Tensor> transposed(const TensorView& tensor, const Order& order) {
    ir::Transpose transpose;
    Sizes sizes;
    for (const std::size_t dimension : order) {
        transpose.order.push_back(static_cast<std::int64_t>(dimension));
        sizes.push_back(tensor.shape()[dimension]);
    }
    MOSAIC_TRY_ASSIGN(const Shape shape, Shape::create(sizes));
    MOSAIC_TRY_ASSIGN(Tensor made, Tensor::create(tensor.type(), shape));
    const reference::MutableView to{made.type(), made.shape(), made.bytes().data()};
    reference::run(transpose, {&tensor, 1}, {&to, 1});
    return made;
}

Order channels_first() {
    return {0, 3, 1, 2};
}

Exporter::Exporter(const ir::Graph& graph, ::onnx::GraphProto& proto, const Calibration* calibration)
    : graph_(graph), proto_(proto), calibration_(calibration) {
    for (const ir::Node& node : graph.nodes) {
        for (const ir::ValueId id : node.outputs)
            makers_[id] = &node;
        for (const ir::ValueId id : node.inputs)
            readers_[id].push_back(&node);
    }
}

Result<void> Exporter::run() {
    for (const ir::Output& output : graph_.outputs)
        taken_.insert(output.name);
    for (const ir::Input& input : graph_.inputs)
        add_input(input);
    for (const ir::Node& node : graph_.nodes) {
        node_name_ = node.name;
        bool done = false;
        for (const auto exports : {export_picture_operator, export_elementwise_operator,
                                   export_shape_operator, export_search_operator}) {
            if (done) break;
            MOSAIC_TRY_ASSIGN(done, exports(*this, node));
        }
        if (!done) return failure(ir::describe(node) + " has no counterpart in ONNX");
    }
    for (const ir::Output& output : graph_.outputs)
        MOSAIC_TRY(add_output(output));
    return {};
}

void Exporter::add_input(const ir::Input& input) {
    const ir::Value& own = value(input.value);
    taken_.insert(own.name);
    describe(*proto_.add_input(), own.name, own.type, own.shape);
    publish(input.value, own.name);
}

Result<void> Exporter::add_output(const ir::Output& output) {
    const ir::Value& own = value(output.value);
    const bool is_input =
        std::any_of(graph_.inputs.begin(), graph_.inputs.end(),
                    [&](const ir::Input& input) { return value(input.value).name == output.name; });
    if (is_input) return failure("output " + output.name + " has the name of an input");
    const std::string source = plain(output.value);
    auto& node = *proto_.add_node();
    node.set_op_type("Identity");
    node.set_name("output/" + output.name);
    node.add_input(source);
    node.add_output(output.name);
    describe(*proto_.add_output(), output.name, own.type, own.shape);
    return {};
}

std::string Exporter::fresh_name() {
    while (true) {
        std::string name("t");
        name.append(std::to_string(next_++));
        if (!taken_.contains(name)) return name;
    }
}

Order Exporter::order_of(ir::ValueId id) const {
    const auto found = made_in_.find(id);
    return found == made_in_.end() ? own_order(rank(id)) : found->second;
}

void Exporter::publish(ir::ValueId id, const Order& order, const std::string& tensor) {
    tensors_[id][order] = tensor;
    made_in_.emplace(id, order);
}

std::string Exporter::tensor(ir::ValueId id, const Order& order) {
    auto& known = tensors_[id];
    if (const auto found = known.find(order); found != known.end()) return found->second;
    const auto& fixed = value(id).constant;
    if (fixed) {
        if (order == own_order(order.size())) return known[order] = constant(fixed->view());
        const auto moved = transposed(fixed->view(), order);
        if (moved) return known[order] = constant(moved->view());
    }
    const Order have = order_of(id);
    Sizes moves;
    for (const std::size_t dimension : order)
        moves.push_back(stored_axis(have, dimension));
    return known[order] = emit("Transpose", {tensor(id, have)}, {{"perm", moves}});
}

std::string Exporter::operand(ir::ValueId id, std::size_t full_rank, const Order& order) {
    const Shape& shape = value(id).shape;
    if (shape.rank() == full_rank) return tensor(id, order);
    if (order == own_order(full_rank) || shape.element_count() == 1) return plain(id);
    // Sizes of 1 in front, in the order of the others.
    Sizes sizes(shape.sizes().begin(), shape.sizes().end());
    sizes.insert(sizes.begin(), full_rank - sizes.size(), 1);
    Sizes moved;
    Sizes permutation;
    for (const std::size_t dimension : order) {
        moved.push_back(sizes[dimension]);
        permutation.push_back(static_cast<std::int64_t>(dimension));
    }
    const auto whole = std::count_if(sizes.begin(), sizes.end(), [](std::int64_t size) { return size != 1; });
    if (whole <= 1) return emit("Reshape", {plain(id), integers(moved)});
    return emit("Transpose", {emit("Reshape", {plain(id), integers(sizes)})}, {{"perm", permutation}});
}

Order Exporter::common_order(const ir::Node& node) const {
    const std::size_t full = rank(node.outputs[0]);
    for (const ir::ValueId id : node.inputs) {
        Order order = order_of(id);
        if (!value(id).constant && order.size() == full && order != own_order(full)) return order;
    }
    return own_order(full);
}

std::vector<std::string> Exporter::emit(const char* op, const std::vector<std::string>& inputs,
                                        const ExportAttributes& attributes, std::size_t outputs) {
    auto& node = *proto_.add_node();
    node.set_op_type(op);
    node.set_name(std::string(node_name_).append("/").append(std::to_string(proto_.node_size())));
    for (const std::string& input : inputs)
        node.add_input(input);
    for (const ExportAttribute& attribute : attributes)
        fill(*node.add_attribute(), attribute);
    std::vector<std::string> names;
    names.reserve(outputs);
    for (std::size_t i = 0; i < outputs; ++i) {
        names.push_back(fresh_name());
        node.add_output(names.back());
    }
    return names;
}

std::string Exporter::emit_cast(const std::string& tensor, DataType to) {
    return emit("Cast", {tensor}, {{"to", std::int64_t{proto_type(to)}}});
}

std::string Exporter::emit_reshape(const std::string& tensor, const Shape& shape) {
    return emit("Reshape", {tensor, integers({shape.sizes().begin(), shape.sizes().end()})},
                {{"allowzero", std::int64_t{shape.element_count() == 0 ? 1 : 0}}});
}

std::string Exporter::integers(const Sizes& numbers) {
    auto& proto = *proto_.add_initializer();
    proto.set_name(fresh_name());
    proto.set_data_type(Proto::INT64);
    proto.add_dims(static_cast<std::int64_t>(numbers.size()));
    proto.set_raw_data(numbers.data(), numbers.size() * sizeof(std::int64_t));
    return proto.name();
}

std::string Exporter::numbers(const std::vector<float>& numbers) {
    return constant(
        TensorView(Shape{static_cast<std::int64_t>(numbers.size())}, std::span<const float>(numbers)));
}

std::string Exporter::number(float number) {
    return constant(TensorView(Shape{}, std::span<const float>(&number, 1)));
}

std::string Exporter::scalar(DataType type, float number) {
    const auto integer = static_cast<std::int32_t>(number);
    const auto flag = static_cast<std::uint8_t>(number != 0 ? 1 : 0);
    if (type == DataType::kFloat32) return this->number(number);
    if (type == DataType::kInt32)
        return constant(TensorView(Shape{}, std::span<const std::int32_t>(&integer, 1)));
    return constant(TensorView(Shape{}, std::span<const std::uint8_t>(&flag, 1)));
}

std::string Exporter::constant(const TensorView& tensor) {
    auto& proto = *proto_.add_initializer();
    proto.set_name(fresh_name());
    proto.set_data_type(proto_type(tensor.type()));
    for (const std::int64_t size : tensor.shape().sizes())
        proto.add_dims(size);
    proto.set_raw_data(tensor.bytes().data(), tensor.bytes().size());
    return proto.name();
}

Result<void> save(const ir::Graph& graph, const std::filesystem::path& path, const Calibration* calibration) {
    ::onnx::ModelProto model;
    model.set_ir_version(kIrVersion);
    model.set_producer_name("mosaic");
    auto& opset = *model.add_opset_import();
    opset.set_domain("");
    opset.set_version(kOpset);
    model.mutable_graph()->set_name("mosaic");
    MOSAIC_TRY(Exporter(graph, *model.mutable_graph(), calibration).run());
    if (model.ByteSizeLong() > kModelBytesMax) return failure("the model has more than 2 GB");
    std::ofstream file(path, std::ios::binary);
    if (!file || !model.SerializeToOstream(&file) || !file.flush())
        return failure(path.string() + ": can't be written");
    return {};
}

}  // namespace mosaic::onnx
