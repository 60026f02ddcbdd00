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
#include <set>
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

// What the Reshapes of a network did when it was built for the shapes that its file declares, so that
// constants which hold them can follow other shapes.
struct Declared {
    struct Reshaped {
        Sizes target;
        Shape input, output;
    };
    std::map<const ::onnx::NodeProto*, Reshaped> reshapes;
    ir::Change change = ir::Change::kPicture;
    std::int64_t batch = 0;  // kBatch: the file's
};

// Nodes that can be built only when a run has shown how much there is; see late.h.
struct Late {
    std::set<std::string> names;                     // what they make
    std::set<std::string> arguments;                 // what a size depends on
    std::vector<const ::onnx::NodeProto*> searches;  // make as much as they find
    std::vector<const ::onnx::NodeProto*> deferred;  // the others, in order
};

// What nodes share while a graph is built.
class Scope {
  public:
    // `declared` may be null.
    Scope(GraphBuilder& builder, std::filesystem::path folder, std::int64_t opset, const Declared* declared)
        : builder_(builder), folder_(std::move(folder)), opset_(opset), declared_(declared) {}

    [[nodiscard]] GraphBuilder& builder() { return builder_; }
    [[nodiscard]] std::int64_t opset() const { return opset_; }
    [[nodiscard]] const std::filesystem::path& folder() const { return folder_; }
    [[nodiscard]] const Held* find(const std::string& name) const;
    void define(const std::string& name, Held held) { tensors_[name] = std::move(held); }
    // Sizes as ONNX orders them.
    [[nodiscard]] Sizes sizes(const Held& held) const;
    // The tensor stored in the wanted order.
    [[nodiscard]] Result<ir::ValueId> stored(const Held& held, const Order& wanted);

    // Builds the nodes of a graph within a graph; `depth` counts them.
    [[nodiscard]] Result<void> run(const ::onnx::GraphProto& graph, int depth);
    // Builds the nodes of the outermost graph, and puts off what depends on a run.
    [[nodiscard]] Result<void> run(std::span<const ::onnx::NodeProto* const> nodes);
    [[nodiscard]] const Late& late() const { return late_; }

    [[nodiscard]] const Declared* declared() const { return declared_; }
    // Whether the size is that of the file's batch, where another one is wanted.
    [[nodiscard]] bool is_declared_batch(std::int64_t size) const {
        return declared_ != nullptr && declared_->change == ir::Change::kBatch && declared_->batch == size;
    }
    // Of this graph.
    [[nodiscard]] std::map<const ::onnx::NodeProto*, Declared::Reshaped>& reshapes() { return reshapes_; }
    // A builder needs the numbers of this tensor, and they aren't constants.
    void want(const std::string& name) { wanted_ = name; }
    // How much the node makes depends on what it finds.
    void put_off(const ::onnx::NodeProto& search);
    // The type of a constant of the file; 0 for other tensors. Integers of all kinds are int32 here.
    [[nodiscard]] std::int32_t file_type(const std::string& name) const;
    void set_file_type(const std::string& name, std::int32_t type) { file_types_[name] = type; }

  private:
    [[nodiscard]] Result<void> build(const ::onnx::NodeProto& proto, int depth);
    [[nodiscard]] bool reads_late(const ::onnx::NodeProto& proto, int depth) const;
    void defer(const ::onnx::NodeProto& proto);

    GraphBuilder& builder_;
    std::filesystem::path folder_;
    std::int64_t opset_;
    std::map<std::string, Held> tensors_;
    std::map<std::pair<ir::ValueId, Order>, ir::ValueId> transposed_;
    const Declared* declared_;
    std::map<const ::onnx::NodeProto*, Declared::Reshaped> reshapes_;
    std::map<std::string, std::int32_t> file_types_;
    Late late_;
    std::string wanted_;
};

class Node {
  public:
    Node(Scope& scope, const ::onnx::NodeProto& proto, int depth);

    [[nodiscard]] const std::string& op() const;
    [[nodiscard]] std::int64_t opset() const { return scope_.opset(); }
    [[nodiscard]] Scope& scope() { return scope_; }
    [[nodiscard]] int depth() const { return depth_; }
    [[nodiscard]] tl::unexpected<Error> wrong(const std::string& what) const;
    [[nodiscard]] const ::onnx::NodeProto& proto() const { return proto_; }

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
    // An argument that was an attribute up to some opset and is an input since.
    [[nodiscard]] Result<Sizes> list_argument(std::size_t index, const char* name);
    // Its constant; null, and remembered as wanted, if it depends on the data.
    [[nodiscard]] const Tensor* constant_of(std::size_t index, ir::ValueId id);
    // The type that a constant has in the file; 0 for other inputs.
    [[nodiscard]] std::int32_t file_type(std::size_t index) const;
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
void add_joins(Builders& builders);
void add_matrices(Builders& builders);
void add_normalizations(Builders& builders);
void add_reductions(Builders& builders);
void add_quantized(Builders& builders);
void add_recurrent(Builders& builders);
void add_resizes(Builders& builders);
void add_scatters(Builders& builders);
void add_searches(Builders& builders);
void add_found(Builders& builders);
void add_shapes(Builders& builders);
[[nodiscard]] const Builders& all_builders();

// The position of dimension `axis` in the stored tensor.
[[nodiscard]] std::int64_t stored_axis(const Order& order, std::size_t axis);

}  // namespace mosaic::onnx
