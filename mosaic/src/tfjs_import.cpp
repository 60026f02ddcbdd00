// TensorFlow.js graph models: topology, order of nodes, inputs and outputs. Everything in the files is
// untrusted.
#include "tfjs_import.h"

#include <algorithm>
#include <map>
#include <optional>
#include <set>

#include <nlohmann/json.hpp>

#include "files.h"
#include "passes/pass.h"
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

using Constants = std::map<std::string, std::shared_ptr<const Tensor>>;
// Operators that take the place of those that a node would make, by its name.
using Hints = std::map<std::string, ir::Op>;

// The nodes in an order in which they can run.
class Topology {
  public:
    Result<void> read(const Json& model) {
        MOSAIC_TRY(read_nodes(model));
        MOSAIC_TRY(resolve_inputs());
        MOSAIC_TRY_ASSIGN(order_, sort());
        return read_outputs(model);
    }

    [[nodiscard]] const std::vector<RawNode>& nodes() const { return nodes_; }
    [[nodiscard]] const std::vector<std::size_t>& order() const { return order_; }
    // Names as the model gives them, with the numbers of outputs.
    [[nodiscard]] const std::vector<std::string>& outputs() const { return outputs_; }
    [[nodiscard]] std::optional<std::size_t> find(const std::string& name) const {
        const auto found = index_.find(name);
        return found == index_.end() ? std::nullopt : std::optional(found->second);
    }

  private:
    Result<void> read_nodes(const Json& model) {
        const auto topology = model.find("modelTopology");
        if (topology == model.end() || !topology->is_object()) return failure("no modelTopology");
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

    // The signature's outputs, else every node that nobody uses.
    Result<void> read_outputs(const Json& model) {
        if (const auto signature = model.find("signature");
            signature != model.end() && signature->is_object()) {
            if (const auto outputs = signature->find("outputs");
                outputs != signature->end() && outputs->is_object()) {
                for (const auto& [key, tensor] : outputs->items()) {
                    const std::string name =
                        tensor.is_object() ? string_member(tensor, "name") : std::string();
                    outputs_.push_back(name.empty() ? key : name);
                }
            }
        }
        if (!outputs_.empty()) return {};
        std::set<std::size_t> used;
        for (const RawNode& node : nodes_) {
            for (const Reference& input : node.inputs)
                used.insert(input.node);
        }
        for (std::size_t i = 0; i < nodes_.size(); ++i) {
            if (!used.contains(i) && nodes_[i].op != "Const" && nodes_[i].op != "NoOp")
                outputs_.push_back(nodes_[i].name);
        }
        if (outputs_.empty()) return failure("the model has no outputs");
        return {};
    }

    std::vector<RawNode> nodes_;
    std::map<std::string, std::size_t> index_;
    std::vector<std::size_t> order_;
    std::vector<std::string> outputs_;
};

// One graph for given shapes of the inputs.
class Importer {
  public:
    Importer(const Topology& topology, const Constants& constants, const InputShapes& shapes,
             const Hints& hints)
        : topology_(topology), constants_(constants), shapes_(shapes), hints_(hints) {}

    Result<ir::Graph> run() {
        made_.resize(topology_.nodes().size());
        for (const std::size_t index : topology_.order())
            MOSAIC_TRY(import_node(index));
        for (const std::string& output : topology_.outputs())
            MOSAIC_TRY(add_output(output));
        return builder_.take();
    }

    // The last error was one of shapes: with others the model may compile.
    [[nodiscard]] bool shapes_are_wrong() const { return shapes_are_wrong_; }

  private:
    Result<void> import_node(std::size_t index) {
        const RawNode& node = topology_.nodes()[index];
        if (node.op == "NoOp") return {};
        if (node.op == "Const") return import_constant(node, index);
        if (node.op == "Placeholder") return import_placeholder(node, index);
        std::vector<ir::ValueId> inputs;
        for (const Reference& input : node.inputs) {
            const auto& outputs = made_[input.node];
            if (input.output >= outputs.size()) {
                return failure(node.where() + ": " + topology_.nodes()[input.node].where() +
                               " has no output " + std::to_string(input.output));
            }
            inputs.push_back(outputs[input.output]);
        }
        NodeContext context(builder_, node.name, node.op, Attributes(*node.json, node.where()),
                            std::move(inputs), hint(node));
        MOSAIC_TRY(build_operator(context));
        if (context.shape_error()) {
            shapes_are_wrong_ = true;
            return tl::unexpected(*context.shape_error());
        }
        made_[index] = context.outputs();
        return {};
    }

    // Only targets that the file gives as numbers are generalised; those that the model works out follow
    // anyway.
    const ir::Op* hint(const RawNode& node) const {
        const auto found = hints_.find(node.name);
        if (found == hints_.end() || node.inputs.size() < 2) return nullptr;
        return topology_.nodes()[node.inputs[1].node].op == "Const" ? &found->second : nullptr;
    }

    Result<void> import_constant(const RawNode& node, std::size_t index) {
        const auto found = constants_.find(node.name);
        if (found == constants_.end()) return failure(node.where() + " has no weight of its name");
        made_[index] = {builder_.add_constant(node.name, found->second)};
        return {};
    }

    Result<void> import_placeholder(const RawNode& node, std::size_t index) {
        const Attributes attributes(*node.json, node.where());
        MOSAIC_TRY_ASSIGN(const DataType type, attributes.type("dtype", DataType::kFloat32));
        const auto given = shapes_.find(node.name);
        if (given == shapes_.end()) {
            shapes_are_wrong_ = true;
            return failure("input " + node.name + " has an open shape: give it in Options::input_shapes");
        }
        made_[index] = {builder_.add_input(node.name, type, given->second)};
        return {};
    }

