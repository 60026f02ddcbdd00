// TensorFlow's operators as they appear in TensorFlow.js graph models, turned into mosaic's.
#pragma once

#include <map>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "graph_builder.h"
#include "tfjs_attributes.h"

namespace mosaic::tfjs {

// What a builder sees of one node, and where it puts what it makes. Borrows everything.
class NodeContext {
  public:
    // `hint`, if there is one, takes the place of an operator of its kind that is emitted.
    NodeContext(GraphBuilder& builder, std::string name, std::string op, Attributes attributes,
                std::vector<ir::ValueId> inputs, const ir::Op* hint)
        : builder_(builder),
          hint_(hint),
          name_(std::move(name)),
          op_(std::move(op)),
          attributes_(std::move(attributes)),
          inputs_(std::move(inputs)) {}

    [[nodiscard]] const std::string& op() const { return op_; }
    [[nodiscard]] const Attributes& attributes() const { return attributes_; }
    [[nodiscard]] std::span<const ir::ValueId> inputs() const { return inputs_; }
    [[nodiscard]] Result<void> expect_inputs(std::size_t least, std::size_t most) const;
    // The integers of input `index`, which must be a constant scalar or list of int32.
    [[nodiscard]] Result<std::vector<std::int64_t>> constant_integers(std::size_t index) const;
    [[nodiscard]] Result<std::int64_t> constant_integer(std::size_t index) const;
    [[nodiscard]] Result<float> constant_number(std::size_t index) const;

    [[nodiscard]] const ir::Value& value(ir::ValueId id) const { return builder_.value(id); }
    [[nodiscard]] ir::ValueId constant(Tensor tensor) {
        return builder_.add_constant(name_ + "/constant", std::move(tensor));
    }

    // Appends a node; its outputs become this node's outputs (replacing those of an earlier emit). Shapes
    // that don't fit are found here and kept as shape_error(); what is emitted after that is left out.
    void emit(ir::Op op, std::vector<ir::ValueId> inputs, std::size_t output_count = 1);
    void emit(ir::Op op) { emit(std::move(op), inputs_); }
    [[nodiscard]] const std::vector<ir::ValueId>& outputs() const { return outputs_; }
    void set_output(ir::ValueId id) { outputs_ = {id}; }
    void set_outputs(std::vector<ir::ValueId> ids) { outputs_ = std::move(ids); }
    [[nodiscard]] const std::optional<Error>& shape_error() const { return shape_error_; }

    [[nodiscard]] tl::unexpected<Error> wrong(const std::string& what) const {
        return attributes_.wrong(what);
    }

  private:
    [[nodiscard]] Result<const Tensor*> constant(std::size_t index) const;

    GraphBuilder& builder_;
    const ir::Op* hint_;
    std::optional<Error> shape_error_;
    std::string name_;
    std::string op_;
    Attributes attributes_;
    std::vector<ir::ValueId> inputs_;
    std::vector<ir::ValueId> outputs_;
};

using Builder = Result<void> (*)(NodeContext&);
[[nodiscard]] const std::map<std::string, Builder>& own_builders();
// Operators that turn shapes into numbers and the other way round, in tfjs_shapes.cpp.
[[nodiscard]] const std::map<std::string, Builder>& shape_builders();

[[nodiscard]] bool is_supported(const std::string& op);

// Appends what the node stands for. An operator that mosaic doesn't know is an error that names it and the
// node.
[[nodiscard]] Result<void> build_operator(NodeContext& node);

// Names of the operators that build_operator knows, sorted.
[[nodiscard]] std::vector<std::string> supported_operators();

}  // namespace mosaic::tfjs
