// Networks by name, to be trained from nothing.
#pragma once

#include <span>
#include <string>
#include <string_view>

#include "train/network.h"

namespace mosaic::train {

struct ArchitectureOptions {
    std::int64_t image_px = 64;  // width and height
    std::int64_t channels = 3;
    std::int64_t classes = 2;
    std::uint64_t seed = 1;
};

// By what a step costs, roughly, the cheapest first: small-cnn, mobilenet-small, mobilenet, transformer-tiny,
// resnet-10, resnet-18, resnet-34.
[[nodiscard]] std::span<const std::string_view> architectures();

// Input "image" [1,px,px,channels], normalised to mean 0; outputs "logits" [1,classes] and "features", what
// the last layer reads. Errors: an unknown name (lists those there are), a picture too small for the network.
[[nodiscard]] Result<Network> make_architecture(std::string_view name, const ArchitectureOptions& options);

}  // namespace mosaic::train