    Result<void> add_output(const std::string& reference) {
        const auto [name, output] = split_reference(reference);
        const auto found = topology_.find(name);
        if (!found || output >= made_[*found].size())
            return failure("output " + reference + " doesn't exist");
        builder_.add_output(output == 0 ? name : name + ":" + std::to_string(output), made_[*found][output]);
        return {};
    }

    const Topology& topology_;
    const Constants& constants_;
    const InputShapes& shapes_;
    const Hints& hints_;
    GraphBuilder builder_;
    std::vector<std::vector<ir::ValueId>> made_;  // outputs of each raw node
    bool shapes_are_wrong_ = false;
};

class Source final : public GraphSource {
  public:
    static Result<std::unique_ptr<const GraphSource>> create(Json model, Weights weights) {
        auto source = std::make_unique<Source>();
        source->model_ = std::move(model);
        for (auto& [name, tensor] : weights)
            source->constants_.emplace(name, std::make_shared<const Tensor>(std::move(tensor)));
        MOSAIC_TRY(source->topology_.read(source->model_));
        for (const std::size_t index : source->topology_.order()) {
            const RawNode& node = source->topology_.nodes()[index];
            if (!is_supported(node.op))
                return failure(node.where() + ": operator " + node.op + " isn't supported");
            if (node.op == "Placeholder") source->read_input(node);
        }
        // What is wrong whatever the shapes are is said at once.
        const Hints none;
        const InputShapes shapes = source->declared();
        Importer importer(source->topology_, source->constants_, shapes, none);
        const auto graph = importer.run();
        if (!graph && !importer.shapes_are_wrong()) return tl::unexpected(graph.error());
        return source;
    }

    [[nodiscard]] Result<ir::Graph> instantiate(const InputShapes& shapes) const override {
        const InputShapes own = declared();
        InputShapes wanted = own;
        for (const InputInfo& input : inputs_) {
            const auto given = shapes.find(input.name);
            if (given == shapes.end()) continue;
            if (input.sizes && input.sizes->size() != given->second.rank()) {
                return failure("input " + input.name + ": shape " + given->second.to_string() +
                               " has another rank than " + std::to_string(input.sizes->size()));
            }
            wanted[input.name] = given->second;
        }
        Hints hints;
        if (wanted != own && own.size() == inputs_.size()) {
            auto first = Importer(topology_, constants_, own, hints).run();
            if (!first) return Importer(topology_, constants_, wanted, hints).run();
            const ir::Change change = change_of(own, wanted);
            MOSAIC_TRY(generalize(*first, change, hints));
            MOSAIC_TRY_ASSIGN(ir::Graph made, Importer(topology_, constants_, wanted, hints).run());
            if (change == ir::Change::kBatch) MOSAIC_TRY(check_follows_batch(*first, made));
            return made;
        }
        return Importer(topology_, constants_, wanted, hints).run();
    }

    [[nodiscard]] std::vector<std::string> input_names() const override {
        std::vector<std::string> names;
        for (const InputInfo& input : inputs_)
            names.push_back(input.name);
        return names;
    }

    [[nodiscard]] std::vector<std::string> output_names() const override {
        std::vector<std::string> names;
        for (const std::string& output : topology_.outputs()) {
            const auto [name, number] = split_reference(output);
            names.push_back(number == 0 ? name : output);
        }
        return names;
    }

    [[nodiscard]] std::size_t node_count() const override { return topology_.nodes().size(); }

  private:
    struct InputInfo {
        std::string name;
        std::optional<std::vector<std::int64_t>> sizes;
    };

    void read_input(const RawNode& node) {
        InputInfo input;
        input.name = node.name;
        if (auto sizes = Attributes(*node.json, node.where()).shape("shape")) input.sizes = *sizes;
        inputs_.push_back(std::move(input));
    }

    // The shapes that the model says; an open batch is one picture.
    [[nodiscard]] InputShapes declared() const {
        InputShapes shapes;
        for (const InputInfo& input : inputs_) {
            if (!input.sizes) continue;
            std::vector<std::int64_t> sizes = *input.sizes;
            if (sizes.size() > 1 && sizes[0] < 1) sizes[0] = 1;
            const bool open =
                std::any_of(sizes.begin(), sizes.end(), [](std::int64_t size) { return size < 1; });
            const auto shape = Shape::create(sizes);
            if (!open && shape) shapes[input.name] = *shape;
        }
        return shapes;
    }

    // What of the graph of the model's own shapes should follow the input's.
    static Result<void> generalize(ir::Graph& graph, ir::Change change, Hints& hints) {
        MOSAIC_TRY(passes::generalize_shapes(graph, change));
        for (const ir::Node& node : graph.nodes) {
            if (std::holds_alternative<ir::Reshape>(node.op) || std::holds_alternative<ir::Resize>(node.op))
                hints.emplace(node.name, node.op);
        }
        return {};
    }

    Json model_;
    Constants constants_;
    Topology topology_;
    std::vector<InputInfo> inputs_;
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

Result<std::unique_ptr<const GraphSource>> parse(std::string_view json, std::span<const std::byte> weights) {
    MOSAIC_TRY_ASSIGN(Json model, parse_json(json));
    MOSAIC_TRY_ASSIGN(Weights constants, decode_weights(model["weightsManifest"], weights));
    return Source::create(std::move(model), std::move(constants));
}

Result<std::unique_ptr<const GraphSource>> load(const std::filesystem::path& json_path) {
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
    auto source = Source::create(std::move(*model), std::move(*constants));
    if (!source) return in_file(source.error());
    return source;
}

}  // namespace mosaic::tfjs
