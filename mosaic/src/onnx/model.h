// An ONNX file: the protobuf message, and its tensors as mosaic's. Everything in the file is untrusted.
#pragma once

#include <filesystem>
#include <memory>
#include <optional>
#include <span>
#include <string>

#include "mosaic/tensor.h"

namespace onnx {
class ModelProto;
class TensorProto;
class ValueInfoProto;
}  // namespace onnx

namespace mosaic::onnx {

// 64-bit, 16-bit and 8-bit integers are int32 here (64-bit ones that don't fit become the nearest end: models
// write "up to the end" as the largest number there is), floats of every width float32. Fails for others.
[[nodiscard]] Result<DataType> read_type(std::int32_t onnx_type);

// A tensor of the file. `folder` is where external data may lie (nothing outside of it is read); empty: none
// may. The size that the shape asks for is compared with the data that is there before memory is taken.
[[nodiscard]] Result<Tensor> read_tensor(const ::onnx::TensorProto& proto,
                                         const std::filesystem::path& folder);

// Sizes of an input, -1: open. Nothing when the rank isn't known.
[[nodiscard]] std::optional<std::vector<std::int64_t>> read_sizes(const ::onnx::ValueInfoProto& info);

// Fails when the bytes aren't a whole message.
[[nodiscard]] Result<std::shared_ptr<const ::onnx::ModelProto>> parse_model(std::span<const std::byte> bytes);

}  // namespace mosaic::onnx
