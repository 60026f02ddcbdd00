// TensorFlow.js graph models: topology, order of nodes, inputs and outputs. Everything in the files is
// untrusted.
#include "tfjs_import.h"

#include <algorithm>
#include <map>
#include <set>

#include <nlohmann/json.hpp>

#include "files.h"
#include "tfjs_operators.h"
#include "tfjs_weights.h"

namespace mosaic::tfjs {

namespace {

using Json = nlohmann::json;

constexpr std::uintmax_t kTopologyBytesMax = std::uintmax_t{256} << 20;

// Models nest about 15 levels deep. What walks through JSON calls itself at each level, so that a file of
// brackets could use up the stack.
constexpr std::size_t kJsonDepthMax = 64;

struct Reference {
    std::size_t node = 0;
    std::size_t output = 0;
};

struct RawNode {
    std::string name;
    std::string op;
    const Json* json = nullptr;
    std::vector<Reference> inputs;

    [[nodiscard]] std::string where() const { return "node " + name + " (" + op + ")"; }
};

std::string string_member(const Json& object, const char* key) {
    const auto it = object.find(key);
    return it != object.end() && it->is_string() ? it->get<std::string>() : std::string();
}

// "name" or "name:3".
std::pair<std::string, std::size_t> split_reference(const std::string& text) {
    const std::size_t colon = text.rfind(':');
    if (colon == std::string::npos || colon + 1 == text.size() || text.size() - colon > 5) return {text, 0};
    std::size_t index = 0;
    for (const char digit : text.substr(colon + 1)) {
        if (digit < '0' || digit > '9') return {text, 0};
        index = index * 10 + static_cast<std::size_t>(digit - '0');
    }
    return {text.substr(0, colon), index};
}

class Importer {
  public:
    Importer(const Json& model, Weights weights) : model_(model), weights_(std::move(weights)) {}

    Result<ir::Graph> run() {
        MOSAIC_TRY(read_nodes());
        MOSAIC_TRY(resolve_inputs());
        MOSAIC_TRY_ASSIGN(const std::vector<std::size_t> order, sort());
        made_.resize(nodes_.size());
        for (const std::size_t index : order)
            MOSAIC_TRY(import_node(index));
        MOSAIC_TRY(read_outputs());
        return std::move(graph_);
    }

  private:
    Result<void> read_nodes() {
        const auto topology = model_.find("modelTopology");
        if (topology == model_.end() || !topology->is_object()) return failure("no modelTopology");
        const auto list = topology->find("node");
        if (list == topology->end() || !list->is_array())
            return failure("modelTopology has no list of nodes");
        for (const Json& json : *list) {
            if (!json.is_object()) return failure("modelTopology: a node isn't an object");
            RawNode node{string_member(json, "name"), string_member(json, "op"), &json, {}};
            if (node.name.empty() || node.op.empty())
                return failure("modelTopology: a node without name or operator");
            if (!index_.emplace(node.name, nodes_.size()).second)
                return failure(node.where() + " is there twice");
            nodes_.push_back(std::move(node));
        }
        return {};
    }

    Result<void> resolve_inputs() {
        for (RawNode& node : nodes_) {
            const auto inputs = node.json->find("input");
            if (inputs == node.json->end()) continue;
            if (!inputs->is_array()) return failure(node.where() + ": its inputs aren't a list");
            for (const Json& input : *inputs) {
                if (!input.is_string()) return failure(node.where() + ": an input isn't a name");
                const std::string text = input.get<std::string>();
                if (text.starts_with('^')) continue;  // only an order of execution
                const auto [name, output] = split_reference(text);
                const auto found = index_.find(name);
                if (found == index_.end())
                    return failure(node.where() + ": input " + text + " doesn't exist");
                node.inputs.push_back({found->second, output});
            }
        }
        return {};
    }

    // Order in which every node comes after its inputs (Kahn); a cycle is an error.
    Result<std::vector<std::size_t>> sort() const {
        std::vector<std::size_t> waiting(nodes_.size(), 0);
        std::vector<std::vector<std::size_t>> users(nodes_.size());
        for (std::size_t i = 0; i < nodes_.size(); ++i) {
            waiting[i] = nodes_[i].inputs.size();
            for (const Reference& input : nodes_[i].inputs)
                users[input.node].push_back(i);
        }
        std::vector<std::size_t> order;
        for (std::size_t i = 0; i < nodes_.size(); ++i) {
            if (waiting[i] == 0) order.push_back(i);
        }
        for (std::size_t next = 0; next < order.size(); ++next) {
            for (const std::size_t user : users[order[next]]) {
                if (--waiting[user] == 0) order.push_back(user);
            }
        }
        if (order.size() == nodes_.size()) return order;
        const auto stuck =
            std::find_if(waiting.begin(), waiting.end(), [](std::size_t count) { return count > 0; });
        return failure(nodes_[static_cast<std::size_t>(stuck - waiting.begin())].where() +
                       " is part of a cycle or depends on one");
    }

    Result<void> import_node(std::size_t index) {
        const RawNode& node = nodes_[index];
        if (node.op == "NoOp") return {};
        if (node.op == "Const") return import_constant(node, index);
        if (node.op == "Placeholder") return import_placeholder(node, index);
        std::vector<ir::ValueId> inputs;
        for (const Reference& input : node.inputs) {
            const auto& outputs = made_[input.node];
            if (input.output >= outputs.size()) {
                return failure(node.where() + ": " + nodes_[input.node].where() + " has no output " +
                               std::to_string(input.output));
            }
            inputs.push_back(outputs[input.output]);
        }
        NodeContext context(graph_, node.name, node.op, Attributes(*node.json, node.where()),
                            std::move(inputs));
        MOSAIC_TRY(build_operator(context));
        made_[index] = context.outputs();
        return {};
    }

