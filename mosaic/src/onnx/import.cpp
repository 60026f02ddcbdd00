#include "onnx/import.h"

#include <algorithm>
#include <set>

#include <onnx/onnx_pb.h>

#include "files.h"
#include "onnx/model.h"
#include "onnx/node.h"

namespace mosaic::onnx {

namespace {

constexpr std::uintmax_t kModelBytesMax = std::uintmax_t{2} << 30;
constexpr std::int64_t kOpsetMin = 7;
constexpr std::int64_t kOpsetMax = 21;
// Graphs within graphs: the branches of If.
constexpr int kDepthMax = 8;

bool is_own_domain(const std::string& domain) {
    return domain.empty() || domain == "ai.onnx";
}

std::string describe(const ::onnx::NodeProto& node) {
    const bool by_output = node.name().empty() && node.output_size() > 0;
    std::string text = "node ";
    text.append(by_output ? node.output(0) : node.name());
    return text.append(" (").append(node.op_type()).append(")");
}

Result<std::int64_t> find_opset(const ::onnx::ModelProto& model) {
    for (const auto& opset : model.opset_import()) {
        if (!is_own_domain(opset.domain())) continue;
        if (opset.version() >= kOpsetMin && opset.version() <= kOpsetMax) return opset.version();
        return failure("opset " + std::to_string(opset.version()) + " isn't supported, only " +
                       std::to_string(kOpsetMin) + " to " + std::to_string(kOpsetMax));
    }
    return failure("the model doesn't say which opset it is of");
}

// Every operator, those of branches too, before anything is computed.
Result<void> check_operators(const ::onnx::GraphProto& graph, std::int64_t opset, int depth) {
    if (depth > kDepthMax) return failure("graphs are nested too deep");
    for (const auto& node : graph.node()) {
        if (!is_own_domain(node.domain()) || !all_builders().contains(node.op_type())) {
            const std::string domain = is_own_domain(node.domain()) ? "" : node.domain() + ".";
            return failure(describe(node) + ": operator " + domain + node.op_type() + " of opset " +
                           std::to_string(opset) + " isn't supported");
        }
        for (const auto& attribute : node.attribute()) {
            if (attribute.has_g()) MOSAIC_TRY(check_operators(attribute.g(), opset, depth + 1));
        }
    }
    return {};
}

class Source final : public GraphSource {
  public:
    static Result<std::unique_ptr<const GraphSource>> create(std::span<const std::byte> bytes,
                                                             const std::filesystem::path& folder) {
        auto source = std::make_unique<Source>();
        source->folder_ = folder;
        MOSAIC_TRY_ASSIGN(const auto model, parse_model(bytes));
        MOSAIC_TRY_ASSIGN(source->opset_, find_opset(*model));
        MOSAIC_TRY(check_operators(model->graph(), source->opset_, 0));
        source->graph_ = model->graph();
        for (const auto& proto : source->graph_.initializer()) {
            MOSAIC_TRY_ASSIGN(Tensor tensor, read_tensor(proto, folder));
            const bool fresh =
                source->weights_.emplace(proto.name(), std::make_shared<const Tensor>(std::move(tensor)))
                    .second;
            if (!fresh) return failure("tensor " + proto.name() + " is there twice");
        }
        source->graph_.clear_initializer();
        if (source->graph_.sparse_initializer_size() > 0) return failure("sparse tensors aren't supported");
        if (source->graph_.output_size() == 0) return failure("the model has no outputs");
        MOSAIC_TRY(source->read_inputs());
        return source;
    }

    [[nodiscard]] Result<ir::Graph> instantiate(const InputShapes& shapes) const override {
        GraphBuilder builder;
        Scope scope(builder, folder_, opset_);
        for (const auto& [name, tensor] : weights_)
            scope.define(name, {builder.add_constant(name, tensor), own_order(tensor->shape().rank())});
        for (const InputInfo& input : inputs_) {
            MOSAIC_TRY_ASSIGN(const Shape shape, input_shape(input, shapes));
            scope.define(input.name,
                         {builder.add_input(input.name, input.type, shape), own_order(shape.rank())});
        }
        MOSAIC_TRY(scope.run(graph_, 0));
        for (const auto& output : graph_.output()) {
            const Held* held = scope.find(output.name());
            if (held == nullptr) return failure("output " + output.name() + " is made by no node");
            MOSAIC_TRY_ASSIGN(const ir::ValueId id, scope.stored(*held, own_order(held->order.size())));
            builder.add_output(output.name(), id);
        }
        return builder.take();
    }

