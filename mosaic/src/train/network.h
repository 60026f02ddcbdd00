// A network that can be trained: the operators of the graph (ir.h), each alone and not fused, and the few
// that exist only while learning. Parameters are values of the network and are changed in place; shapes are
// those of one batch size at a time, see infer_shapes. Pictures are NHWC.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <variant>
#include <vector>

#include "ir.h"

namespace mosaic::train {

using ir::ValueId;

// Inputs: x [..,C], scale [C], shift [C], running mean [C], running variance [C]. In training, normalised by
// the mean and (biased) variance of the batch, and the running ones move by `momentum` towards the batch's
// (variance unbiased, as PyTorch keeps it); otherwise normalised by the running ones.
struct BatchNorm {
    float epsilon = 1e-5F;
    float momentum = 0.1F;
    bool relu = false;
};
// Inputs: x [..,C], scale [C], shift [C]. Normalised along the last axis.
struct LayerNorm {
    float epsilon = 1e-6F;
};
// In training each element is dropped with this probability and the rest is divided by 1 - rate.
struct Dropout {
    float rate = 0.5F;
};

using Op = std::variant<ir::Op, BatchNorm, LayerNorm, Dropout>;

enum class Role : std::uint8_t {
    kComputed,
    kInput,
    kConstant,
    kParameter,  // learnt, if trainable
    kStatistic,  // of batch normalisation: moves in training, has no gradient
};

struct Value {
    std::string name;
    DataType type = DataType::kFloat32;
    Shape shape;
    Role role = Role::kComputed;
    // Null for computed values and inputs.
    std::shared_ptr<Tensor> data;
    bool trainable = true;
    // Whether weight decay applies: not to biases, nor to what normalises.
    bool decays = false;
    // Of the learning rate.
    float rate_factor = 1.0F;
};

struct Node {
    std::string name;
    Op op;
    std::vector<ValueId> inputs, outputs;
};

struct Network {
    std::vector<Value> values;
    std::vector<Node> nodes;  // each after those that make its inputs
    std::vector<ValueId> inputs, outputs;

    [[nodiscard]] Value& value(ValueId id) { return values[static_cast<std::size_t>(id)]; }
    [[nodiscard]] const Value& value(ValueId id) const { return values[static_cast<std::size_t>(id)]; }
    ValueId add_value(Value value);
    // The node's single output, a new computed value of the same name.
    ValueId add_node(std::string name, Op op, std::vector<ValueId> inputs);
    [[nodiscard]] std::vector<ValueId> parameters() const;  // and statistics: all that a checkpoint holds
    [[nodiscard]] std::int64_t parameter_count() const;     // elements of all of them
};

// Shapes of all values, from those of the inputs. Errors name the node.
[[nodiscard]] Result<void> infer_shapes(Network& network);
// The same with another number of pictures: the first size of every input.
[[nodiscard]] Result<void> set_batch(Network& network, std::int64_t batch);

// A prepared graph (compiler.h) as a network: convolutions and products are parted from their activations,
// residuals and scales; float constants of one dimension or more that a convolution, a product, an addition
// or a multiplication reads become parameters, trainable or not as `trainable` says. An operator without a
// gradient (a convolution of several groups, Select) is an error that names the node.
[[nodiscard]] Result<Network> from_graph(const ir::Graph& graph, bool trainable);

// What the network computes outside of training, as a graph for mosaic's compiler: normalisations become
// multiplications and additions, dropout goes. Parameters are copied.
[[nodiscard]] Result<ir::Graph> to_graph(const Network& network);

[[nodiscard]] const char* op_name(const Op& op);

}  // namespace mosaic::train
