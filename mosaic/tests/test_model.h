// Tiny TensorFlow.js graph models made in memory.
#pragma once

#include <string>
#include <vector>

#include <nlohmann/json.hpp>

#include "mosaic/mosaic.h"

namespace mosaic::testing {

class TestModel {
  public:
    // Each returns the node's name.
    std::string input(const std::string& name, const std::vector<std::int64_t>& shape);
    std::string constant(const std::string& name, const std::vector<std::int64_t>& shape,
                         const std::vector<float>& values);
    std::string constant_ints(const std::string& name, const std::vector<std::int64_t>& shape,
                              const std::vector<std::int32_t>& values);
    std::string node(const std::string& name, const std::string& op, const std::vector<std::string>& inputs,
                     nlohmann::json attributes = nlohmann::json::object());

    // Attributes of a convolution.
    static nlohmann::json convolution(int stride, const std::string& padding_base64);

    nlohmann::json& json() { return json_; }
    [[nodiscard]] std::vector<std::byte>& bytes() { return bytes_; }
    [[nodiscard]] Result<Graph> parse() const;

  private:
    void add_weight(const std::string& name, const std::vector<std::int64_t>& shape, const char* type,
                    const void* data, std::size_t count);

    nlohmann::json json_ = {
        {"format", "graph-model"},
        {"modelTopology", {{"node", nlohmann::json::array()}}},
        {"weightsManifest", {{{"paths", {"weights.bin"}}, {"weights", nlohmann::json::array()}}}}};
    std::vector<std::byte> bytes_;
};

}  // namespace mosaic::testing
