#include "quantize.h"

#include <iostream>

#include "npy.h"

namespace mosaic::tools {

namespace {

RangeMethod method_of(const std::string& name) {
    if (name == "largest") return RangeMethod::kLargest;
    if (name == "entropy") return RangeMethod::kEntropy;
    return name == "error" ? RangeMethod::kLeastError : RangeMethod::kPercentile;
}

}  // namespace

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
              << samples.size() << " samples; layers that stay in float: " << made.kept.size() << '\n';
    for (const auto& [layer, why] : made.kept)
        std::cout << "  " << layer << ": " << why << '\n';
    return {};
}

}  // namespace mosaic::tools
