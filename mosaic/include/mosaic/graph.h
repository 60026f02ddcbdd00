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

class GraphSource;
struct Options;

class Graph {
  public:
    // Reads a model in whichever format it is: ONNX (opset 7 to 21) or a TensorFlow.js graph model; its
    // content decides, not its name. Errors name the file, the node, and what is wrong with it: a format that
    // is none of these, an operator or opset that mosaic doesn't know (which are named), a cycle, a dangling
    // input, a repeated name, tensors whose data isn't of their size, and data that would lie outside of the
    // model's folder. The sizes in the file are checked before memory is taken.
    [[nodiscard]] static Result<Graph> load(const std::filesystem::path& path);
    // An ONNX model from memory. Tensors that lie in other files are an error.
    [[nodiscard]] static Result<Graph> parse_onnx(std::span<const std::byte> bytes);
    // Reads a TensorFlow.js graph model: `json_path` holds the topology and the weights manifest, the shards
    // lie beside it or below. A shard's path that leaves that folder, a missing or short shard, a cycle, a
    // dangling input, a repeated name and an operator that mosaic doesn't know are errors that name the
    // culprit.
    [[nodiscard]] static Result<Graph> load_tfjs(const std::filesystem::path& json_path);
    // The same from memory; `weights` is all shards of all groups one after another.
    [[nodiscard]] static Result<Graph> parse_tfjs(std::string_view json, std::span<const std::byte> weights);

    // ResNet-50 with seeded weights, the network that speed is measured with: src/networks/resnet50.h.
    [[nodiscard]] static Result<Graph> make_resnet50(std::uint64_t seed = 1);

    // Copies share what they hold.
    Graph(const Graph& other);
    Graph& operator=(const Graph& other);
    Graph(Graph&& other) noexcept;
    Graph& operator=(Graph&& other) noexcept;
    ~Graph();

    // Writes the network as an ONNX model of opset 17, weights included. Of the options the input shapes, the
    // chosen outputs and, for kInt8, the calibration count: then layers compute with bytes, as engines
    // recognise it (QuantizeLinear and DequantizeLinear around them). Errors: those of Session::compile, an
    // operator that ONNX doesn't have, a file that can't be written, more than 2 GB.
    [[nodiscard]] Result<void> save_onnx(const std::filesystem::path& path, const Options& options) const;

    [[nodiscard]] std::vector<std::string> input_names() const;
    [[nodiscard]] std::vector<std::string> output_names() const;
    // Of the file.
    [[nodiscard]] std::size_t node_count() const;

  private:
    friend class Session;
    friend struct GraphAccess;
    explicit Graph(std::shared_ptr<const GraphSource> source);

    std::shared_ptr<const GraphSource> source_;
};

}  // namespace mosaic