    [[nodiscard]] std::vector<std::string> input_names() const override {
        std::vector<std::string> names;
        for (const InputInfo& input : inputs_)
            names.push_back(input.name);
        return names;
    }

    [[nodiscard]] std::vector<std::string> output_names() const override {
        std::vector<std::string> names;
        for (const auto& output : graph_.output())
            names.push_back(output.name());
        return names;
    }

    [[nodiscard]] std::size_t node_count() const override {
        return static_cast<std::size_t>(graph_.node_size());
    }

  private:
    struct InputInfo {
        std::string name;
        DataType type = DataType::kFloat32;
        std::optional<std::vector<std::int64_t>> sizes;
    };

    // Inputs that have a weight of their name are constants (so it was up to IR version 3).
    Result<void> read_inputs() {
        std::set<std::string> seen;
        for (const auto& proto : graph_.input()) {
            if (weights_.contains(proto.name())) continue;
            if (!seen.insert(proto.name()).second)
                return failure("input " + proto.name() + " is there twice");
            InputInfo input;
            input.name = proto.name();
            if (!proto.type().has_tensor_type()) return failure("input " + input.name + " isn't a tensor");
            auto type = read_type(proto.type().tensor_type().elem_type());
            if (!type) return failure("input " + input.name + ": " + type.error().message);
            input.type = *type;
            input.sizes = read_sizes(proto);
            inputs_.push_back(std::move(input));
        }
        return {};
    }

    static Result<Shape> input_shape(const InputInfo& input, const InputShapes& shapes) {
        const auto given = shapes.find(input.name);
        if (given != shapes.end()) {
            if (input.sizes && input.sizes->size() != given->second.rank()) {
                return failure("input " + input.name + ": shape " + given->second.to_string() +
                               " has another rank than " + std::to_string(input.sizes->size()));
            }
            return given->second;
        }
        std::vector<std::int64_t> sizes = input.sizes.value_or(std::vector<std::int64_t>{-1});
        if (sizes.size() > 1 && sizes[0] < 1) sizes[0] = 1;  // an open batch is one picture
        if (std::any_of(sizes.begin(), sizes.end(), [](std::int64_t size) { return size < 1; }))
            return failure("input " + input.name + " has an open shape: give it in Options::input_shapes");
        auto shape = Shape::create(sizes);
        if (!shape) return failure("input " + input.name + ": " + shape.error().message);
        return shape;
    }

    std::filesystem::path folder_;
    std::int64_t opset_ = 0;
    ::onnx::GraphProto graph_;  // without initializers
    std::map<std::string, std::shared_ptr<const Tensor>> weights_;
    std::vector<InputInfo> inputs_;
};

Result<void> build_constant(Node& node) {
    if (node.has("value")) {
        MOSAIC_TRY_ASSIGN(Tensor tensor, node.attribute_tensor("value"));
        node.set(0, node.constant(std::move(tensor)));
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
    const auto& constant = node.value(condition).constant;
    if (!constant || constant->type() != DataType::kBool || constant->shape().element_count() != 1)
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
        add_matrices(builders);
        add_normalizations(builders);
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

Result<void> Scope::run(const ::onnx::GraphProto& graph, int depth) {
    if (depth > kDepthMax) return failure("graphs are nested too deep");
    for (const auto& proto : graph.initializer()) {
        MOSAIC_TRY_ASSIGN(Tensor tensor, read_tensor(proto, folder_));
        const std::size_t rank = tensor.shape().rank();
        define(proto.name(), {builder_.add_constant(proto.name(), std::move(tensor)), own_order(rank)});
    }
    for (const auto& proto : graph.node()) {
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
            if (!output.empty() && find(output) == nullptr)
                return node.wrong("output " + output + " isn't supported");
        }
    }
    return {};
}

Result<std::unique_ptr<const GraphSource>> load(const std::filesystem::path& path) {
    std::vector<std::byte> bytes;
    MOSAIC_TRY(append_file(path, kModelBytesMax, bytes));
    const std::filesystem::path folder = path.has_parent_path() ? path.parent_path() : ".";
    auto source = Source::create(bytes, folder);
    if (!source) return failure(path.string() + ": " + source.error().message);
    return source;
}

Result<std::unique_ptr<const GraphSource>> parse(std::span<const std::byte> bytes) {
    return Source::create(bytes, {});
}

}  // namespace mosaic::onnx
