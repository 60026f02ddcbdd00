#include "graph_builder.h"

#include <algorithm>

#include "passes/pass.h"
#include "shape_inference.h"

namespace mosaic {

namespace {

// All that is computed while a model is read, together: a small file must not make gigabytes of constants.
constexpr std::int64_t kFoldedElementsMax = std::int64_t{1} << 28;

}  // namespace

ir::Change change_of(const InputShapes& declared, const InputShapes& wanted) {
    std::int64_t from = 0, to = 0;
    for (const auto& [name, shape] : wanted) {
        const auto found = declared.find(name);
        if (found == declared.end() || found->second.rank() != shape.rank() || shape.rank() < 2)
            return ir::Change::kPicture;
        if (found->second == shape) continue;
        const auto rest = [](const Shape& sizes) { return sizes.sizes().subspan(1); };
        if (!std::equal(rest(shape).begin(), rest(shape).end(), rest(found->second).begin()))
            return ir::Change::kPicture;
        if (from > 0 && (from != found->second[0] || to != shape[0])) return ir::Change::kPicture;
        from = found->second[0];
        to = shape[0];
    }
    return from > 0 ? ir::Change::kBatch : ir::Change::kPicture;
}

Result<void> check_follows_batch(const ir::Graph& declared, const ir::Graph& made) {
    for (std::size_t i = 0; i < std::min(made.outputs.size(), declared.outputs.size()); ++i) {
        const ir::Value& value = made.value(made.outputs[i].value);
        const Shape& before = declared.value(declared.outputs[i].value).shape;
        if (value.constant == nullptr && before.rank() > 0 && value.shape == before &&
            made.outputs[i].name == declared.outputs[i].name)
            return failure("output " + made.outputs[i].name + " stays " + before.to_string() +
                           " whatever the batch is: sizes within the model are those of one batch");
    }
    return {};
}

ir::ValueId GraphBuilder::add_input(std::string name, DataType type, const Shape& shape) {
    ir::Value value;
    value.name = std::move(name);
    value.type = type;
    value.shape = shape;
    ir::Input input;
    input.declared_sizes.assign(shape.sizes().begin(), shape.sizes().end());
    input.value = graph_.add_value(std::move(value));
    graph_.inputs.push_back(input);
    return graph_.inputs.back().value;
}

ir::ValueId GraphBuilder::add_constant(std::string name, std::shared_ptr<const Tensor> tensor) {
    ir::Value value;
    value.name = std::move(name);
    value.type = tensor->type();
    value.shape = tensor->shape();
    value.constant = std::move(tensor);
    return graph_.add_value(std::move(value));
}

ir::ValueId GraphBuilder::add_constant(std::string name, Tensor tensor) {
    return graph_.add_constant(std::move(name), std::move(tensor));
}

Result<std::vector<ir::ValueId>> GraphBuilder::add(std::string name, ir::Op op,
                                                   std::vector<ir::ValueId> inputs, std::size_t outputs) {
    ir::Node node{std::move(name), std::move(op), std::move(inputs), {}};
    for (std::size_t i = 0; i < outputs; ++i) {
        ir::Value value;
        value.name = i == 0 ? node.name : node.name + ":" + std::to_string(i);
        node.outputs.push_back(graph_.add_value(std::move(value)));
    }
    MOSAIC_TRY(ir::infer_node(graph_, node));
    std::vector<ir::ValueId> made = node.outputs;
    std::int64_t elements = 0;
    for (const ir::ValueId id : made)
        elements += graph_.value(id).shape.element_count();
    if (passes::can_fold(graph_, node) && folded_elements_ + elements <= kFoldedElementsMax) {
        folded_elements_ += elements;
        MOSAIC_TRY(passes::fold_node(graph_, node));
    } else {
        graph_.nodes.push_back(std::move(node));
    }
    return made;
}

}  // namespace mosaic
