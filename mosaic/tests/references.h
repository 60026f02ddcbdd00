// Stored cases of a folder of references/: cases.json says where in cases.bin each tensor lies.
#pragma once

#include <string>
#include <vector>

#include <nlohmann/json.hpp>

#include "mosaic/mosaic.h"

namespace mosaic::testing {

class References {
  public:
    // Of the folder "operators" or "onnx". What is missing leaves json() without cases.
    explicit References(const std::string& folder);

    [[nodiscard]] const nlohmann::json& json() const { return json_; }
    [[nodiscard]] std::span<const std::byte> range(const nlohmann::json& where) const;
    [[nodiscard]] Tensor tensor(const nlohmann::json& stored) const;
    // Fails the test where they differ: floats by more than 1e-4 max(1, |expected|), others at all.
    static void expect_near(const std::string& name, const TensorView& actual, const Tensor& expected);
    // Runs the case twice (the second run finds memory as the first left it) and compares its outputs.
    void run(const std::string& name, const nlohmann::json& test, const Graph& graph,
             const Options& options) const;

  private:
    nlohmann::json json_;
    std::vector<char> bytes_;
};

}  // namespace mosaic::testing
