// Common subexpressions.
#include <algorithm>
#include <map>
#include <string>

#include "passes/pass.h"
#include "passes/rewrite.h"

namespace mosaic::passes {

namespace {

// Larger constants are hardly ever there twice.
constexpr std::size_t kConstantBytesMax = 4096;

// Small constants of the same type, shape and elements become one, so that nodes that read them are seen to
// be equal. The value that stands for each.
std::vector<ir::ValueId> merged_constants(const ir::Graph& graph) {
    std::vector<ir::ValueId> stands_for(graph.values.size());
    std::map<std::string, ir::ValueId> known;
    for (std::size_t i = 0; i < graph.values.size(); ++i) {
        stands_for[i] = static_cast<ir::ValueId>(i);
        const ir::Value& value = graph.values[i];
        if (value.constant == nullptr || value.constant->bytes().size() > kConstantBytesMax) continue;
        const auto bytes = value.constant->bytes();
        std::string key(to_string(value.type));
        key.append(value.shape.to_string());
        key.append(reinterpret_cast<const char*>(bytes.data()), bytes.size());
        stands_for[i] = known.try_emplace(std::move(key), stands_for[i]).first->second;
    }
    return stands_for;
}

}  // namespace

Result<std::size_t> merge_equal_nodes(ir::Graph& graph) {
    std::size_t changes = 0;
    std::vector<ir::ValueId> stands_for = merged_constants(graph);
    std::map<std::vector<ir::ValueId>, std::vector<std::size_t>> by_inputs;
    std::vector<ir::Node> kept;
    kept.reserve(graph.nodes.size());
    for (ir::Node& node : graph.nodes) {
        for (ir::ValueId& id : node.inputs)
            id = stands_for[static_cast<std::size_t>(id)];
        std::vector<std::size_t>& alike = by_inputs[node.inputs];
        const auto twin = std::find_if(alike.begin(), alike.end(), [&](std::size_t index) {
            return kept[index].op == node.op && kept[index].outputs.size() == node.outputs.size();
        });
        if (twin == alike.end()) {
            alike.push_back(kept.size());
            kept.push_back(std::move(node));
            continue;
        }
        for (std::size_t i = 0; i < node.outputs.size(); ++i)
            stands_for[static_cast<std::size_t>(node.outputs[i])] = kept[*twin].outputs[i];
        ++changes;
    }
    graph.nodes = std::move(kept);
    for (ir::Output& output : graph.outputs)
        output.value = stands_for[static_cast<std::size_t>(output.value)];
    return changes;
}

}  // namespace mosaic::passes
