#include "onnx/import.h"

#include <algorithm>
#include <set>

#include <onnx/onnx_pb.h>

#include "files.h"
#include "onnx/late.h"
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
        auto file = std::make_shared<File>();
        source->file_ = file;
        file->folder = folder;
        MOSAIC_TRY_ASSIGN(const auto model, parse_model(bytes));
        MOSAIC_TRY_ASSIGN(file->opset, find_opset(*model));
        MOSAIC_TRY(check_operators(model->graph(), file->opset, 0));
        file->graph = model->graph();
        for (const auto& proto : file->graph.initializer()) {
            MOSAIC_TRY_ASSIGN(Tensor tensor, read_tensor(proto, folder));
            const bool fresh =
                source->weights_.emplace(proto.name(), std::make_shared<const Tensor>(std::move(tensor)))
                    .second;
            if (!fresh) return failure("tensor " + proto.name() + " is there twice");
            source->weight_types_[proto.name()] = proto.data_type();
        }
        file->graph.clear_initializer();
        if (file->graph.sparse_initializer_size() > 0) return failure("sparse tensors aren't supported");
        if (file->graph.output_size() == 0) return failure("the model has no outputs");
        MOSAIC_TRY(source->read_inputs());
        return source;
    }

    [[nodiscard]] Result<ir::Graph> instantiate(const InputShapes& shapes) const override {
        InputShapes declared, wanted;
        for (const InputInfo& input : inputs_) {
            MOSAIC_TRY_ASSIGN(wanted[input.name], input_shape(input, shapes));
            if (const auto own = input_shape(input, {})) declared[input.name] = *own;
        }
        if (wanted == declared || declared.size() != inputs_.size()) return build(wanted, nullptr, nullptr);
        Declared first;
        const auto before = build(declared, nullptr, &first.reshapes);
        if (!before) return build(wanted, nullptr, nullptr);
        first.change = change_of(declared, wanted);
        if (first.change == ir::Change::kBatch) first.batch = changed_batch(declared, wanted);
        MOSAIC_TRY_ASSIGN(ir::Graph made, build(wanted, &first, nullptr));
        if (first.change == ir::Change::kBatch) MOSAIC_TRY(check_follows_batch(*before, made));
        return made;
    }

    [[nodiscard]] std::vector<std::string> input_names() const override {
        std::vector<std::string> names;
        for (const InputInfo& input : inputs_)
            names.push_back(input.name);
        return names;
    }

    [[nodiscard]] std::vector<std::string> output_names() const override {
        std::vector<std::string> names;
        for (const auto& output : file_->graph.output())
            names.push_back(output.name());
        return names;
    }

    [[nodiscard]] std::size_t node_count() const override {
        return static_cast<std::size_t>(file_->graph.node_size());
    }

  private:
    struct InputInfo {
        std::string name;
        DataType type = DataType::kFloat32;
        std::optional<std::vector<std::int64_t>> sizes;
    };

    // `declared` may be null, and so may `reshapes`, which is where to note what Reshapes did.
    Result<ir::Graph> build(const InputShapes& shapes, const Declared* declared,
                            std::map<const ::onnx::NodeProto*, Declared::Reshaped>* reshapes) const {
        GraphBuilder builder;
        Scope scope(builder, file_->folder, file_->opset, declared);
        for (const auto& [name, tensor] : weights_) {
            scope.define(name, {builder.add_constant(name, tensor), own_order(tensor->shape().rank())});
            scope.set_file_type(name, weight_types_.at(name));
        }
        for (const InputInfo& input : inputs_) {
            const Shape& shape = shapes.at(input.name);
            scope.define(input.name,
                         {builder.add_input(input.name, input.type, shape), own_order(shape.rank())});
        }
        std::vector<const ::onnx::NodeProto*> nodes;
        nodes.reserve(static_cast<std::size_t>(file_->graph.node_size()));
        for (const auto& node : file_->graph.node())
            nodes.push_back(&node);
        MOSAIC_TRY(scope.run(nodes));
        if (reshapes != nullptr) *reshapes = std::move(scope.reshapes());
        return finish(file_, scope, output_names(), 0);
    }

    static std::int64_t changed_batch(const InputShapes& declared, const InputShapes& wanted) {
        for (const auto& [name, shape] : wanted) {
            if (declared.at(name) != shape) return declared.at(name)[0];
        }
        return 0;
    }

    // Inputs that have a weight of their name are constants (so it was up to IR version 3).
    Result<void> read_inputs() {
        std::set<std::string> seen;
        for (const auto& proto : file_->graph.input()) {
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

    std::shared_ptr<const File> file_;
    std::map<std::string, std::shared_ptr<const Tensor>> weights_;
    std::map<std::string, std::int32_t> weight_types_;
    std::vector<InputInfo> inputs_;
};

}  // namespace

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
