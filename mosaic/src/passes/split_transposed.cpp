// A transposed convolution whose windows lie side by side is a product of matrices, each pixel's row of which
// is that pixel's window: 1x1, which every backend is quick at, and a rearrangement.
#include <algorithm>
#include <optional>
#include <utility>

#include "passes/pass.h"
#include "passes/rewrite.h"

namespace mosaic::passes {

namespace {

// Sizes of such a convolution.
struct Windows {
    Shape in, out;
    std::int64_t rows = 0, columns = 0;  // of a window

    [[nodiscard]] std::int64_t taps() const { return rows * columns; }
};

std::optional<Windows> side_by_side(const ir::Graph& graph, const ir::Node& node) {
    const auto* conv = std::get_if<ir::ConvTranspose2d>(&node.op);
    if (conv == nullptr || conv->groups != 1 || conv->dilation_y != 1 || conv->dilation_x != 1)
        return std::nullopt;
    const ir::Value& weights = graph.value(node.inputs[1]);
    const bool constant = weights.constant && (!conv->has_bias || graph.value(node.inputs[2]).constant);
    if (!constant || weights.type != DataType::kFloat32) return std::nullopt;
    const Windows windows{graph.value(node.inputs[0]).shape, graph.value(node.outputs[0]).shape,
                          weights.shape[0], weights.shape[1]};
    const ir::Padding& cut = conv->padding;
    const bool whole = conv->stride_y == windows.rows && conv->stride_x == windows.columns && cut.top == 0 &&
                       cut.left == 0 && windows.out[1] == windows.in[1] * windows.rows &&
                       windows.out[2] == windows.in[2] * windows.columns;
    return whole && windows.taps() > 1 && windows.out.element_count() > 0 ? std::optional(windows)
                                                                          : std::nullopt;
}

// [rows,columns,CO,CI] to [1,1,CI,rows*columns*CO].
Result<ir::ValueId> as_matrix(ir::Graph& graph, ir::ValueId id) {
    const std::shared_ptr<const Tensor> from = graph.value(id).constant;
    const std::int64_t inputs = from->shape()[3];
    const std::int64_t results = from->shape()[0] * from->shape()[1] * from->shape()[2];
    MOSAIC_TRY_ASSIGN(Tensor to, Tensor::create(DataType::kFloat32, {1, 1, inputs, results}));
    const auto source = from->elements<float>();
    const auto target = to.elements<float>();
    for (std::int64_t ci = 0; ci < inputs; ++ci) {
        for (std::int64_t result = 0; result < results; ++result)
            target[static_cast<std::size_t>(ci * results + result)] =
                source[static_cast<std::size_t>(result * inputs + ci)];
    }
    return graph.add_constant(graph.value(id).name + "/matrix", std::move(to));
}

// What may as well be done to the windows before they are put side by side: an activation, or a number for
// each channel. Which of its inputs is that number; -1 for an activation.
std::optional<int> by_channel(const ir::Graph& graph, const ir::Node& node, ir::ValueId picture,
                              std::int64_t channels) {
    if (std::holds_alternative<ir::Activate>(node.op)) return -1;
    if (!is_binary(node, ir::BinaryKind::kAdd) && !is_binary(node, ir::BinaryKind::kMultiply))
        return std::nullopt;
    for (const int side : {0, 1}) {
        const ir::Value& numbers = graph.value(node.inputs[static_cast<std::size_t>(side)]);
        if (node.inputs[static_cast<std::size_t>(1 - side)] == picture && numbers.shape.rank() <= 4 &&
            !channel_numbers(numbers, channels).empty())
            return side;
    }
    return std::nullopt;
}

class Split {
  public:
    Split(ir::Graph& graph, const Windows& windows) : graph_(graph), windows_(windows) {}

