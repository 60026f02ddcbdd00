// Building the nodes of a graph, one after another.
#include <algorithm>

#include <onnx/onnx_pb.h>

#include "onnx/import.h"
#include "onnx/model.h"
#include "onnx/node.h"

namespace mosaic::onnx {

namespace {

// Graphs within graphs: the branches of If.
constexpr int kDepthMax = 8;

Result<void> build_constant(Node& node) {
    if (node.has("value")) {
        MOSAIC_TRY_ASSIGN(Tensor tensor, node.attribute_tensor("value"));
        node.set(0, node.constant(std::move(tensor)));
        for (const auto& attribute : node.proto().attribute()) {
            if (attribute.name() == "value" && node.has_output(0))
                node.scope().set_file_type(node.proto().output(0), attribute.t().data_type());
        }
        return {};
    }
    if (node.has("value_float")) {
        MOSAIC_TRY_ASSIGN(const float number, node.attribute("value_float", 0.0F));
        MOSAIC_TRY_ASSIGN(const ir::ValueId id, node.constant(number));
        node.set(0, id);
        return {};
    }
    if (node.has("value_floats")) {
        MOSAIC_TRY_ASSIGN(const auto numbers, node.attribute_floats("value_floats"));
        MOSAIC_TRY_ASSIGN(const ir::ValueId id, node.constant(numbers));
        node.set(0, id);
        return {};
    }
    if (node.has("value_ints")) {
        MOSAIC_TRY_ASSIGN(const Sizes numbers, node.attribute("value_ints", Sizes{}));
        MOSAIC_TRY_ASSIGN(const ir::ValueId id, node.constant(numbers));
        node.set(0, id);
        return {};
    }
    if (!node.has("value_int")) return node.wrong("has a constant of a kind that isn't supported");
    MOSAIC_TRY_ASSIGN(const std::int64_t number, node.attribute("value_int", std::int64_t{0}));
    MOSAIC_TRY_ASSIGN(const ir::ValueId list, node.constant(Sizes{number}));
    MOSAIC_TRY_ASSIGN(const ir::ValueId id, node.emit_reshape(list, {}));
    node.set(0, id);
    return {};
}

// The branch that is taken must follow from shapes and constants.
Result<void> build_if(Node& node) {
    MOSAIC_TRY(node.expect_inputs(1, 1));
    MOSAIC_TRY_ASSIGN(const ir::ValueId condition, node.plain(0));
    const Tensor* constant = node.constant_of(0, condition);
    if (constant == nullptr || constant->type() != DataType::kBool || constant->shape().element_count() != 1)
        return node.wrong("its condition depends on the data; it must follow from shapes");
    const bool taken = constant->elements<std::uint8_t>()[0] != 0;
    MOSAIC_TRY_ASSIGN(const ::onnx::GraphProto* branch,
                      node.attribute_graph(taken ? "then_branch" : "else_branch"));
    MOSAIC_TRY(node.scope().run(*branch, node.depth() + 1));
    for (std::size_t i = 0; i < node.output_count(); ++i) {
        const Held* held = i < static_cast<std::size_t>(branch->output_size())
                               ? node.scope().find(branch->output(static_cast<int>(i)).name())
                               : nullptr;
        if (held == nullptr) return node.wrong("its branch doesn't make output " + std::to_string(i));
        node.set(i, held->id, Order(held->order));
    }
    return {};
}

}  // namespace

const Builders& all_builders() {
    static const Builders kBuilders = [] {
        Builders builders;
        builders["Constant"] = build_constant;
        builders["If"] = build_if;
        add_convolutions(builders);
        add_elementwise(builders);
        add_found(builders);
        add_joins(builders);
        add_matrices(builders);
        add_normalizations(builders);
        add_quantized(builders);
        add_reductions(builders);
        add_resizes(builders);
        add_recurrent(builders);
        add_scatters(builders);
        add_searches(builders);
        add_shapes(builders);
        return builders;
    }();
    return kBuilders;
}

std::vector<std::string> supported_operators() {
    std::vector<std::string> names;
    for (const auto& [name, builder] : all_builders())
        names.push_back(name);
    return names;
}

Result<void> Scope::build(const ::onnx::NodeProto& proto, int depth) {
    Node node(*this, proto, depth);
    for (const auto& input : proto.input()) {
        if (!input.empty() && find(input) == nullptr)
            return node.wrong("input " + input + " is made by no node before it");
    }
    for (const auto& output : proto.output()) {
        if (depth == 0 && !output.empty() && find(output) != nullptr)
            return node.wrong("output " + output + " is there twice");
    }
    MOSAIC_TRY(all_builders().at(proto.op_type())(node));
    for (const auto& output : proto.output()) {
        if (!output.empty() && find(output) == nullptr && !late_.names.contains(output))
            return node.wrong("output " + output + " isn't supported");
    }
    return {};
}

Result<void> Scope::run(const ::onnx::GraphProto& graph, int depth) {
    if (depth > kDepthMax) return failure("graphs are nested too deep");
    for (const auto& proto : graph.initializer()) {
        MOSAIC_TRY_ASSIGN(Tensor tensor, read_tensor(proto, folder_));
        const std::size_t rank = tensor.shape().rank();
        define(proto.name(), {builder_.add_constant(proto.name(), std::move(tensor)), own_order(rank)});
        set_file_type(proto.name(), proto.data_type());
    }
    for (const auto& proto : graph.node())
        MOSAIC_TRY(build(proto, depth));
    return {};
}

Result<void> Scope::run(std::span<const ::onnx::NodeProto* const> nodes) {
    for (const ::onnx::NodeProto* proto : nodes) {
        if (reads_late(*proto, 0)) {
            defer(*proto);
            continue;
        }
        wanted_.clear();
        auto built = build(*proto, 0);
        if (built) continue;
        // A size that is worked out from the data is known when a run has come so far.
        const Held* wanted = find(wanted_);
        if (wanted_.empty() || wanted == nullptr || builder_.value(wanted->id).constant != nullptr)
            return built;
        late_.arguments.insert(wanted_);
        defer(*proto);
    }
    return {};
}

bool Scope::reads_late(const ::onnx::NodeProto& proto, int depth) const {
    if (depth > kDepthMax) return false;
    const auto is_late = [this](const std::string& name) { return late_.names.contains(name); };
    if (std::any_of(proto.input().begin(), proto.input().end(), is_late)) return true;
    for (const auto& attribute : proto.attribute()) {
        if (!attribute.has_g()) continue;
        for (const auto& inner : attribute.g().node()) {
            if (reads_late(inner, depth + 1)) return true;
        }
        for (const auto& output : attribute.g().output()) {
            if (is_late(output.name())) return true;
        }
    }
    return false;
}

void Scope::defer(const ::onnx::NodeProto& proto) {
    late_.deferred.push_back(&proto);
    for (const auto& output : proto.output()) {
        if (output.empty()) continue;
        late_.names.insert(output);
        tensors_.erase(output);
    }
}

void Scope::put_off(const ::onnx::NodeProto& search) {
    late_.searches.push_back(&search);
    for (const auto& output : search.output()) {
        if (!output.empty()) late_.names.insert(output);
    }
}

std::int32_t Scope::file_type(const std::string& name) const {
    const auto found = file_types_.find(name);
    return found == file_types_.end() ? 0 : found->second;
}

}  // namespace mosaic::onnx
