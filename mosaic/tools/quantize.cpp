#include "quantize.h"

#include <cmath>
#include <iomanip>
#include <iostream>
#include <sstream>

#include "npy.h"

namespace mosaic::tools {

namespace {

RangeMethod method_of(const std::string& name) {
    if (name == "largest") return RangeMethod::kLargest;
    if (name == "entropy") return RangeMethod::kEntropy;
    return name == "error" ? RangeMethod::kLeastError : RangeMethod::kPercentile;
}

std::string reached_text(const Calibration& made) {
    if (!made.reached_db) return "not known";
    if (std::isinf(*made.reached_db) && *made.reached_db > 0) return "that of float";
    std::ostringstream text;
    text << std::fixed << std::setprecision(1) << *made.reached_db << " dB";
    return text.str();
}

}  // namespace

void warn_if_short(const Calibration& made, const CalibrationOptions& how) {
    // Not "less than": what is no number falls short too.
    if (!made.reached_db || *made.reached_db >= how.signal_to_noise_db_min) return;
    std::cerr << "mosaic: warning: the outputs' signal to noise is " << reached_text(made) << ", below the "
              << how.signal_to_noise_db_min << " dB asked for: " << made.kept.size()
              << " layers, as many as may, stay in float already\n";
}

Result<void> quantize(const Graph& graph, const Options& options, const QuantizeArguments& arguments) {
    const std::size_t inputs = graph.input_names().size();
    if (inputs == 0 || arguments.inputs.size() % inputs != 0) {
        return failure("the network has " + std::to_string(inputs) +
                       " inputs: " + std::to_string(arguments.inputs.size()) + " files aren't whole samples");
    }
    std::vector<Tensor> tensors;
    tensors.reserve(arguments.inputs.size());
    for (const std::string& path : arguments.inputs) {
        MOSAIC_TRY_ASSIGN(Tensor tensor, read_npy(path));
        tensors.push_back(std::move(tensor));
    }
    std::vector<std::vector<TensorView>> samples(tensors.size() / inputs);
    for (std::size_t i = 0; i < tensors.size(); ++i)
        samples[i / inputs].push_back(tensors[i].view());
    CalibrationOptions how = arguments.how;
    how.method = method_of(arguments.method);
    MOSAIC_TRY_ASSIGN(const Calibration made, calibrate(graph, options, samples, how));
    MOSAIC_TRY(made.save(arguments.output));
    std::cout << arguments.output.string() << ": ranges of " << made.ranges.size() << " values from "
              << samples.size() << " samples; layers that stay in float: " << made.kept.size()
              << "; signal to noise of the worst output: " << reached_text(made) << '\n';
    for (const auto& [layer, why] : made.kept)
        std::cout << "  " << layer << ": " << why << '\n';
    warn_if_short(made, how);
    return {};
}

}  // namespace mosaic::tools
