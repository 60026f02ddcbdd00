// Constants of a TensorFlow.js graph model: the weights manifest and the bytes of its shards.
// Format: https://github.com/tensorflow/tfjs/blob/master/tfjs-core/src/io/types.ts (WeightsManifestConfig).
#pragma once

#include <filesystem>
#include <map>
#include <span>
#include <string>
#include <vector>

#include <nlohmann/json_fwd.hpp>

#include "mosaic/tensor.h"

namespace mosaic::tfjs {

// By the name of the Const node.
using Weights = std::map<std::string, Tensor>;

// Decodes float32, int32 and bool, and float32 or int32 stored as float16, uint8 or uint16. `bytes` holds the
// shards of all groups one after another. Sizes are checked against `bytes` before anything is allocated.
[[nodiscard]] Result<Weights> decode_weights(const nlohmann::json& manifest,
                                             std::span<const std::byte> bytes);

// Reads all shards that the manifest names. They must lie in `folder` or below it.
[[nodiscard]] Result<std::vector<std::byte>> read_shards(const nlohmann::json& manifest,
                                                         const std::filesystem::path& folder);

// IEEE 754 binary16 to binary32, exact.
[[nodiscard]] float half_to_float(std::uint16_t half);

}  // namespace mosaic::tfjs
