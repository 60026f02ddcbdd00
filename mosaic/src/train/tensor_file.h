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

// Several tensors of one kind: "moment/0", "moment/1" and so on.
void put_numbered(const char* what, const std::vector<std::vector<float>>& tensors, TensorFile& file);
// Moves them out of the file, as many as `like` has. Errors: one that isn't there or has another size.
[[nodiscard]] Result<std::vector<std::vector<float>>> take_numbered(
    TensorFile& file, const char* what, const std::vector<std::vector<float>>& like);
// The same of as many as there are.
[[nodiscard]] std::vector<std::vector<float>> take_numbered(TensorFile& file, const char* what);

}  // namespace mosaic::train
