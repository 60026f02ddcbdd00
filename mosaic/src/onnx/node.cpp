#include "onnx/node.h"

#include <algorithm>

#include <onnx/onnx_pb.h>

#include "invariant.h"
#include "onnx/model.h"

namespace mosaic::onnx {

namespace {

using Attribute = ::onnx::AttributeProto;

// Lists of sizes and the like; a weight isn't one.
constexpr std::size_t kListMax = std::size_t{1} << 16U;

const Attribute* find(const ::onnx::NodeProto& proto, const std::string& name) {
    for (const Attribute& attribute : proto.attribute()) {
        if (attribute.name() == name) return &attribute;
    }
    return nullptr;
}

// Null when absent.
Result<const Attribute*> find(const Node& node, const ::onnx::NodeProto& proto, const char* name,
                              Attribute::AttributeType type) {
    const Attribute* attribute = find(proto, name);
    if (attribute != nullptr && attribute->type() != type) {
        return node.wrong("attribute " + std::string(name) + " is of another kind");
    }
    return attribute;
}

}  // namespace

Node::Node(Scope& scope, const ::onnx::NodeProto& proto, int depth)
    : scope_(scope), proto_(proto), depth_(depth), name_(proto.name()) {
    if (name_.empty() && proto.output_size() > 0) name_ = proto.output(0);
}

const std::string& Node::op() const {
    return proto_.op_type();
}

tl::unexpected<Error> Node::wrong(const std::string& what) const {
    return failure("node " + name_ + " (" + op() + " of opset " + std::to_string(opset()) + "): " + what);
}

Result<void> Node::expect_inputs(std::size_t least, std::size_t most) const {
    const std::size_t count = input_count();
    if (count < least || count > most) return wrong("has " + std::to_string(count) + " inputs");
    for (std::size_t i = 0; i < least; ++i) {
        if (!has_input(i)) return wrong("lacks input " + std::to_string(i));
    }
    return {};
}

std::size_t Node::input_count() const {
    return static_cast<std::size_t>(proto_.input_size());
}

std::size_t Node::output_count() const {
    return static_cast<std::size_t>(proto_.output_size());
}

bool Node::has_input(std::size_t index) const {
    return index < input_count() && !proto_.input(static_cast<int>(index)).empty();
}

bool Node::has_output(std::size_t index) const {
    return index < output_count() && !proto_.output(static_cast<int>(index)).empty();
}

const Held& Node::held(std::size_t index) const {
    MOSAIC_ASSERT(has_input(index));
    const Held* held = scope_.find(proto_.input(static_cast<int>(index)));
    MOSAIC_ASSERT(held != nullptr);  // checked before any builder is called
    return *held;
}

DataType Node::type(std::size_t index) const {
    return value(held(index).id).type;
}

Result<ir::ValueId> Node::plain(std::size_t index) {
    return scope_.stored(held(index), own_order(rank(index)));
}

Result<ir::ValueId> Node::stored(std::size_t index, const Order& order) {
    if (rank(index) != order.size()) {
        return wrong("needs an input " + std::to_string(index) + " of rank " + std::to_string(order.size()) +
                     ", not " + std::to_string(rank(index)));
    }
    return scope_.stored(held(index), order);
}

const Tensor* Node::constant_of(std::size_t index, ir::ValueId id) {
    const Tensor* constant = value(id).constant.get();
    if (constant == nullptr) scope_.want(proto_.input(static_cast<int>(index)));
    return constant;
}

std::int32_t Node::file_type(std::size_t index) const {
    return has_input(index) ? scope_.file_type(proto_.input(static_cast<int>(index))) : 0;
}

Result<Sizes> Node::integers(std::size_t index) {
    MOSAIC_TRY_ASSIGN(const ir::ValueId id, plain(index));
    const Tensor* constant = constant_of(index, id);
    if (constant == nullptr)
        return wrong("input " + std::to_string(index) + " depends on the data; it must follow from shapes");
    if (constant->type() != DataType::kInt32)
        return wrong("input " + std::to_string(index) + " must be of integers");
    const auto elements = constant->elements<std::int32_t>();
    if (elements.size() > kListMax) return wrong("input " + std::to_string(index) + " is too long");
    return Sizes(elements.begin(), elements.end());
}

Result<std::vector<float>> Node::floats(std::size_t index) {
    MOSAIC_TRY_ASSIGN(const ir::ValueId id, plain(index));
    const Tensor* constant = constant_of(index, id);
    if (constant == nullptr)
        return wrong("input " + std::to_string(index) + " depends on the data; it must be a constant");
    if (constant->type() != DataType::kFloat32)
        return wrong("input " + std::to_string(index) + " must be of floats");
    const auto elements = constant->elements<float>();
    if (elements.size() > kListMax) return wrong("input " + std::to_string(index) + " is too long");
    return std::vector<float>(elements.begin(), elements.end());
}

Result<Sizes> Node::list_argument(std::size_t index, const char* name) {
    if (has_input(index)) return integers(index);
    return attribute(name, Sizes{});
}

Result<std::int64_t> Node::integer(std::size_t index) {
    MOSAIC_TRY_ASSIGN(const Sizes list, integers(index));
    if (list.size() != 1) return wrong("input " + std::to_string(index) + " must be one number");
    return list[0];
}

Result<float> Node::number(std::size_t index) {
    if (type(index) == DataType::kInt32) {
        MOSAIC_TRY_ASSIGN(const std::int64_t value, integer(index));
        return static_cast<float>(value);
    }
    MOSAIC_TRY_ASSIGN(const std::vector<float> list, floats(index));
    if (list.size() != 1) return wrong("input " + std::to_string(index) + " must be one number");
    return list[0];
}

Result<std::size_t> Node::axis(std::int64_t axis, std::size_t rank) const {
    const auto limit = static_cast<std::int64_t>(rank);
    if (axis < -limit || axis >= limit)
        return wrong("has axis " + std::to_string(axis) + " of a tensor of rank " + std::to_string(rank));
    return static_cast<std::size_t>(axis < 0 ? axis + limit : axis);
}

bool Node::has(const char* name) const {
    return find(proto_, name) != nullptr;
}

Result<std::int64_t> Node::attribute(const char* name, std::int64_t fallback) const {
    MOSAIC_TRY_ASSIGN(const Attribute* found, find(*this, proto_, name, Attribute::INT));
    return found == nullptr ? fallback : found->i();
}

Result<float> Node::attribute(const char* name, float fallback) const {
    MOSAIC_TRY_ASSIGN(const Attribute* found, find(*this, proto_, name, Attribute::FLOAT));
    return found == nullptr ? fallback : found->f();
}

Result<std::string> Node::attribute(const char* name, const char* fallback) const {
    MOSAIC_TRY_ASSIGN(const Attribute* found, find(*this, proto_, name, Attribute::STRING));
    return found == nullptr ? std::string(fallback) : found->s();
}

Result<Sizes> Node::attribute(const char* name, const Sizes& fallback) const {
    MOSAIC_TRY_ASSIGN(const Attribute* found, find(*this, proto_, name, Attribute::INTS));
    if (found == nullptr) return fallback;
    if (static_cast<std::size_t>(found->ints_size()) > kListMax)
        return wrong("attribute " + std::string(name) + " is too long");
    return Sizes(found->ints().begin(), found->ints().end());
}

Result<std::vector<float>> Node::attribute_floats(const char* name) const {
    MOSAIC_TRY_ASSIGN(const Attribute* found, find(*this, proto_, name, Attribute::FLOATS));
    if (found == nullptr) return std::vector<float>();
    return std::vector<float>(found->floats().begin(), found->floats().end());
}

Result<Tensor> Node::attribute_tensor(const char* name) const {
    MOSAIC_TRY_ASSIGN(const Attribute* found, find(*this, proto_, name, Attribute::TENSOR));
    if (found == nullptr) return wrong("lacks attribute " + std::string(name));
    auto tensor = read_tensor(found->t(), scope_.folder());
    if (!tensor) return wrong(tensor.error().message);
    return tensor;
}

Result<const ::onnx::GraphProto*> Node::attribute_graph(const char* name) const {
    MOSAIC_TRY_ASSIGN(const Attribute* found, find(*this, proto_, name, Attribute::GRAPH));
    if (found == nullptr) return wrong("lacks attribute " + std::string(name));
    return &found->g();
}

Result<std::vector<ir::ValueId>> Node::emit(ir::Op op, std::vector<ir::ValueId> inputs, std::size_t outputs) {
    std::string name = name_;
    if (emitted_++ > 0) name.append("/").append(std::to_string(emitted_));
    auto made = scope_.builder().add(std::move(name), std::move(op), std::move(inputs), outputs);
    if (!made) return wrong(made.error().message);
    return made;
}

Result<ir::ValueId> Node::emit(ir::Op op, std::vector<ir::ValueId> inputs) {
    MOSAIC_TRY_ASSIGN(const auto made, emit(std::move(op), std::move(inputs), 1));
    return made[0];
}

Result<ir::ValueId> Node::emit_reshape(ir::ValueId id, const Sizes& sizes) {
    const auto now = value(id).shape.sizes();
    if (std::equal(now.begin(), now.end(), sizes.begin(), sizes.end())) return id;
    ir::Reshape reshape;
    reshape.sizes.reserve(sizes.size());
    for (const std::int64_t size : sizes)
        reshape.sizes.push_back({size, 0, 0});
    return emit(std::move(reshape), {id});
}

ir::ValueId Node::constant(Tensor tensor) {
    return scope_.builder().add_constant(name_ + "/constant", std::move(tensor));
}

Result<ir::ValueId> Node::constant(float number) {
    MOSAIC_TRY_ASSIGN(Tensor tensor, Tensor::create(DataType::kFloat32, Shape{}));
    tensor.elements<float>()[0] = number;
    return constant(std::move(tensor));
}

Result<ir::ValueId> Node::constant(const std::vector<float>& numbers) {
    MOSAIC_TRY_ASSIGN(Tensor tensor,
                      Tensor::create(DataType::kFloat32, Shape{static_cast<std::int64_t>(numbers.size())}));
    std::copy(numbers.begin(), numbers.end(), tensor.elements<float>().begin());
    return constant(std::move(tensor));
}

Result<ir::ValueId> Node::constant(const Sizes& integers) {
    MOSAIC_TRY_ASSIGN(Tensor tensor,
                      Tensor::create(DataType::kInt32, Shape{static_cast<std::int64_t>(integers.size())}));
    std::transform(integers.begin(), integers.end(), tensor.elements<std::int32_t>().begin(),
                   [](std::int64_t value) { return static_cast<std::int32_t>(value); });
    return constant(std::move(tensor));
}

void Node::set(std::size_t index, ir::ValueId id, const Order& order) {
    if (has_output(index)) scope_.define(proto_.output(static_cast<int>(index)), {id, order});
}

Result<void> Node::finish(ir::Op op, std::vector<ir::ValueId> inputs) {
    MOSAIC_TRY_ASSIGN(const ir::ValueId made, emit(std::move(op), std::move(inputs)));
    set(0, made);
    return {};
}

}  // namespace mosaic::onnx
