// A network as it was read from a file: operators, their order, constants. It is compiled by Session.
// A Graph never changes after import; any number of threads may read it.
#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include <mosaic/error.h>

namespace mosaic {

namespace ir {
struct Graph;
}

class Graph {
  public:
    // Reads a TensorFlow.js graph model: `json_path` holds the topology and the weights manifest, the shards
    // lie beside it or below. A shard's path that leaves that folder, a missing or short shard, a cycle, a
    // dangling input, a repeated name and an operator that mosaic doesn't know are errors that name the
    // culprit.
    [[nodiscard]] static Result<Graph> load_tfjs(const std::filesystem::path& json_path);
    // The same from memory; `weights` is all shards of all groups one after another.
    [[nodiscard]] static Result<Graph> parse_tfjs(std::string_view json, std::span<const std::byte> weights);

    // ResNet-50 with seeded weights, the network that speed is measured with: src/networks/resnet50.h.
    [[nodiscard]] static Result<Graph> make_resnet50(std::uint64_t seed = 1);

    Graph(Graph&& other) noexcept;
    Graph& operator=(Graph&& other) noexcept;
    Graph(const Graph&) = delete;
    Graph& operator=(const Graph&) = delete;
    ~Graph();

    [[nodiscard]] std::vector<std::string> input_names() const;
    [[nodiscard]] std::vector<std::string> output_names() const;
    [[nodiscard]] std::size_t node_count() const;

  private:
    friend class Session;
    friend struct GraphAccess;
    explicit Graph(std::unique_ptr<const ir::Graph> graph);

    std::unique_ptr<const ir::Graph> graph_;
};

}  // namespace mosaic
