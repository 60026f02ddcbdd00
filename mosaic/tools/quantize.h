// `mosaic quantize`: what int8 needs to know of a network's values, from the user's own inputs.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "mosaic/mosaic.h"

namespace mosaic::tools {

struct QuantizeArguments {
    std::vector<std::string> inputs;  // .npy files: all inputs of the first sample, then of the second ...
    std::filesystem::path output;
    std::string method = "percentile";
    CalibrationOptions how;
};

// Warns where a calibration that was just made falls short of what was asked for.
void warn_if_short(const Calibration& made, const CalibrationOptions& how);
// Writes the calibration and prints the layers that stay in float, and why, and what that reaches.
[[nodiscard]] Result<void> quantize(const Graph& graph, const Options& options,
                                    const QuantizeArguments& arguments);

}  // namespace mosaic::tools
