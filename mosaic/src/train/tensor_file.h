// Named tensors and a text (JSON) in one file: trained models and checkpoints. Written beside its place and
// moved there when complete, so that a full disk or a kill leaves the file before.
// Layout: "MOSAICT1", length of the JSON (8 bytes, little-endian), the JSON (meta, and name, shape of every
// tensor), the elements (float32, little-endian), FNV-1a (64 bits) of all before.
#pragma once

#include <filesystem>
#include <map>
#include <string>
#include <vector>

#include "mosaic/error.h"

namespace mosaic::train {

struct TensorFile {
    std::string meta;  // JSON
    std::map<std::string, std::vector<float>> tensors;
};

// Errors name the file and what failed (no space, no permission); the file that was there before stays.
[[nodiscard]] Result<void> write_tensor_file(const std::filesystem::path& path, const TensorFile& file);
// Errors: missing, not such a file, cut short, damaged.
[[nodiscard]] Result<TensorFile> read_tensor_file(const std::filesystem::path& path);

}  // namespace mosaic::train
