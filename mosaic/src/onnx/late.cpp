#include "onnx/late.h"

#include <algorithm>
#include <set>

#include "continuation.h"
#include "invariant.h"

namespace mosaic::onnx {

namespace {

// Each search, and each size that depends on the data, is one more. Real networks have one to three.
constexpr int kStagesMax = 16;
constexpr int kDepthMax = 8;

// Names that a node reads, its branches included.
void add_inputs(const ::onnx::NodeProto& proto, int depth, std::set<std::string>& names) {
    if (depth > kDepthMax) return;
    for (const auto& input : proto.input()) {
        if (!input.empty()) names.insert(input);
    }
    for (const auto& attribute : proto.attribute()) {
        if (!attribute.has_g()) continue;
        for (const auto& inner : attribute.g().node())
            add_inputs(inner, depth + 1, names);
        for (const auto& output : attribute.g().output())
            names.insert(output.name());
    }
}

Result<Tensor> copy(const TensorView& view) {
    MOSAIC_TRY_ASSIGN(Tensor made, Tensor::create(view.type(), view.shape()));
    std::copy(view.bytes().begin(), view.bytes().end(), made.bytes().begin());
    return made;
}

class Stage final : public Continuation {
  public:
    // What the late nodes read becomes hidden outputs of the graph that is being built.
    static Result<std::shared_ptr<const Stage>> create(const std::shared_ptr<const File>& file, Scope& scope,
                                                       std::vector<std::string> outputs, int number) {
        auto stage = std::make_shared<Stage>();
        stage->file_ = file;
        stage->number_ = number;
        stage->late_ = scope.late();
        stage->outputs_ = std::move(outputs);
        std::set<std::string> names(stage->outputs_.begin(), stage->outputs_.end());
        for (const auto* list : {&stage->late_.searches, &stage->late_.deferred}) {
            for (const ::onnx::NodeProto* proto : *list)
                add_inputs(*proto, 0, names);
        }
        for (const std::string& name : names) {
            const Held* held = scope.find(name);
            if (held == nullptr) continue;  // late itself, or of a branch
            stage->types_[name] = scope.file_type(name);
            MOSAIC_TRY_ASSIGN(const ir::ValueId id, scope.stored(*held, own_order(held->order.size())));
            if (const auto& constant = scope.builder().value(id).constant) {
                stage->constants_[name] = constant;
            } else {
                scope.builder().add_hidden_output(name, id);
                stage->reads_.push_back(name);
            }
        }
        return stage;
    }

    [[nodiscard]] const std::vector<std::string>& outputs() const override { return outputs_; }
    [[nodiscard]] std::size_t read_count() const override { return reads_.size(); }
    [[nodiscard]] bool is_argument(std::size_t index) const override {
        return late_.arguments.contains(reads_[index]);
    }

    [[nodiscard]] Result<std::vector<Tensor>> search(std::span<const TensorView> reads) const override {
        std::vector<Tensor> found;
        found.reserve(late_.searches.size());
        for (const ::onnx::NodeProto* proto : late_.searches) {
            std::vector<TensorView> views(static_cast<std::size_t>(proto->input_size()));
            std::vector<const TensorView*> inputs(views.size(), nullptr);
            for (std::size_t i = 0; i < views.size(); ++i) {
                const std::string& name = proto->input(static_cast<int>(i));
                if (name.empty()) continue;
                views[i] = view_of(name, reads);
                inputs[i] = &views[i];
            }
            MOSAIC_TRY_ASSIGN(Tensor tensor, onnx::search(*proto, inputs));
            found.push_back(std::move(tensor));
        }
        return found;
    }

    [[nodiscard]] Result<ir::Graph> rest(std::span<const TensorView> reads,
                                         std::span<const Tensor> found) const override {
        if (number_ >= kStagesMax) return failure("too many sizes depend on the data, one after another");
        GraphBuilder builder;
        Scope scope(builder, file_->folder, file_->opset, nullptr);
        for (const auto& [name, tensor] : constants_)
            scope.define(name, {builder.add_constant(name, tensor), own_order(tensor->shape().rank())});
        for (const auto& [name, type] : types_)
            scope.set_file_type(name, type);
        for (std::size_t i = 0; i < reads_.size(); ++i) {
            const Order order = own_order(reads[i].shape().rank());
            if (is_argument(i)) {
                MOSAIC_TRY_ASSIGN(Tensor tensor, copy(reads[i]));
                scope.define(reads_[i], {builder.add_constant(reads_[i], std::move(tensor)), order});
            } else {
                scope.define(reads_[i],
                             {builder.add_input(reads_[i], reads[i].type(), reads[i].shape()), order});
            }
        }
        for (std::size_t i = 0; i < found.size(); ++i) {
            const std::string& name = late_.searches[i]->output(0);
            scope.define(name, {builder.add_input(name, found[i].type(), found[i].shape()),
                                own_order(found[i].shape().rank())});
        }
        MOSAIC_TRY(scope.run(late_.deferred));
        return finish(file_, scope, outputs_, number_ + 1);
    }

  private:
    [[nodiscard]] TensorView view_of(const std::string& name, std::span<const TensorView> reads) const {
        if (const auto found = constants_.find(name); found != constants_.end()) return found->second->view();
        const auto found = std::find(reads_.begin(), reads_.end(), name);
        MOSAIC_ASSERT(found != reads_.end());
        return reads[static_cast<std::size_t>(found - reads_.begin())];
    }

    std::shared_ptr<const File> file_;
    int number_ = 0;
    Late late_;
    std::vector<std::string> outputs_, reads_;
    std::map<std::string, std::shared_ptr<const Tensor>> constants_;
    std::map<std::string, std::int32_t> types_;
};

}  // namespace

Result<ir::Graph> finish(const std::shared_ptr<const File>& file, Scope& scope,
                         const std::vector<std::string>& outputs, int stage) {
    std::vector<std::string> late;
    for (const std::string& name : outputs) {
        const Held* held = scope.find(name);
        if (held == nullptr && scope.late().names.contains(name)) {
            late.push_back(name);
            continue;
        }
        if (held == nullptr) return failure("output " + name + " is made by no node");
        MOSAIC_TRY_ASSIGN(const ir::ValueId id, scope.stored(*held, own_order(held->order.size())));
        scope.builder().add_output(name, id);
    }
    if (late.empty()) return scope.builder().take();
    MOSAIC_TRY_ASSIGN(auto rest, Stage::create(file, scope, std::move(late), stage));
    ir::Graph graph = scope.builder().take();
    graph.rest = std::move(rest);
    graph.output_order = outputs;
    return graph;
}

}  // namespace mosaic::onnx
