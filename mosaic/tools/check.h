// `mosaic check`: a network's outputs beside those of ONNX Runtime or TensorFlow.js.
#pragma once

#include <cstdint>
#include <random>
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
    // Above zero: that many inputs together, beside the same one by one and, where there are peers, beside
    // the peer one by one.
    std::int64_t batch = 0;
};

// Prints the worst difference of each output. An error if one is above the tolerance or the peer can't run.
[[nodiscard]] Result<void> check(const CheckOptions& options);

// Random numbers as the options say: floats from low to high, pixels, or flags.
[[nodiscard]] Result<Tensor> random_tensor(const ValueInfo& info, const CheckOptions& options,
                                           std::mt19937& random);
// Prints the worst difference of an output; whether it is within the tolerance.
[[nodiscard]] Result<bool> compare(const std::string& name, const TensorView& actual,
                                   const TensorView& expected, float tolerance);
// CheckOptions::batch: the network for several inputs at once beside itself, and the peer, for one after
// another.
[[nodiscard]] Result<void> check_batch(const CheckOptions& options);

}  // namespace mosaic::tools
