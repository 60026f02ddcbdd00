// The command `mosaic`: look into a model, run it, train one.
// Exit codes: 0 done; 1 the work failed; 2 the command line is wrong.
#include "mosaic/mosaic.h"

#include <algorithm>
#include <charconv>
#include <chrono>
#include <cstdio>
#include <ctime>
#include <exception>
#include <filesystem>
#include <iostream>
#include <limits>
#include <numeric>
#include <optional>

#include <CLI/CLI.hpp>

#include "bench.h"
#include "check.h"
#include "npy.h"
#include "quantize.h"
#include "train_commands.h"

namespace {

constexpr int kDone = 0;
constexpr int kFailed = 1;
constexpr int kWrongUse = 2;

struct Arguments {
    std::string model;
    std::vector<std::string> inputs;
    std::vector<std::string> input_shapes;
    std::vector<std::string> outputs;
    std::string output_folder;
    std::string backend = "auto";
    std::string precision = "fp32";
    std::string calibration;  // a file
    std::string kernel_cache;
    mosaic::tools::QuantizeArguments quantize;
    int threads = 1;
    int repeat = 1;
    bool no_winograd = false;
    mosaic::tools::BenchOptions bench;
    mosaic::tools::CheckOptions check;
    bool no_export = false;
    bool passes = false;
    bool plan = false;
    bool peak = false;
    bool profile = false;
};

// name=1,288,512,3
std::optional<std::pair<std::string, mosaic::Shape>> parse_input_shape(const std::string& text) {
    const std::size_t equals = text.rfind('=');
    if (equals == std::string::npos || equals == 0) return std::nullopt;
    std::vector<std::int64_t> sizes;
    const char* at = text.data() + equals + 1;
    const char* const end = text.data() + text.size();
    while (at < end) {
        std::int64_t size = 0;
        const auto [next, error] = std::from_chars(at, end, size);
        if (error != std::errc() || size < 1 || (next != end && *next != ',')) return std::nullopt;
        sizes.push_back(size);
        at = next + 1;
    }
    auto shape = mosaic::Shape::create(sizes);
    if (!shape || sizes.empty()) return std::nullopt;
    return std::pair{text.substr(0, equals), *shape};
}

mosaic::Precision precision_of(const std::string& name) {
    if (name == "bf16") return mosaic::Precision::kBFloat16;
    return name == "int8" ? mosaic::Precision::kInt8 : mosaic::Precision::kFloat32;
}

mosaic::Options options_of(const Arguments& arguments) {
    mosaic::Options options;
    options.threads = arguments.threads;
    options.outputs = arguments.outputs;
    options.backend = arguments.backend == "portable" ? mosaic::Backend::kPortable : mosaic::Backend::kAuto;
    for (const std::string& text : arguments.input_shapes) {
        if (const auto parsed = parse_input_shape(text)) options.input_shapes[parsed->first] = parsed->second;
    }
    options.winograd = !arguments.no_winograd;
    options.precision = precision_of(arguments.precision);
    options.kernel_cache = arguments.kernel_cache;
    return options;
}

// "resnet50", unless there is such a file, is the founding network.
mosaic::Result<mosaic::Graph> load_graph(const std::string& model) {
    if (model == "resnet50" && !std::filesystem::exists(model)) return mosaic::Graph::make_resnet50();
    return mosaic::Graph::load(model);
}

std::filesystem::path calibration_beside(const std::string& model) {
    return std::filesystem::path(model).replace_extension("calibration.json");
}

// The file that was given, or the one beside the model; failing that, a calibration on the inputs at hand.
mosaic::Result<void> find_calibration(const Arguments& arguments, const mosaic::Graph& graph,
                                      const std::vector<mosaic::TensorView>& inputs,
                                      mosaic::Options& options) {
    if (options.precision != mosaic::Precision::kInt8) return {};
    const std::filesystem::path beside = calibration_beside(arguments.model);
    const std::filesystem::path path =
        arguments.calibration.empty() ? beside : std::filesystem::path(arguments.calibration);
    mosaic::Calibration made;
    if (!arguments.calibration.empty() || std::filesystem::exists(beside)) {
        MOSAIC_TRY_ASSIGN(made, mosaic::Calibration::load(path));
    } else if (inputs.empty()) {
        return mosaic::failure("int8 needs a calibration: `mosaic quantize` makes " + beside.string());
    } else {
        std::cerr << "mosaic: no calibration given: made from the inputs of this run\n";
        const std::vector<std::vector<mosaic::TensorView>> samples{inputs};
        const mosaic::CalibrationOptions how;
        MOSAIC_TRY_ASSIGN(made, mosaic::calibrate(graph, options, samples, how));
        mosaic::tools::warn_if_short(made, how);
    }
    options.calibration = std::make_shared<const mosaic::Calibration>(std::move(made));
    return {};
}

mosaic::Result<mosaic::Session> open_session(const Arguments& arguments,
                                             const std::vector<mosaic::TensorView>& inputs = {}) {
    MOSAIC_TRY_ASSIGN(const mosaic::Graph graph, load_graph(arguments.model));
    mosaic::Options options = options_of(arguments);
    MOSAIC_TRY(find_calibration(arguments, graph, inputs, options));
    auto session = mosaic::Session::compile(graph, options);
    if (!session) return mosaic::failure(arguments.model + ": " + session.error().message);
    return session;
}

mosaic::Result<void> check(Arguments& arguments) {
    arguments.check.model = arguments.model;
    arguments.check.session = options_of(arguments);
    arguments.check.inputs = arguments.inputs;
    arguments.check.exports = !arguments.no_export;
    return mosaic::tools::check(arguments.check);
}

mosaic::Result<void> make(Arguments& arguments) {
    MOSAIC_TRY_ASSIGN(const mosaic::Graph graph, mosaic::Graph::make_resnet50());
    return graph.save_onnx(arguments.output_folder, {});
}

mosaic::Result<void> bench(Arguments& arguments) {
    if (arguments.peak) mosaic::tools::print_peaks(arguments.threads);
    if (arguments.model.empty())
        return arguments.peak ? mosaic::Result<void>() : mosaic::failure("bench needs a MODEL or --peak");
    MOSAIC_TRY_ASSIGN(const mosaic::Graph graph, load_graph(arguments.model));
    mosaic::Options options = options_of(arguments);
    MOSAIC_TRY(find_calibration(arguments, graph, {}, options));
    return mosaic::tools::bench(graph, options, arguments.bench);
}

mosaic::Result<void> convert(Arguments& arguments) {
    MOSAIC_TRY_ASSIGN(const mosaic::Graph graph, load_graph(arguments.model));
    mosaic::Options options = options_of(arguments);
    MOSAIC_TRY(find_calibration(arguments, graph, {}, options));
    return graph.save_onnx(arguments.output_folder, options);
}

void print_value(const char* kind, const mosaic::ValueInfo& info) {
    std::cout << kind << ' ' << info.name << ' ';
    if (info.varies) {
        std::cout << "as much as the data holds\n";
    } else {
        std::cout << to_string(info.type) << info.shape.to_string() << '\n';
    }
}

mosaic::Result<void> info(Arguments& arguments) {
    MOSAIC_TRY_ASSIGN(const mosaic::Session session, open_session(arguments));
    for (const auto& input : session.inputs())
        print_value("input", input);
    for (const auto& output : session.outputs())
        print_value("output", output);
    if (arguments.passes) std::cout << session.describe_passes();
    if (arguments.plan) std::cout << session.describe_plan();
    return {};
}

// Names of tensors hold slashes and colons; files' names must not.
std::string file_name(std::string name) {
    for (char& character : name) {
        const bool plain = std::isalnum(static_cast<unsigned char>(character)) != 0 || character == '-' ||
                           character == '_' || character == '.';
        if (!plain) character = '_';
    }
    return name + ".npy";
}

mosaic::Result<void> write_outputs(const mosaic::Session& session, const std::filesystem::path& folder) {
    std::error_code error;
    std::filesystem::create_directories(folder, error);
    if (error) return mosaic::failure(folder.string() + ": " + error.message());
    for (std::size_t i = 0; i < session.outputs().size(); ++i) {
        MOSAIC_TRY(write_npy(folder / file_name(session.outputs()[i].name), session.output(i)));
    }
    return {};
}

mosaic::Result<void> run(Arguments& arguments) {
    std::vector<mosaic::Tensor> tensors;
    std::vector<mosaic::TensorView> views;
    for (const std::string& path : arguments.inputs) {
        MOSAIC_TRY_ASSIGN(mosaic::Tensor tensor, mosaic::read_npy(path));
        tensors.push_back(std::move(tensor));
    }
    views.reserve(tensors.size());
    for (const mosaic::Tensor& tensor : tensors)
        views.push_back(tensor.view());
    MOSAIC_TRY_ASSIGN(mosaic::Session session, open_session(arguments, views));

    std::vector<double> times_ms;
    double cpu_ms_min = std::numeric_limits<double>::infinity();
    if (arguments.repeat > 1) MOSAIC_TRY(session.run(views));  // the first run warms caches and isn't counted
    for (int i = 0; i < arguments.repeat; ++i) {
        const auto start = std::chrono::steady_clock::now();
        const std::clock_t cpu_start = std::clock();
        MOSAIC_TRY(session.run(views));
        const double cpu_ms = 1000.0 * static_cast<double>(std::clock() - cpu_start) / CLOCKS_PER_SEC;
        cpu_ms_min = std::min(cpu_ms_min, cpu_ms);
        const std::chrono::duration<double, std::milli> taken = std::chrono::steady_clock::now() - start;
        times_ms.push_back(taken.count());
    }
    if (!arguments.output_folder.empty()) MOSAIC_TRY(write_outputs(session, arguments.output_folder));
    if (arguments.repeat > 1) {
        std::sort(times_ms.begin(), times_ms.end());
        const double mean_ms =
            std::accumulate(times_ms.begin(), times_ms.end(), 0.0) / static_cast<double>(times_ms.size());
        // Processor time, of all threads: what a busy machine doesn't change much.
        std::printf("median_ms %.3f min_ms %.3f max_ms %.3f mean_ms %.3f cpu_ms_min %.3f runs %d\n",
                    times_ms[times_ms.size() / 2], times_ms.front(), times_ms.back(), mean_ms, cpu_ms_min,
                    arguments.repeat);
    }
    if (arguments.profile) {
        MOSAIC_TRY_ASSIGN(const std::string text, session.profile(views, std::max(arguments.repeat, 1)));
        std::cout << text;
    }
    return {};
}

mosaic::Result<void> quantize(Arguments& arguments) {
    MOSAIC_TRY_ASSIGN(const mosaic::Graph graph, load_graph(arguments.model));
    arguments.quantize.inputs = arguments.inputs;
    if (arguments.quantize.output.empty()) arguments.quantize.output = calibration_beside(arguments.model);
    return mosaic::tools::quantize(graph, options_of(arguments), arguments.quantize);
}

void add_quantize_options(CLI::App& command, Arguments& arguments) {
    command
        .add_option("--input", arguments.inputs, "samples: one .npy file for each input, sample after sample")
        ->required();
    command.add_option("--output", arguments.quantize.output, "the file to write; default: beside the model");
    command.add_option("--method", arguments.quantize.method, "how ranges are chosen")
        ->check(CLI::IsMember({"percentile", "entropy", "error", "largest"}));
    command.add_option("--percentile", arguments.quantize.how.percentile, "of the elements, within a range")
        ->check(CLI::Range(50.0, 100.0));
    command.add_option("--snr", arguments.quantize.how.signal_to_noise_db_min,
                       "decibels that the outputs must keep; layers stay in float until they do");
}

void add_common_options(CLI::App& command, Arguments& arguments) {
    command.add_option("MODEL", arguments.model, "ONNX or TensorFlow.js graph model (NAME.json)")->required();
    command.add_option("--threads", arguments.threads, "threads of a run")->check(CLI::Range(1, 1024));
    command.add_option("--backend", arguments.backend, "kernels to use")
        ->check(CLI::IsMember({"auto", "portable"}));
    command.add_option("--precision", arguments.precision, "what to compute with")
        ->check(CLI::IsMember({"fp32", "bf16", "int8"}));
    command.add_flag("--no-winograd", arguments.no_winograd, "3x3 convolutions with all multiplications");
    command.add_option("--calibration", arguments.calibration,
                       "ranges for int8, from `mosaic quantize`; default: the file beside the model");
    command.add_option("--kernel-cache", arguments.kernel_cache,
                       "a file of kernels measured here, instead of fixed rules; made if absent");
    command.add_option("--select", arguments.outputs, "outputs to compute; all if absent");
    command.add_option("--input-shape", arguments.input_shapes, "another shape, as name=1,288,512,3")
        ->check([](const std::string& text) {
            return parse_input_shape(text) ? std::string() : text + " isn't name=SIZE,SIZE,...";
        });
}

void add_check_options(CLI::App& command, Arguments& arguments) {
    command.add_option("--input", arguments.inputs, "one .npy file for each input; random numbers if absent");
    command.add_option("--seed", arguments.check.seed, "of random inputs");
    command.add_option("--low", arguments.check.low, "least random float");
    command.add_option("--high", arguments.check.high, "largest random float");
    command.add_option("--tolerance", arguments.check.tolerance, "of |a - b| / max(1, |b|)");
    command.add_option("--node-modules", arguments.check.node_modules, "folder with the peers' npm packages")
        ->envname("MOSAIC_NODE_MODULES");
    command.add_option("--batch", arguments.check.batch, "that many inputs together and one by one")
        ->check(CLI::Range(2, 1024));
    command.add_flag("--no-export", arguments.no_export, "leave out the exported network");
}

std::vector<mosaic::tools::Command> add_model_commands(CLI::App& app, Arguments& arguments) {
    std::vector<mosaic::tools::Command> commands;
    const auto add = [&](const char* name, const char* what, mosaic::Result<void> (*work)(Arguments&)) {
        CLI::App* command = app.add_subcommand(name, what);
        commands.push_back({command, [work, &arguments] { return work(arguments); }});
        return command;
    };
    CLI::App* info_command = add("info", "inputs, outputs and the compiled plan of a model", info);
    add_common_options(*info_command, arguments);
    info_command->add_flag("--passes", arguments.passes, "list the passes and what they changed");
    info_command->add_flag("--plan", arguments.plan, "list the steps and their kernels");
    CLI::App* run_command = add("run", "run a model on .npy files", run);
    add_common_options(*run_command, arguments);
    run_command->add_option("--input", arguments.inputs, "one .npy file for each input, in order")
        ->required();
    run_command->add_option("--output", arguments.output_folder, "folder for the outputs, one .npy each");
    run_command->add_option("--repeat", arguments.repeat, "timed runs")->check(CLI::Range(1, 1000000));
    run_command->add_flag("--profile", arguments.profile, "print time and operations a second of each step");
    CLI::App* bench_command = add("bench", "how fast a model runs, and the machine at most", bench);
    add_common_options(*bench_command, arguments);
    bench_command->get_option("MODEL")->required(false);
    bench_command->add_flag("--peak", arguments.peak, "measure what the threads' cores do at most");
    bench_command
        ->add_option("--sessions", arguments.bench.sessions, "side by side: pictures a second of all")
        ->check(CLI::Range(1, 256));
    bench_command->add_option("--repeat", arguments.bench.runs, "timed runs")->check(CLI::Range(1, 1000000));
    CLI::App* check_command =
        add("check", "compare with ONNX Runtime or TensorFlow.js, and so the exported network", check);
    add_common_options(*check_command, arguments);
    add_check_options(*check_command, arguments);
    CLI::App* convert_command = add("convert", "write a model as ONNX", convert);
    add_common_options(*convert_command, arguments);
    convert_command->add_option("OUTPUT", arguments.output_folder, "the ONNX file to write")->required();
    CLI::App* make_command = add("make", "write a network with seeded weights as ONNX", make);
    make_command->add_option("NETWORK", arguments.model, "which")
        ->required()
        ->check(CLI::IsMember({"resnet50"}));
    make_command->add_option("OUTPUT", arguments.output_folder, "the ONNX file to write")->required();
    CLI::App* quantize_command = add("quantize", "learn from samples what int8 needs to know", quantize);
    add_common_options(*quantize_command, arguments);
    add_quantize_options(*quantize_command, arguments);
    return commands;
}

int run_command_line(int argc, char** argv) {
    Arguments arguments;
    CLI::App app{"mosaic: run and train neural networks"};
    app.require_subcommand(1);
    std::vector<mosaic::tools::Command> commands = add_model_commands(app, arguments);
    for (mosaic::tools::Command& command : mosaic::tools::add_train_commands(app))
        commands.push_back(std::move(command));
    try {
        app.parse(argc, argv);
    } catch (const CLI::ParseError& error) {
        return app.exit(error) == 0 ? kDone : kWrongUse;
    }
    mosaic::Result<void> done;
    for (const mosaic::tools::Command& command : commands) {
        if (command.app->parsed()) done = command.run();
    }
    if (done) return kDone;
    std::cerr << "mosaic: " << done.error().message << '\n';
    return kFailed;
}

}  // namespace

int main(int argc, char** argv) {
    try {
        return run_command_line(argc, argv);
    } catch (const std::exception& exception) {
        // Only what nobody expects comes here: no memory, above all.
        std::fprintf(stderr, "mosaic: %s\n", exception.what());
        return kFailed;
    }
}