    // In place of the node at `index` and of what follows it channel by channel.
    Result<void> at(std::size_t index) {
        const ir::Node node = graph_.nodes[index];
        const bool has_bias = std::get<ir::ConvTranspose2d>(node.op).has_bias;
        ir::Conv2d conv;
        conv.has_bias = has_bias;
        std::vector<ir::ValueId> inputs{node.inputs[0]};
        MOSAIC_TRY_ASSIGN(inputs.emplace_back(), as_matrix(graph_, node.inputs[1]));
        if (has_bias) {
            MOSAIC_TRY_ASSIGN(inputs.emplace_back(),
                              as_vector(graph_, node.inputs[2], windows_.out[3], windows_.taps()));
        }
        const Shape& out = windows_.out;
        const Shape rows{windows_.in[0], windows_.in[1], windows_.in[2], windows_.taps() * out[3]};
        emit(node.name, conv, std::move(inputs), rows);
        replaced_.push_back(index);
        ir::ValueId end = node.outputs[0];
        MOSAIC_TRY(take_in_what_follows(end, rows));
        // Of a row of windows, [columns][row of a window], the rows of windows one after another.
        const std::int64_t lines = rows[0] * rows[1];
        const std::int64_t line = windows_.columns * out[3];
        emit_reshape(node.name + "/windows", {lines, rows[2], windows_.rows, line});
        emit(node.name + "/lines", ir::Transpose{{0, 2, 1, 3}}, {last()},
             {lines, windows_.rows, rows[2], line});
        emit_reshape(node.name + "/picture", out);
        made_.back().outputs = {end};
        put(index);
        return {};
    }

  private:
    [[nodiscard]] ir::ValueId last() const { return made_.back().outputs[0]; }

    void emit(const std::string& name, ir::Op op, std::vector<ir::ValueId> inputs, const Shape& shape) {
        const ir::ValueId made = graph_.add_value({name, DataType::kFloat32, shape, nullptr});
        made_.push_back({name, std::move(op), std::move(inputs), {made}});
    }

    void emit_reshape(const std::string& name, const Shape& shape) {
        ir::Reshape reshape;
        for (const std::int64_t size : shape.sizes())
            reshape.sizes.push_back({size, 0, 0});
        emit(name, std::move(reshape), {last()}, shape);
    }

    // As long as one node alone reads the picture `end`, and works channel by channel.
    Result<void> take_in_what_follows(ir::ValueId& end, const Shape& rows) {
        const Edges edges(graph_);
        while (edges.uses_of(end) == 1) {
            const auto reader =
                std::find_if(graph_.nodes.begin(), graph_.nodes.end(), [&](const ir::Node& node) {
                    return std::find(node.inputs.begin(), node.inputs.end(), end) != node.inputs.end();
                });
            if (reader == graph_.nodes.end()) return {};
            const auto numbers = by_channel(graph_, *reader, end, windows_.out[3]);
            if (!numbers || graph_.value(reader->outputs[0]).shape != windows_.out) return {};
            const ir::Node node = *reader;
            replaced_.push_back(static_cast<std::size_t>(reader - graph_.nodes.begin()));
            std::vector<ir::ValueId> inputs{last()};
            if (*numbers >= 0) {
                MOSAIC_TRY_ASSIGN(inputs.emplace_back(),
                                  as_vector(graph_, node.inputs[static_cast<std::size_t>(*numbers)],
                                            windows_.out[3], windows_.taps()));
            }
            emit(node.name, node.op, std::move(inputs), rows);
            end = node.outputs[0];
        }
        return {};
    }

    // What is replaced comes in the graph's order.
    void put(std::size_t index) {
        for (auto i = replaced_.rbegin(); i != replaced_.rend(); ++i)
            graph_.nodes.erase(graph_.nodes.begin() + static_cast<std::ptrdiff_t>(*i));
        graph_.nodes.insert(graph_.nodes.begin() + static_cast<std::ptrdiff_t>(index),
                            std::make_move_iterator(made_.begin()), std::make_move_iterator(made_.end()));
    }

    ir::Graph& graph_;
    Windows windows_;
    std::vector<ir::Node> made_;
    std::vector<std::size_t> replaced_;
};

}  // namespace

Result<std::size_t> split_transposed(ir::Graph& graph) {
    std::size_t changes = 0;
    for (std::size_t i = 0; i < graph.nodes.size(); ++i) {
        const auto windows = side_by_side(graph, graph.nodes[i]);
        if (!windows) continue;
        MOSAIC_TRY(Split(graph, *windows).at(i));
        ++changes;
    }
    return changes;
}

}  // namespace mosaic::passes
