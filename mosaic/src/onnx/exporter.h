// Turns the nodes of a graph into those of an ONNX model.
//
// As in the importer every value is held together with the order in which its dimensions lie: a convolution
// takes and makes pictures with the channels first, operators element by element leave them so, and who needs
// another order gets a copy through one Transpose.
#pragma once

#include <map>
#include <set>
#include <string>
#include <variant>
#include <vector>

#include "ir.h"
#include "mosaic/calibration.h"
#include "onnx/node.h"

namespace onnx {
class GraphProto;
}

namespace mosaic::onnx {

struct ExportAttribute {
    const char* name;
    std::variant<std::int64_t, float, std::string, Sizes> value;
};
using ExportAttributes = std::vector<ExportAttribute>;

class Exporter {
  public:
    // `calibration` may be null.
    Exporter(const ir::Graph& graph, ::onnx::GraphProto& proto, const Calibration* calibration);

    [[nodiscard]] Result<void> run();

    // ---- used by the operators, each in its function of export_*.cpp
    [[nodiscard]] const ir::Value& value(ir::ValueId id) const { return graph_.value(id); }
    [[nodiscard]] std::size_t rank(ir::ValueId id) const { return value(id).shape.rank(); }
    // The order in which the value was made.
    [[nodiscard]] Order order_of(ir::ValueId id) const;
    // The name of the value's tensor in that order.
    [[nodiscard]] std::string tensor(ir::ValueId id, const Order& order);
    [[nodiscard]] std::string plain(ir::ValueId id) { return tensor(id, own_order(rank(id))); }
    // As an operand beside tensors of `rank` dimensions that lie in `order`.
    [[nodiscard]] std::string operand(ir::ValueId id, std::size_t rank, const Order& order);
    // The order of the operator's result: that of the first operand of full rank that isn't in its own.
    [[nodiscard]] Order common_order(const ir::Node& node) const;

    // Appends a node; the names of its outputs.
    std::vector<std::string> emit(const char* op, const std::vector<std::string>& inputs,
                                  const ExportAttributes& attributes, std::size_t outputs);
    std::string emit(const char* op, const std::vector<std::string>& inputs,
                     const ExportAttributes& attributes = {}) {
        return emit(op, inputs, attributes, 1)[0];
    }
    std::string emit_cast(const std::string& tensor, DataType to);
    std::string emit_reshape(const std::string& tensor, const Shape& shape);
    std::string emit_activation(const ir::Activation& activation, std::string x);
    // Initializers.
    std::string integers(const Sizes& numbers);
    std::string number(float number);
    std::string numbers(const std::vector<float>& numbers);
    // A scalar of the type.
    std::string scalar(DataType type, float number);
    std::string constant(const TensorView& tensor);

    // ---- bytes; see save()
    // Whether the convolution or product computes with them.
    [[nodiscard]] bool is_quantized(const ir::Node& node) const;
    // Whether the values are worth handing on as bytes: a layer that computes with them made one, and their
    // ranges are known.
    [[nodiscard]] bool passes_bytes(const std::vector<ir::ValueId>& ids) const;
    // As tensor(), through bytes.
    [[nodiscard]] std::string through_bytes(ir::ValueId id, const Order& order);
    // Constant weights through bytes that have a scale for each position along `axis`, then the bias through
    // integers if there is one. `input` is what they are multiplied with.
    [[nodiscard]] std::vector<std::string> weights_through_bytes(ir::ValueId input, const Tensor& weights,
                                                                 std::size_t axis, const Tensor* bias);

    // `tensor` is the value, in that order.
    void publish(ir::ValueId id, const Order& order, const std::string& tensor);
    void publish(ir::ValueId id, const std::string& tensor) { publish(id, own_order(rank(id)), tensor); }

    // Of no tensor so far, and of no input or output of the graph.
    [[nodiscard]] std::string fresh_name();

  private:
    [[nodiscard]] Result<void> add_output(const ir::Output& output);
    void add_input(const ir::Input& input);

    [[nodiscard]] const Calibration::Range* range_of(ir::ValueId id) const;
    [[nodiscard]] std::string small_constant(std::int32_t type, const Shape& shape, const void* data,
                                             std::size_t bytes);

    const ir::Graph& graph_;
    ::onnx::GraphProto& proto_;
    const Calibration* calibration_;
    std::map<ir::ValueId, const ir::Node*> makers_;
    std::map<ir::ValueId, std::vector<const ir::Node*>> readers_;
    std::map<std::pair<ir::ValueId, Order>, std::string> through_bytes_;
    std::map<ir::ValueId, std::map<Order, std::string>> tensors_;
    std::map<ir::ValueId, Order> made_in_;
    std::string node_name_;
    std::set<std::string> taken_;
    int next_ = 0;
};

[[nodiscard]] Order channels_first();
// A constant with its dimensions in another order.
[[nodiscard]] Result<Tensor> transposed(const TensorView& tensor, const Order& order);

// Each exports one node; false: not its kind.
[[nodiscard]] Result<bool> export_picture_operator(Exporter& exporter, const ir::Node& node);
[[nodiscard]] Result<bool> export_elementwise_operator(Exporter& exporter, const ir::Node& node);
[[nodiscard]] Result<bool> export_shape_operator(Exporter& exporter, const ir::Node& node);
[[nodiscard]] Result<bool> export_search_operator(Exporter& exporter, const ir::Node& node);

}  // namespace mosaic::onnx
