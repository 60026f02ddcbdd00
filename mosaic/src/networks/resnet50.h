// The founding network: ResNet-50 (He, Zhang, Ren, Sun: "Deep Residual Learning for Image Recognition", 2015;
// the stride of a stage in its first 3x3 convolution, as torchvision has it) with seeded weights. Batch
// normalisation is folded into weights and biases, as it is in every exported file.
#pragma once

#include <cstdint>

#include "ir.h"

namespace mosaic::networks {

// Input "input": float [1,224,224,3], normalised pictures (any batch by Options::input_shapes). Output
// "logits": [1,1000]. The same seed gives the same bits on every machine.
[[nodiscard]] Result<ir::Graph> resnet50(std::uint64_t seed);

}  // namespace mosaic::networks
