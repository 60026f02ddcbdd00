// Tiny TensorFlow.js graph models made in memory, and what tests put through them.
#pragma once

#include <random>
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

// Normally distributed around 0.
[[nodiscard]] std::vector<float> random_floats(std::mt19937& random, std::int64_t count, float deviation);

// The first output of a second run. `plan`: Session::describe_plan, if wanted.
[[nodiscard]] Result<std::vector<float>> run(const Graph& graph, const Options& options,
                                             const std::vector<TensorView>& inputs,
                                             std::string* plan = nullptr);

}  // namespace mosaic::testing
