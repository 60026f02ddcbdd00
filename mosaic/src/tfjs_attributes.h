// Attributes of a node of a TensorFlow.js topology (protobuf's AttrValue as JSON: {"i": "1"}, {"s": base64},
// {"list": ..}).
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include <nlohmann/json_fwd.hpp>

#include "mosaic/tensor.h"

namespace mosaic::tfjs {

// Reads the attributes of one node; errors name the node and the attribute. Borrows the JSON.
class Attributes {
  public:
    Attributes(const nlohmann::json& node, std::string where);

    // Each returns `fallback` when the attribute is absent, an error when it is of another kind.
    [[nodiscard]] Result<bool> boolean(const char* key, bool fallback) const;
    [[nodiscard]] Result<std::int64_t> integer(const char* key, std::int64_t fallback) const;
    [[nodiscard]] Result<float> number(const char* key, float fallback) const;
    [[nodiscard]] Result<std::string> text(const char* key, const std::string& fallback) const;
    [[nodiscard]] Result<std::vector<std::int64_t>> integers(const char* key) const;  // empty when absent
    [[nodiscard]] Result<std::vector<std::string>> texts(const char* key) const;      // empty when absent
    // DT_FLOAT and so on. 64-bit and 8-bit integers are int32 in TensorFlow.js, and so they are here.
    [[nodiscard]] Result<DataType> type(const char* key, DataType fallback) const;
    // Sizes of a shape, -1: open. Fails when absent or of unknown rank.
    [[nodiscard]] Result<std::vector<std::int64_t>> shape(const char* key) const;

    [[nodiscard]] tl::unexpected<Error> wrong(const std::string& what) const;

  private:
    // Null when absent.
    [[nodiscard]] const nlohmann::json* find(const char* key, const char* kind) const;

    const nlohmann::json* attributes_;
    std::string where_;
};

// Sizes of a TensorShapeProto as JSON.
[[nodiscard]] Result<std::vector<std::int64_t>> read_shape(const nlohmann::json& shape);
[[nodiscard]] Result<DataType> read_type(const nlohmann::json& type);

}  // namespace mosaic::tfjs
