// Ranges of all values on samples, then the layers that must stay in float.
#include <algorithm>
#include <cmath>
#include <exception>
#include <limits>

#include "compiler.h"
#include "executable.h"
#include "graph_access.h"
#include "quantize/histogram.h"

namespace mosaic {

namespace {

using Samples = std::span<const std::vector<TensorView>>;

// What waits for a run stays in float; it is judged by what it reads.
ir::Graph without_rest(ir::Graph graph) {
    graph.rest.reset();
    for (ir::Output& output : graph.outputs)
        output.hidden = false;
    return graph;
}

// Layers that could compute with bytes.
std::vector<std::string> layers_of(const ir::Graph& graph) {
    std::vector<std::string> names;
    for (const ir::Node& node : graph.nodes) {
        if (std::holds_alternative<ir::Conv2d>(node.op) || std::holds_alternative<ir::MatMul>(node.op))
            names.push_back(node.name);
    }
    return names;
}

Result<std::map<std::string, Calibration::Range>> observe(Prepared prepared, const Options& options,
                                                          Samples samples, const CalibrationOptions& how) {
    ir::Graph& own = prepared.graph;
    std::map<std::string, quantize::Histogram> histograms;
    // All values as outputs, under their own names.
    own.outputs.clear();
    const auto watch = [&](ir::ValueId id) {
        const ir::Value& value = own.value(id);
        if (value.type != DataType::kFloat32 || value.constant != nullptr) return;
        own.outputs.push_back({value.name, id});
    };
    for (const ir::Input& input : own.inputs)
        watch(input.value);
    for (const ir::Node& node : own.nodes) {
        for (const ir::ValueId id : node.outputs)
            watch(id);
    }
    MOSAIC_TRY_ASSIGN(const auto program, Executable::create(std::move(prepared), options));
    for (const std::vector<TensorView>& sample : samples) {
        MOSAIC_TRY(program->run(sample));
        for (std::size_t i = 0; i < program->outputs().size(); ++i)
            histograms[program->outputs()[i].name].add(program->output(i).elements<float>());
    }
    std::map<std::string, Calibration::Range> ranges;
    for (const auto& [name, histogram] : histograms)
        ranges[name] = histogram.range(how);
    return ranges;
}

// All float outputs of all samples, one list for each output.
using Outputs = std::vector<std::vector<float>>;

Result<Outputs> run_all(const ir::Graph& graph, const Options& options, Samples samples) {
    MOSAIC_TRY_ASSIGN(Prepared prepared, prepare(graph, options));
    MOSAIC_TRY_ASSIGN(const auto program, Executable::create(std::move(prepared), options));
    Outputs outputs(program->outputs().size());
    for (const std::vector<TensorView>& sample : samples) {
        MOSAIC_TRY(program->run(sample));
        for (std::size_t i = 0; i < outputs.size(); ++i) {
            if (program->outputs()[i].type != DataType::kFloat32) continue;
            const auto values = program->output(i).elements<float>();
            outputs[i].insert(outputs[i].end(), values.begin(), values.end());
        }
    }
    return outputs;
}

double worst_ratio_db(const Outputs& expected, const Outputs& actual) {
    double worst = std::numeric_limits<double>::infinity();
    for (std::size_t i = 0; i < expected.size(); ++i) {
        if (!expected[i].empty()) worst = std::min(worst, signal_to_noise_db(expected[i], actual[i]));
    }
    return worst;
}

class Selection {
  public:
    Selection(const ir::Graph& graph, const Options& options, Samples samples, const Calibration& ranges)
        : graph_(graph), options_(options), samples_(samples), ranges_(ranges) {
        options_.precision = Precision::kInt8;
    }

    Result<void> measure_float() {
        Options plain = options_;
        plain.precision = Precision::kFloat32;
        MOSAIC_TRY_ASSIGN(expected_, run_all(graph_, plain, samples_));
        return {};
    }

    Result<double> ratio_db(const std::map<std::string, std::string>& kept) {
        auto calibration = std::make_shared<Calibration>(ranges_);
        calibration->kept = kept;
        options_.calibration = std::move(calibration);
        MOSAIC_TRY_ASSIGN(const Outputs actual, run_all(graph_, options_, samples_));
        return worst_ratio_db(expected_, actual);
    }

