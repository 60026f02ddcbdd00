#include "mosaic/graph.h"

#include <array>
#include <exception>
#include <fstream>

#include "compiler.h"
#include "continuation.h"
#include "graph_access.h"
#include "graph_builder.h"
#include "networks/resnet50.h"
#include "onnx/export.h"
#include "onnx/import.h"
#include "tfjs_import.h"

namespace mosaic {

namespace {

// Libraries below (JSON, protobuf, containers, files) may throw, for lack of memory at least; nothing passes
// this line.
template <typename Import>
auto guarded(Import import) -> decltype(import()) {
    try {
        return import();
    } catch (const std::exception& exception) {
        return failure(std::string("failed: ") + exception.what());
    }
}

// A graph that was read once for all shapes.
class FixedSource final : public GraphSource {
  public:
    explicit FixedSource(ir::Graph graph) : graph_(std::move(graph)) {}

    [[nodiscard]] Result<ir::Graph> instantiate(const InputShapes&) const override { return graph_; }

    [[nodiscard]] std::vector<std::string> input_names() const override {
        std::vector<std::string> names;
        for (const ir::Input& input : graph_.inputs)
            names.push_back(graph_.value(input.value).name);
        return names;
    }

    [[nodiscard]] std::vector<std::string> output_names() const override {
        std::vector<std::string> names;
        for (const ir::Output& output : graph_.outputs)
            names.push_back(output.name);
        return names;
    }

    [[nodiscard]] std::size_t node_count() const override { return graph_.nodes.size(); }

  private:
    ir::Graph graph_;
};

// Whether the file is text that begins as JSON does.
bool looks_like_json(const std::filesystem::path& path) {
    std::ifstream file(path, std::ios::binary);
    std::array<char, 64> begin{};
    file.read(begin.data(), begin.size());
    const std::string_view text(begin.data(), static_cast<std::size_t>(file.gcount()));
    const std::size_t first = text.find_first_not_of(" \t\r\n");
    return first != std::string_view::npos && text[first] == '{';
}

}  // namespace

Graph::Graph(std::shared_ptr<const GraphSource> source) : source_(std::move(source)) {}
Graph::Graph(const Graph& other) = default;
Graph& Graph::operator=(const Graph& other) = default;
Graph::Graph(Graph&& other) noexcept = default;
Graph& Graph::operator=(Graph&& other) noexcept = default;
Graph::~Graph() = default;

Graph GraphAccess::make(ir::Graph graph) {
    return Graph(std::make_shared<const FixedSource>(std::move(graph)));
}

Result<Graph> Graph::load(const std::filesystem::path& path) {
    if (looks_like_json(path)) return load_tfjs(path);
    MOSAIC_TRY_ASSIGN(auto source, guarded([&] { return onnx::load(path); }));
    return Graph(std::move(source));
}

Result<Graph> Graph::parse_onnx(std::span<const std::byte> bytes) {
    MOSAIC_TRY_ASSIGN(auto source, guarded([&] { return onnx::parse(bytes); }));
    return Graph(std::move(source));
}

Result<Graph> Graph::load_tfjs(const std::filesystem::path& json_path) {
    MOSAIC_TRY_ASSIGN(auto source, guarded([&] { return tfjs::load(json_path); }));
    return Graph(std::move(source));
}

Result<Graph> Graph::parse_tfjs(std::string_view json, std::span<const std::byte> weights) {
    MOSAIC_TRY_ASSIGN(auto source, guarded([&] { return tfjs::parse(json, weights); }));
    return Graph(std::move(source));
}

Result<void> Graph::save_onnx(const std::filesystem::path& path, const Options& options) const {
    return guarded([&]() -> Result<void> {
        MOSAIC_TRY_ASSIGN(const ir::Graph made, source_->instantiate(plain_names(options)));
        MOSAIC_TRY_ASSIGN(const Prepared prepared, prepare_for_export(made, options));
        if (prepared.graph.rest != nullptr) {
            return failure("output " + prepared.graph.rest->outputs()[0] +
                           " can't be written: how much it holds depends on the data");
        }
        const bool in_bytes = options.precision == Precision::kInt8;
        return onnx::save(prepared.graph, path, in_bytes ? options.calibration.get() : nullptr);
    });
}

Result<Graph> Graph::make_resnet50(std::uint64_t seed) {
    MOSAIC_TRY_ASSIGN(ir::Graph graph, guarded([&] { return networks::resnet50(seed); }));
    return GraphAccess::make(std::move(graph));
}

std::vector<std::string> Graph::input_names() const {
    return source_->input_names();
}

std::vector<std::string> Graph::output_names() const {
    return source_->output_names();
}

std::size_t Graph::node_count() const {
    return source_->node_count();
}

}  // namespace mosaic
