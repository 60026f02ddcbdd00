#include "nhwc/forms.h"

#include <algorithm>

#include "quantize/bytes.h"

namespace mosaic::nhwc {

Form byte_form(float low, float high) {
    const quantize::ByteScale bytes = quantize::byte_scale(low, high);
    return {avx512::Element::kByte, bytes.scale, bytes.zero};
}

namespace {

// What takes part in the choice.
class Planner {
  public:
    Planner(const ir::Graph& graph, const Options& options) : graph_(graph), options_(options) {}

    FormPlan plan() {
        find_outputs();
        for (const ir::Node& node : graph_.nodes) {
            if (is_reduced(node)) plan_.reduced.insert(&node);
        }
        for (const ir::Node* node : plan_.reduced)
            plan_.forms[node->inputs[0]] = form_of(node->inputs[0]);
        // Backwards: a result is worth storing in few bits if all that read it take them as they come.
        for (std::size_t i = graph_.nodes.size(); i-- > 0;) {
            const ir::Node& node = graph_.nodes[i];
            if (!is_picture_operator(node) || node.outputs.size() != 1) continue;
            const ir::ValueId id = node.outputs[0];
            if (!plan_.forms.contains(id) && has_form(id) && !outputs_.contains(id) && all_read_form(id))
                plan_.forms[id] = form_of(id);
        }
        // A pool's result has the form of its source: the largest byte is the largest number.
        for (const ir::Node& node : graph_.nodes) {
            const auto* pool = std::get_if<ir::Pool>(&node.op);
            if (pool == nullptr || pool->kind != ir::PoolKind::kMax) continue;
            const auto result = plan_.forms.find(node.outputs[0]);
            const auto source = plan_.forms.find(node.inputs[0]);
            if (result != plan_.forms.end() && source != plan_.forms.end()) result->second = source->second;
        }
        return std::move(plan_);
    }

  private:
    void find_outputs() {
        for (const ir::Output& output : graph_.outputs)
            outputs_.insert(output.value);
        for (const ir::Node& node : graph_.nodes) {
            for (const ir::ValueId id : node.inputs)
                readers_[id].push_back(&node);
        }
    }

    [[nodiscard]] bool in_bytes() const { return options_.precision == Precision::kInt8; }

    // Whether the value can be stored in fewer bits.
    [[nodiscard]] bool has_form(ir::ValueId id) const {
        const ir::Value& value = graph_.value(id);
        return value.constant == nullptr && value.type == DataType::kFloat32 &&
               (!in_bytes() || options_.calibration->ranges.contains(value.name));
    }

    [[nodiscard]] Form form_of(ir::ValueId id) const {
        if (!in_bytes()) return {avx512::Element::kBFloat, 1.0F, 0.0F};
        const Calibration::Range& range = options_.calibration->ranges.at(graph_.value(id).name);
        return byte_form(range.low, range.high);
    }

    [[nodiscard]] bool is_reduced(const ir::Node& node) const {
        if (in_bytes() && options_.calibration->kept.contains(node.name)) return false;
        if (is_plain_product(graph_, node)) return has_form(node.inputs[0]);
        const auto* conv = std::get_if<ir::Conv2d>(&node.op);
        return conv != nullptr && !conv->has_input_scale && has_form(node.inputs[0]) &&
               graph_.value(node.inputs[1]).constant != nullptr &&
               graph_.value(node.inputs[1]).shape[2] == graph_.value(node.inputs[0]).shape[3] &&
               (!conv->has_bias || graph_.value(node.inputs[2]).constant != nullptr);
    }

    // Operators whose kernels read and write any form.
    [[nodiscard]] static bool is_picture_operator(const ir::Node& node) {
        return std::holds_alternative<ir::Conv2d>(node.op) ||
               std::holds_alternative<ir::DepthwiseConv2d>(node.op) ||
               std::holds_alternative<ir::Pool>(node.op) || std::holds_alternative<ir::Binary>(node.op);
    }

    // At least one reader, and none that needs a copy in float.
    [[nodiscard]] bool all_read_form(ir::ValueId id) const {
        const auto found = readers_.find(id);
        if (found == readers_.end()) return false;
        return std::all_of(found->second.begin(), found->second.end(), [&](const ir::Node* node) {
            if (std::holds_alternative<ir::Conv2d>(node->op))
                return node->inputs[0] != id || plan_.reduced.contains(node);
            if (std::holds_alternative<ir::MatMul>(node->op)) return plan_.reduced.contains(node);
            // Only the mean over pixels reads other forms; others hardly ever read pictures.
            return is_picture_operator(*node) || std::holds_alternative<ir::Reduce>(node->op);
        });
    }

    const ir::Graph& graph_;
    const Options& options_;
    FormPlan plan_;
    std::set<ir::ValueId> outputs_;
    std::map<ir::ValueId, std::vector<const ir::Node*>> readers_;
};

}  // namespace

bool is_plain_product(const ir::Graph& graph, const ir::Node& node) {
    const auto* matmul = std::get_if<ir::MatMul>(&node.op);
    return matmul != nullptr && !matmul->transpose_a && !matmul->transpose_b &&
           graph.value(node.inputs[0]).shape.rank() >= 2 && graph.value(node.inputs[1]).shape.rank() == 2 &&
           graph.value(node.inputs[1]).constant != nullptr &&
           (!matmul->has_bias || graph.value(node.inputs[2]).constant != nullptr);
}

FormPlan plan_forms(const ir::Graph& graph, const Options& options) {
    switch (options.precision) {
        case Precision::kFloat32:
            return {};
        case Precision::kBFloat16:
            if (!avx512::supported(avx512::Element::kBFloat) || !avx512::bfloat_is_faster()) return {};
            return Planner(graph, options).plan();
        case Precision::kInt8:
            if (options.calibration == nullptr || !avx512::supported(avx512::Element::kByte)) return {};
            return Planner(graph, options).plan();
    }
    return {};
}

}  // namespace mosaic::nhwc