    // The layers by the harm that each does alone, the worst first.
    Result<std::vector<std::pair<double, std::string>>> rank(const std::vector<std::string>& layers) {
        std::map<std::string, std::string> all;
        for (const std::string& layer : layers)
            all[layer] = "";
        std::vector<std::pair<double, std::string>> order;
        for (const std::string& layer : layers) {
            std::map<std::string, std::string> others = all;
            others.erase(layer);
            MOSAIC_TRY_ASSIGN(const double ratio, ratio_db(others));
            order.emplace_back(ratio, layer);
        }
        std::stable_sort(order.begin(), order.end(),
                         [](const auto& a, const auto& b) { return a.first < b.first; });
        return order;
    }

  private:
    const ir::Graph& graph_;
    Options options_;
    Samples samples_;
    const Calibration& ranges_;
    Outputs expected_;
};

std::map<std::string, std::string> worst(const std::vector<std::pair<double, std::string>>& order,
                                         std::size_t count) {
    std::map<std::string, std::string> kept;
    for (std::size_t i = 0; i < std::min(count, order.size()); ++i) {
        const int tenths = static_cast<int>(std::lround(std::min(order[i].first, 999.0) * 10));
        kept[order[i].second] = "alone it lowers the outputs' signal to noise to " +
                                std::to_string(tenths / 10) + "." + std::to_string(std::abs(tenths % 10)) +
                                " dB";
    }
    return kept;
}

// The fewest of the worst layers whose keeping is enough.
Result<void> choose_kept(Selection& selection, const std::vector<std::string>& layers,
                         const CalibrationOptions& how, Calibration& made) {
    MOSAIC_TRY(selection.measure_float());
    MOSAIC_TRY_ASSIGN(const double ratio, selection.ratio_db({}));
    made.reached_db = ratio;
    const auto limit = static_cast<std::size_t>(how.kept_share_max * static_cast<double>(layers.size()));
    if (ratio >= how.signal_to_noise_db_min || limit == 0) return {};
    MOSAIC_TRY_ASSIGN(const auto order, selection.rank(layers));
    std::size_t low = 0, high = limit;  // low isn't enough; high is, or is all there is
    while (high - low > 1) {
        const std::size_t middle = low + (high - low) / 2;
        MOSAIC_TRY_ASSIGN(const double reached, selection.ratio_db(worst(order, middle)));
        (reached >= how.signal_to_noise_db_min ? high : low) = middle;
    }
    made.kept = worst(order, high);
    MOSAIC_TRY_ASSIGN(made.reached_db, selection.ratio_db(made.kept));
    return {};
}

Result<Calibration> calibrate_unguarded(const ir::Graph& graph, const Options& options, Samples samples,
                                        const CalibrationOptions& how) {
    if (samples.empty()) return failure("calibration needs at least one sample");
    Options plain = options;
    plain.precision = Precision::kFloat32;
    Calibration made;
    MOSAIC_TRY_ASSIGN(const Prepared prepared, prepare(graph, plain));
    MOSAIC_TRY_ASSIGN(made.ranges, observe(prepared, plain, samples, how));
    // What a written network has and a fused one doesn't: results before they are added and activated.
    MOSAIC_TRY_ASSIGN(Prepared unfused, prepare_for_export(graph, plain));
    MOSAIC_TRY_ASSIGN(auto more, observe(std::move(unfused), plain, samples, how));
    made.ranges.merge(more);
    // Every layer is tried on a few samples; more of them hardly change the order.
    constexpr std::size_t kTrialSamples = 4;
    const Calibration ranges = made;
    Selection selection(graph, options, samples.first(std::min(samples.size(), kTrialSamples)), ranges);
    MOSAIC_TRY(choose_kept(selection, layers_of(prepared.graph), how, made));
    return made;
}

}  // namespace

double signal_to_noise_db(std::span<const float> expected, std::span<const float> actual) {
    double signal = 0, noise = 0;
    for (std::size_t i = 0; i < std::min(expected.size(), actual.size()); ++i) {
        const auto value = static_cast<double>(expected[i]);
        const double difference = value - static_cast<double>(actual[i]);
        signal += value * value;
        noise += difference * difference;
    }
    return noise == 0 ? std::numeric_limits<double>::infinity() : 10 * std::log10(signal / noise);
}

Result<Calibration> calibrate(const Graph& graph, const Options& options,
                              std::span<const std::vector<TensorView>> samples,
                              const CalibrationOptions& how) {
    try {
        MOSAIC_TRY_ASSIGN(ir::Graph made, GraphAccess::of(graph, options));
        return calibrate_unguarded(without_rest(std::move(made)), options, samples, how);
    } catch (const std::exception& exception) {
        return failure(std::string("calibration failed: ") + exception.what());
    }
}

}  // namespace mosaic
