#include "executable.h"

#include <algorithm>
#include <array>
#include <chrono>
#include <cstdio>
#include <optional>

#include "backend_choice.h"
#include "invariant.h"
#include "kernel_choices.h"

namespace mosaic {

namespace {

double median(std::vector<double> values) {
    std::sort(values.begin(), values.end());
    return values[values.size() / 2];
}

constexpr double kPerGiga = 1e9;
constexpr double kPerSecond = 1e3;  // milliseconds

std::string with_decimals(double number, int decimals) {
    std::array<char, 64> text{};
    std::snprintf(text.data(), text.size(), "%.*f", decimals, number);
    return text.data();
}

// "152.3 | 0.91": billions of operations a second, and that over what the threads do at most.
std::string speed(double operations, double time_ms, const Peak* peak) {
    if (operations <= 0 || time_ms <= 0) return "- | -";
    const double gigas = operations / kPerGiga / time_ms * kPerSecond;
    return with_decimals(gigas, 1) + " | " + (peak == nullptr ? "-" : with_decimals(gigas / peak->gflops, 2));
}

}  // namespace

Result<std::unique_ptr<Executable>> Executable::create(Prepared prepared, const Options& options) {
    auto made = std::make_unique<Executable>();
    made->threads_ = options.threads;
    made->pass_report_ = std::move(prepared.pass_report);
    made->describe_values(prepared.graph);
    if (prepared.graph.rest != nullptr) {
        std::vector<std::string> late;
        for (std::size_t i = 0; i < made->places_.size(); ++i) {
            if (made->places_[i].late) late.push_back(made->outputs_[i].name);
        }
        made->rest_ = std::make_unique<RestRunner>(prepared.graph.rest, options, std::move(late));
    }

    const ThreadCount thread_count(options.threads);
    std::optional<KernelChoices> choices;
    if (!options.kernel_cache.empty()) choices.emplace(options.kernel_cache);
    const std::unique_ptr<BackendCompiler> backend = make_backend(options, choices ? &*choices : nullptr);
    Lowering lowering(prepared.graph, backend.get());
    MOSAIC_TRY(lowering.run());
    if (choices) choices->save();
    made->backend_ = backend ? backend->describe() : "portable";
    made->program_ = std::move(lowering.program());
    made->input_buffers_ = lowering.input_buffers();
    made->output_buffers_ = lowering.output_buffers();
    made->program_.place_buffers();
    // Kernels want memory of their own beside the values; windows out of all proportion would want a lot.
    if (made->program_.memory().peak_bytes > options.memory_bytes_max) {
        return failure("the model needs " + std::to_string(made->program_.memory().peak_bytes) +
                       " bytes for its values, more than " + std::to_string(options.memory_bytes_max));
    }
    MOSAIC_TRY_ASSIGN(made->arena_, Arena::create(made->program_.memory().peak_bytes));
    made->program_.bind(made->arena_.data());
    made->pass_report_.push_back("plan_layouts: " + made->describe_reorders() +
                                 " (keep each value in the layout that it is made in)");
    return made;
}

Result<void> Executable::bind(std::span<const TensorView> views) {
    if (views.size() != inputs_.size()) {
        return failure("the network has " + std::to_string(inputs_.size()) + " inputs, " +
                       std::to_string(views.size()) + " were given");
    }
    for (std::size_t i = 0; i < views.size(); ++i) {
        if (views[i].type() != inputs_[i].type || views[i].shape() != inputs_[i].shape) {
            return failure("input " + inputs_[i].name + " must be " +
                           std::string(to_string(inputs_[i].type)) + inputs_[i].shape.to_string() + ", not " +
                           std::string(to_string(views[i].type())) + views[i].shape().to_string());
        }
    }
    for (std::size_t i = 0; i < views.size(); ++i) {
        program_.bind_input(input_buffers_[i], views[i].bytes().data());
    }
    return {};
}

Result<void> Executable::run(std::span<const TensorView> views) {
    MOSAIC_TRY(bind(views));
    const ThreadCount thread_count(threads_);
    program_.run();
    if (rest_ != nullptr) return run_rest();
    return {};
}

Result<void> Executable::run_rest() {
    rest_reads_.clear();
    for (std::size_t i = 0; i < hidden_.size(); ++i)
        rest_reads_.push_back(at(hidden_places_[i], hidden_[i]));
    MOSAIC_TRY(rest_->run(rest_reads_));
    for (std::size_t i = 0; i < places_.size(); ++i) {
        if (!places_[i].late) continue;
        const TensorView made = rest_->made().output(places_[i].index);
        outputs_[i].type = made.type();
        outputs_[i].shape = made.shape();
    }
    return {};
}

TensorView Executable::output(std::size_t index) const {
    MOSAIC_ASSERT(index < outputs_.size());
    if (!places_[index].late) return at(places_[index].index, outputs_[index]);
    if (!rest_->has_run()) return {};
    return rest_->made().output(places_[index].index);
}

TensorView Executable::at(std::size_t index, const ValueInfo& info) const {
    const BufferId buffer = output_buffers_[index];
    const auto bytes = static_cast<std::size_t>(info.shape.element_count()) * bytes_per_element(info.type);
    return {info.type, info.shape, std::span(program_.address(buffer), bytes)};
}

std::string Executable::describe_plan() const {
    const MemoryPlan& memory = program_.memory();
    std::string text = "backend: " + backend_ + "\nthreads: " + std::to_string(threads_) +
                       "\nactivations: " + std::to_string(memory.peak_bytes) + " bytes, lower bound " +
                       std::to_string(memory.lower_bound_bytes) +
                       "\nconstants: " + std::to_string(program_.constant_bytes()) +
                       " bytes\nreorders: " + describe_reorders() + "\n";
    for (const Step& step : program_.steps())
        text += step.op + " | " + step.kernel + " | " + step.node + "\n";
    return text;
}

std::string Executable::describe_reorders() const {
    std::size_t count = 0, bytes = 0;
    for (const Step& step : program_.steps()) {
        if (!step.reorders) continue;
        ++count;
        bytes += program_.buffer(step.writes[0]).bytes;
    }
    return std::to_string(count) + ", bytes " + std::to_string(bytes);
}

std::string Executable::describe_passes() const {
    std::string text;
    for (const std::string& line : pass_report_)
        text += line + "\n";
    return text;
}

Result<std::string> Executable::profile(std::span<const TensorView> views, int repeats) {
    MOSAIC_TRY(bind(views));
    const ThreadCount thread_count(threads_);
    const std::size_t count = program_.steps().size();
    std::vector<std::vector<double>> times(count);
    for (int repeat = 0; repeat < std::max(repeats, 1); ++repeat) {
        for (std::size_t i = 0; i < count; ++i) {
            const auto start = std::chrono::steady_clock::now();
            program_.run_step(i);
            const std::chrono::duration<double, std::milli> taken = std::chrono::steady_clock::now() - start;
            times[i].push_back(taken.count());
        }
    }
    // By the shortest time: the median says more about what else the computer does.
    std::vector<std::pair<double, std::size_t>> order;
    double total_ms = 0;
    for (std::size_t i = 0; i < count; ++i) {
        order.emplace_back(*std::min_element(times[i].begin(), times[i].end()), i);
        total_ms += order.back().first;
    }
    std::sort(order.rbegin(), order.rend());
    const std::vector<Peak> peaks = measure_peaks(threads_);
    std::string text =
        "total " + std::to_string(total_ms) + " ms, the sum of the shortest times of the steps\n";
    for (const Peak& peak : peaks)
        text += "peak " + peak.what + ", threads " + std::to_string(peak.threads) + ": " +
                with_decimals(peak.gflops, 1) + " G/s\n";
    text += "shortest ms | median ms | G/s | of the peak | step | kernel | node\n";
    for (const auto& [time_ms, index] : order) {
        const Step& step = program_.steps()[index];
        text += std::to_string(time_ms) + " | " + std::to_string(median(times[index])) + " | " +
                speed(step.operations, time_ms, peak_for(peaks, step.precision)) + " | " + step.op + " | " +
                step.kernel + " | " + step.node + "\n";
    }
    return text;
}

void Executable::describe_values(const ir::Graph& graph) {
    for (const ir::Input& input : graph.inputs) {
        const ir::Value& value = graph.value(input.value);
        inputs_.push_back({value.name, value.type, value.shape});
    }
    if (graph.rest == nullptr) {
        for (const ir::Output& output : graph.outputs)
            add_output(graph, output.name);
        return;
    }
    for (const std::string& name : graph.output_order)
        add_output(graph, name);
    for (std::size_t i = 0; i < graph.outputs.size(); ++i) {
        const ir::Output& output = graph.outputs[i];
        if (!output.hidden) continue;
        const ir::Value& value = graph.value(output.value);
        hidden_.push_back({output.name, value.type, value.shape});
        hidden_places_.push_back(i);
    }
}

// Several outputs may have one name.
void Executable::add_output(const ir::Graph& graph, const std::string& name) {
    const auto same = static_cast<std::size_t>(std::count_if(
        outputs_.begin(), outputs_.end(), [&](const ValueInfo& info) { return info.name == name; }));
    std::size_t before = 0;
    for (std::size_t i = 0; i < graph.outputs.size(); ++i) {
        const ir::Output& output = graph.outputs[i];
        if (output.hidden || output.name != name || before++ < same) continue;
        const ir::Value& value = graph.value(output.value);
        outputs_.push_back({name, value.type, value.shape});
        places_.push_back({false, i});
        return;
    }
    const auto late = static_cast<std::size_t>(
        std::count_if(places_.begin(), places_.end(), [](const Place& place) { return place.late; }));
    outputs_.push_back({name, DataType::kFloat32, Shape{0}, true});
    places_.push_back({true, late});
}

}  // namespace mosaic
