// What the builder of an operator sees of one ONNX node.
//
// ONNX keeps pictures as [N,C,H,W], mosaic as [N,H,W,C]. So every tensor is held together with the order in
// which its dimensions are stored: a convolution asks for a picture with the channels last and makes one,
// operators element by element leave the order as it is, Transpose only changes the order in the books, and
// who needs another order gets a transposed copy, made once. A chain of convolutions therefore holds no
// transpose.
#pragma once

#include <filesystem>
#include <map>
#include <span>
#include <string>
#include <vector>

#include "graph_builder.h"

namespace onnx {
class GraphProto;
class NodeProto;
class TensorProto;
}  // namespace onnx

namespace mosaic::onnx {

using Sizes = std::vector<std::int64_t>;

// Dimension k of the stored tensor is dimension order[k] of the tensor as ONNX numbers them.
using Order = std::vector<std::size_t>;

struct Held {
    ir::ValueId id = 0;
    Order order;
};

[[nodiscard]] Order own_order(std::size_t rank);
// [N,H,W,C] of [N,C,H,W].
[[nodiscard]] Order channels_last();

// What nodes share while a graph is built.
class Scope {
  public:
    Scope(GraphBuilder& builder, std::filesystem::path folder, std::int64_t opset)
        : builder_(builder), folder_(std::move(folder)), opset_(opset) {}

    [[nodiscard]] GraphBuilder& builder() { return builder_; }
    [[nodiscard]] std::int64_t opset() const { return opset_; }
    [[nodiscard]] const std::filesystem::path& folder() const { return folder_; }
    [[nodiscard]] const Held* find(const std::string& name) const;
    void define(const std::string& name, Held held) { tensors_[name] = std::move(held); }
    // Sizes as ONNX orders them.
    [[nodiscard]] Sizes sizes(const Held& held) const;
    // The tensor stored in the wanted order.
    [[nodiscard]] Result<ir::ValueId> stored(const Held& held, const Order& wanted);

    // Builds the nodes of a graph; `depth` counts graphs within graphs.
    [[nodiscard]] Result<void> run(const ::onnx::GraphProto& graph, int depth);

  private:
    GraphBuilder& builder_;
    std::filesystem::path folder_;
    std::int64_t opset_;
    std::map<std::string, Held> tensors_;
    std::map<std::pair<ir::ValueId, Order>, ir::ValueId> transposed_;
};

class Node {
  public:
    Node(Scope& scope, const ::onnx::NodeProto& proto, int depth);

    [[nodiscard]] const std::string& op() const;
    [[nodiscard]] std::int64_t opset() const { return scope_.opset(); }
    [[nodiscard]] Scope& scope() { return scope_; }
    [[nodiscard]] int depth() const { return depth_; }
    [[nodiscard]] tl::unexpected<Error> wrong(const std::string& what) const;

    // ---- inputs
    [[nodiscard]] Result<void> expect_inputs(std::size_t least, std::size_t most) const;
    [[nodiscard]] std::size_t input_count() const;
    [[nodiscard]] std::size_t output_count() const;
    [[nodiscard]] bool has_input(std::size_t index) const;
    [[nodiscard]] bool has_output(std::size_t index) const;
    // Of an input that is there (asserted).
    [[nodiscard]] const Held& held(std::size_t index) const;
    [[nodiscard]] Sizes sizes(std::size_t index) const { return scope_.sizes(held(index)); }
    [[nodiscard]] std::size_t rank(std::size_t index) const { return held(index).order.size(); }
    [[nodiscard]] DataType type(std::size_t index) const;
    [[nodiscard]] Result<ir::ValueId> plain(std::size_t index);
    [[nodiscard]] Result<ir::ValueId> stored(std::size_t index, const Order& order);
    // The constant integers (of int32 or int64) or floats of an input.
    [[nodiscard]] Result<Sizes> integers(std::size_t index);
    [[nodiscard]] Result<std::vector<float>> floats(std::size_t index);
    [[nodiscard]] Result<std::int64_t> integer(std::size_t index);
    [[nodiscard]] Result<float> number(std::size_t index);
    // 0 <= result < rank.
    [[nodiscard]] Result<std::size_t> axis(std::int64_t axis, std::size_t rank) const;

    // ---- attributes: the fallback when absent, an error when of another kind
    [[nodiscard]] bool has(const char* name) const;
    [[nodiscard]] Result<std::int64_t> attribute(const char* name, std::int64_t fallback) const;
    [[nodiscard]] Result<float> attribute(const char* name, float fallback) const;
    [[nodiscard]] Result<std::string> attribute(const char* name, const char* fallback) const;
    [[nodiscard]] Result<Sizes> attribute(const char* name, const Sizes& fallback) const;
    [[nodiscard]] Result<std::vector<float>> attribute_floats(const char* name) const;
    [[nodiscard]] Result<Tensor> attribute_tensor(const char* name) const;
    [[nodiscard]] Result<const ::onnx::GraphProto*> attribute_graph(const char* name) const;

    // ---- results
    // Appends a node with one output.
    [[nodiscard]] Result<ir::ValueId> emit(ir::Op op, std::vector<ir::ValueId> inputs);
    [[nodiscard]] Result<std::vector<ir::ValueId>> emit(ir::Op op, std::vector<ir::ValueId> inputs,
                                                        std::size_t outputs);
    [[nodiscard]] Result<ir::ValueId> emit_reshape(ir::ValueId id, const Sizes& sizes);
    [[nodiscard]] ir::ValueId constant(Tensor tensor);
    [[nodiscard]] Result<ir::ValueId> constant(float number);
    [[nodiscard]] Result<ir::ValueId> constant(const std::vector<float>& numbers);
    [[nodiscard]] Result<ir::ValueId> constant(const Sizes& integers);
    [[nodiscard]] const ir::Value& value(ir::ValueId id) const { return scope_.builder().value(id); }

    // The tensor named by output `index`.
    void set(std::size_t index, ir::ValueId id, const Order& order);
    void set(std::size_t index, ir::ValueId id) { set(index, id, own_order(value(id).shape.rank())); }
    // Emits and sets output 0, stored in its own order.
    [[nodiscard]] Result<void> finish(ir::Op op, std::vector<ir::ValueId> inputs);

  private:
    Scope& scope_;
    const ::onnx::NodeProto& proto_;
    int depth_;
    std::string name_;
    int emitted_ = 0;
};

// Inputs brought to one order (that of the first that isn't in its own) and, where they have fewer
// dimensions, to shapes that broadcast as ONNX wants.
struct Aligned {
    std::vector<ir::ValueId> ids;
    Order order;
};
[[nodiscard]] Result<Aligned> align(Node& node, std::span<const Held> inputs);

using Builder = Result<void> (*)(Node&);
using Builders = std::map<std::string, Builder>;

void add_convolutions(Builders& builders);
void add_elementwise(Builders& builders);
void add_matrices(Builders& builders);
void add_normalizations(Builders& builders);
void add_reductions(Builders& builders);
void add_recurrent(Builders& builders);
void add_resizes(Builders& builders);
void add_scatters(Builders& builders);
void add_searches(Builders& builders);
void add_shapes(Builders& builders);
[[nodiscard]] const Builders& all_builders();

// The position of dimension `axis` in the stored tensor.
[[nodiscard]] std::int64_t stored_axis(const Order& order, std::size_t axis);

}  // namespace mosaic::onnx
