// A network that others trained, up to its feature maps, as one that can be trained on.
#pragma once

#include <filesystem>
#include <functional>
#include <vector>

#include "train/network.h"

namespace mosaic::train {

// Which values of the graph to learn on; given the pixels of its picture. Empty: none can be used.
using ChooseMaps = std::function<std::vector<ValueId>(const ir::Graph& graph, std::int64_t pixels)>;

// A TensorFlow.js or ONNX model whose only input is a picture, [N,H,W,3] or [N,3,H,W], for pictures [N,H,W,3]
// of side_px squared; the outputs are the chosen maps. Errors name the file.
[[nodiscard]] Result<Network> import_body(const std::filesystem::path& path, std::int64_t side_px,
                                          const ChooseMaps& choose);

// Parameters in the order of the layers that read them.
[[nodiscard]] std::vector<ValueId> parameters_by_layer(const Network& network);

// The first `frozen` part of `body` stays as it is, the rest learns at `rate` of the learning rate.
void freeze(Network& network, const std::vector<ValueId>& body, double frozen, double rate);

}  // namespace mosaic::train
