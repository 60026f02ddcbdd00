// `mosaic check`: a network's outputs beside those of ONNX Runtime or TensorFlow.js.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "mosaic/mosaic.h"

namespace mosaic::tools {

struct CheckOptions {
    std::string model;
    Options session;
    std::string node_modules;         // a folder with the peers' npm packages
    std::vector<std::string> inputs;  // .npy files; random numbers if empty
    std::uint32_t seed = 1;
    float low = 0.0F, high = 1.0F;  // of random floats
    float tolerance = 1e-3F;        // of |a - b| / max(1, |b|)
    bool exports = true;            // check the exported ONNX model as well
};

// Prints the worst difference of each output. An error if one is above the tolerance or the peer can't run.
[[nodiscard]] Result<void> check(const CheckOptions& options);

}  // namespace mosaic::tools
