// ONNX Runtime or TensorFlow.js, which run as a program of their own: tools/check_peer.mjs.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "mosaic/mosaic.h"

namespace mosaic::tools {

class Peer {
  public:
    // `node_modules`: a folder with the peers' npm packages. What is exchanged lies in a temporary folder
    // that goes when this does.
    [[nodiscard]] static Result<Peer> create(std::string node_modules);
    Peer(Peer&& other) noexcept;
    Peer(const Peer&) = delete;
    Peer& operator=(const Peer&) = delete;
    Peer& operator=(Peer&&) = delete;
    ~Peer();

    // The outputs for each list of inputs, which are in the session's order, as the lists of outputs are.
    [[nodiscard]] Result<std::vector<std::vector<Tensor>>> run(
        const std::filesystem::path& model, const Session& session,
        const std::vector<std::vector<TensorView>>& samples) const;
    // For other files that should go.
    [[nodiscard]] std::filesystem::path file(const std::string& name) const { return folder_ / name; }

  private:
    Peer(std::string node_modules, std::filesystem::path folder)
        : node_modules_(std::move(node_modules)), folder_(std::move(folder)) {}

    std::string node_modules_;
    std::filesystem::path folder_;
};

}  // namespace mosaic::tools
