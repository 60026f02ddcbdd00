// Builds a graph whose shapes are known from the first node on: importers that have to compute sizes need
// them. What depends on constants only is computed at once, so that a target of Reshape that a model works
// out from the shape of its input is a constant by the time it is read.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "shape_rules.h"

namespace mosaic {

// Shapes by the name of the input, as in Options::input_shapes.
using InputShapes = std::map<std::string, Shape>;

// A network that was made for the one is used with the other.
[[nodiscard]] ir::Change change_of(const InputShapes& declared, const InputShapes& wanted);
// Of the same network for its own batch and another one: a result that depends on the inputs and has the same
// shape as before is that of some of the pictures only.
[[nodiscard]] Result<void> check_follows_batch(const ir::Graph& declared, const ir::Graph& made);

class GraphBuilder {
  public:
    ir::ValueId add_input(std::string name, DataType type, const Shape& shape);
    ir::ValueId add_constant(std::string name, std::shared_ptr<const Tensor> tensor);
    ir::ValueId add_constant(std::string name, Tensor tensor);
    // Appends a node and infers its outputs. Errors: those of shape inference, which name the node.
    [[nodiscard]] Result<std::vector<ir::ValueId>> add(std::string name, ir::Op op,
                                                       std::vector<ir::ValueId> inputs,
                                                       std::size_t outputs = 1);

    [[nodiscard]] const ir::Value& value(ir::ValueId id) const { return graph_.value(id); }
    [[nodiscard]] const Tensor* constant(ir::ValueId id) const { return graph_.value(id).constant.get(); }
    void add_output(std::string name, ir::ValueId id) { graph_.outputs.push_back({std::move(name), id}); }
    // For Graph::rest.
    void add_hidden_output(std::string name, ir::ValueId id) {
        graph_.outputs.push_back({std::move(name), id, true});
    }
    [[nodiscard]] ir::Graph take() { return std::move(graph_); }

  private:
    ir::Graph graph_;
    std::int64_t folded_elements_ = 0;
};

// A network as a file holds it, from which graphs for different shapes of the inputs can be made.
class GraphSource {
  public:
    GraphSource() = default;
    GraphSource(const GraphSource&) = delete;
    GraphSource& operator=(const GraphSource&) = delete;
    virtual ~GraphSource() = default;

    // Names without ":0". Inputs that aren't named keep the shape of the file.
    [[nodiscard]] virtual Result<ir::Graph> instantiate(const InputShapes& shapes) const = 0;
    [[nodiscard]] virtual std::vector<std::string> input_names() const = 0;
    [[nodiscard]] virtual std::vector<std::string> output_names() const = 0;
    [[nodiscard]] virtual std::size_t node_count() const = 0;
};

}  // namespace mosaic