    Result<void> import_constant(const RawNode& node, std::size_t index) {
        auto weight = weights_.extract(node.name);
        if (weight.empty()) return failure(node.where() + " has no weight of its name");
        made_[index] = {graph_.add_constant(node.name, std::move(weight.mapped()))};
        return {};
    }

    Result<void> import_placeholder(const RawNode& node, std::size_t index) {
        const Attributes attributes(*node.json, node.where());
        ir::Value value;
        value.name = node.name;
        MOSAIC_TRY_ASSIGN(value.type, attributes.type("dtype", DataType::kFloat32));
        ir::Input input;
        if (auto sizes = attributes.shape("shape")) {
            input.declared_sizes = *sizes;
        } else {
            input.rank_known = false;
        }
        input.value = graph_.add_value(std::move(value));
        made_[index] = {input.value};
        graph_.inputs.push_back(std::move(input));
        return {};
    }

    Result<void> add_output(const std::string& reference) {
        const auto [name, output] = split_reference(reference);
        const auto found = index_.find(name);
        if (found == index_.end() || output >= made_[found->second].size()) {
            return failure("output " + reference + " doesn't exist");
        }
        graph_.outputs.push_back(
            {output == 0 ? name : name + ":" + std::to_string(output), made_[found->second][output]});
        return {};
    }

    // The signature's outputs, else of every node that nobody uses.
    Result<void> read_outputs() {
        if (const auto signature = model_.find("signature");
            signature != model_.end() && signature->is_object()) {
            if (const auto outputs = signature->find("outputs");
                outputs != signature->end() && outputs->is_object()) {
                for (const auto& [key, tensor] : outputs->items()) {
                    const std::string name =
                        tensor.is_object() ? string_member(tensor, "name") : std::string();
                    MOSAIC_TRY(add_output(name.empty() ? key : name));
                }
            }
        }
        if (!graph_.outputs.empty()) return {};
        std::set<std::size_t> used;
        for (const RawNode& node : nodes_) {
            for (const Reference& input : node.inputs)
                used.insert(input.node);
        }
        for (std::size_t i = 0; i < nodes_.size(); ++i) {
            if (!used.contains(i) && !made_[i].empty() && nodes_[i].op != "Const") {
                MOSAIC_TRY(add_output(nodes_[i].name));
            }
        }
        if (graph_.outputs.empty()) return failure("the model has no outputs");
        return {};
    }

    const Json& model_;
    Weights weights_;
    ir::Graph graph_;
    std::vector<RawNode> nodes_;
    std::map<std::string, std::size_t> index_;
    std::vector<std::vector<ir::ValueId>> made_;  // outputs of each raw node
};

// Brackets outside of strings: right as far as the text is JSON, and nothing beyond that is parsed.
bool nests_too_deep(std::string_view text) {
    std::size_t depth = 0;
    bool in_string = false;
    for (std::size_t i = 0; i < text.size(); ++i) {
        const char c = text[i];
        if (in_string && c == '\\') {
            ++i;  // whatever is escaped, it isn't the end
        } else if (c == '"') {
            in_string = !in_string;
        } else if (!in_string && (c == '[' || c == '{')) {
            if (++depth > kJsonDepthMax) return true;
        } else if (!in_string && (c == ']' || c == '}') && depth > 0) {
            --depth;
        }
    }
    return false;
}

Result<Json> parse_json(std::string_view text) {
    if (nests_too_deep(text)) {
        return failure("JSON nested deeper than " + std::to_string(kJsonDepthMax) + " levels");
    }
    Json model = Json::parse(text.begin(), text.end(), nullptr, false);
    if (model.is_discarded()) return failure("not valid JSON");
    if (!model.is_object()) return failure("not a JSON object");
    if (const auto format = model.find("format"); format != model.end() && *format != "graph-model") {
        return failure("format isn't graph-model; layers models must be converted first");
    }
    if (!model.contains("weightsManifest")) return failure("no weightsManifest");
    return model;
}

}  // namespace

Result<ir::Graph> parse(std::string_view json, std::span<const std::byte> weights) {
    MOSAIC_TRY_ASSIGN(const Json model, parse_json(json));
    MOSAIC_TRY_ASSIGN(Weights constants, decode_weights(model["weightsManifest"], weights));
    return Importer(model, std::move(constants)).run();
}

Result<ir::Graph> load(const std::filesystem::path& json_path) {
    std::vector<std::byte> text;
    MOSAIC_TRY(append_file(json_path, kTopologyBytesMax, text));
    const auto in_file = [&json_path](const Error& error) {
        return failure(json_path.string() + ": " + error.message);
    };
    auto model = parse_json({reinterpret_cast<const char*>(text.data()), text.size()});
    if (!model) return in_file(model.error());
    auto bytes = read_shards((*model)["weightsManifest"], json_path.parent_path());
    if (!bytes) return in_file(bytes.error());
    auto constants = decode_weights((*model)["weightsManifest"], *bytes);
    if (!constants) return in_file(constants.error());
    auto graph = Importer(*model, std::move(*constants)).run();
    if (!graph) return in_file(graph.error());
    return graph;
}

}  // namespace mosaic::tfjs
