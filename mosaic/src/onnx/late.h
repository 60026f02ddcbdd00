// Networks of which a part has to wait for a run: how much NonMaxSuppression, NonZero or Compress find, and
// sizes that are worked out from the data, are known only then.
#pragma once

#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include <onnx/onnx_pb.h>

#include "onnx/node.h"

namespace mosaic::onnx {

// What of a file has to stay while parts of the network may still have to be built.
struct File {
    std::filesystem::path folder;
    std::int64_t opset = 0;
    ::onnx::GraphProto graph;  // without initializers
};

// The graph whose nodes the scope has built, with those of the outputs that it has; the others are left to
// what the graph goes on with (ir::Graph::rest), `stage` being how often that has happened.
[[nodiscard]] Result<ir::Graph> finish(const std::shared_ptr<const File>& file, Scope& scope,
                                       const std::vector<std::string>& outputs, int stage);

// What a search finds, from all of its inputs; null: left out.
[[nodiscard]] Result<Tensor> search(const ::onnx::NodeProto& proto,
                                    std::span<const TensorView* const> inputs);

}  // namespace mosaic::onnx
