#include "mosaic/graph.h"

#include <exception>

#include "graph_access.h"
#include "networks/resnet50.h"
#include "tfjs_import.h"

namespace mosaic {

namespace {

// Libraries below (JSON, containers, files) may throw, for lack of memory at least; nothing passes this line.
template <typename Import>
Result<ir::Graph> guarded(Import import) {
    try {
        return import();
    } catch (const std::exception& exception) {
        return failure(std::string("import failed: ") + exception.what());
    }
}

}  // namespace

Graph::Graph(std::unique_ptr<const ir::Graph> graph) : graph_(std::move(graph)) {}
Graph::Graph(Graph&& other) noexcept = default;
Graph& Graph::operator=(Graph&& other) noexcept = default;
Graph::~Graph() = default;

Result<Graph> Graph::load_tfjs(const std::filesystem::path& json_path) {
    MOSAIC_TRY_ASSIGN(ir::Graph graph, guarded([&] { return tfjs::load(json_path); }));
    return GraphAccess::make(std::move(graph));
}

Result<Graph> Graph::parse_tfjs(std::string_view json, std::span<const std::byte> weights) {
    MOSAIC_TRY_ASSIGN(ir::Graph graph, guarded([&] { return tfjs::parse(json, weights); }));
    return GraphAccess::make(std::move(graph));
}

Result<Graph> Graph::make_resnet50(std::uint64_t seed) {
    MOSAIC_TRY_ASSIGN(ir::Graph graph, guarded([&] { return networks::resnet50(seed); }));
    return GraphAccess::make(std::move(graph));
}

std::vector<std::string> Graph::input_names() const {
    std::vector<std::string> names;
    for (const ir::Input& input : graph_->inputs)
        names.push_back(graph_->value(input.value).name);
    return names;
}

std::vector<std::string> Graph::output_names() const {
    std::vector<std::string> names;
    for (const ir::Output& output : graph_->outputs)
        names.push_back(output.name);
    return names;
}

std::size_t Graph::node_count() const {
    return graph_->nodes.size();
}

}  // namespace mosaic
