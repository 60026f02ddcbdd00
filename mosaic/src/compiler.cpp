#include "compiler.h"

#include <algorithm>
#include <iterator>
#include <optional>
#include <string>

#include "backend_choice.h"
#include "continuation.h"
#include "passes/pass.h"
#include "shape_inference.h"

namespace mosaic {

namespace {

// What a node inside of the graph makes.
std::optional<ir::ValueId> find_inner(const ir::Graph& graph, const std::string& name) {
    for (const ir::Node& node : graph.nodes) {
        for (const ir::ValueId output : node.outputs) {
            if (graph.value(output).name == name) return output;
        }
    }
    return std::nullopt;
}

bool is_late(const ir::Graph& graph, std::string_view name) {
    if (graph.rest == nullptr) return false;
    const auto& late = graph.rest->outputs();
    return std::find(late.begin(), late.end(), name) != late.end();
}

Result<void> choose_outputs(ir::Graph& graph, const std::vector<std::string>& names) {
    if (names.empty()) return {};
    std::vector<ir::Output> chosen;
    std::vector<std::string> order;
    bool any_late = false;
    for (const std::string& name : names) {
        order.emplace_back(without_default_index(name));
        if (is_late(graph, order.back())) {
            any_late = true;
            continue;
        }
        const auto found = std::find_if(
            graph.outputs.begin(), graph.outputs.end(),
            [&](const ir::Output& output) { return output.name == order.back() && !output.hidden; });
        if (found != graph.outputs.end()) {
            chosen.push_back(*found);
            continue;
        }
        const auto inner = find_inner(graph, order.back());
        if (!inner) return failure("the model has no output " + name);
        chosen.push_back({order.back(), *inner});
    }
    if (any_late) {
        std::copy_if(graph.outputs.begin(), graph.outputs.end(), std::back_inserter(chosen),
                     [](const ir::Output& output) { return output.hidden; });
        graph.output_order = std::move(order);
    } else {
        graph.rest.reset();
    }
    graph.outputs = std::move(chosen);
    return {};
}

// The override of an input, if there is one.
const Shape* find_override(const Options& options, const std::string& name) {
    for (const auto& [key, shape] : options.input_shapes) {
        if (without_default_index(key) == name) return &shape;
    }
    return nullptr;
}

Result<void> check_overrides(const ir::Graph& graph, const Options& options) {
    for (const auto& [key, shape] : options.input_shapes) {
        const auto is_named = [&graph, name = without_default_index(key)](const ir::Input& input) {
            return graph.value(input.value).name == name;
        };
        if (std::none_of(graph.inputs.begin(), graph.inputs.end(), is_named)) {
            return failure("the model has no input " + key);
        }
        auto checked = Shape::create(shape.sizes());
        if (!checked) return failure("input " + key + ": " + checked.error().message);
        if (shape.element_count() == 0)
            return failure("input " + key + ": shape " + shape.to_string() + " is empty");
    }
    return {};
}

// The shape that the model was made for, if it says so.
std::optional<Shape> declared_shape(const ir::Input& input) {
    const auto open = [](std::int64_t size) { return size < 0; };
    if (!input.rank_known || std::any_of(input.declared_sizes.begin(), input.declared_sizes.end(), open)) {
        return std::nullopt;
    }
    auto shape = Shape::create(input.declared_sizes);
    return shape ? std::optional(*shape) : std::nullopt;
}

Result<void> apply_overrides(ir::Graph& graph, const Options& options) {
    for (const ir::Input& input : graph.inputs) {
        ir::Value& value = graph.value(input.value);
        const Shape* given = find_override(options, value.name);
        if (given != nullptr) {
            if (input.rank_known && given->rank() != input.declared_sizes.size()) {
                return failure("input " + value.name + ": shape " + given->to_string() +
                               " has another rank than " + std::to_string(input.declared_sizes.size()));
            }
            value.shape = *given;
            continue;
        }
        const auto declared = declared_shape(input);
        if (!declared)
            return failure("input " + value.name + " has an open shape: give it in Options::input_shapes");
        value.shape = *declared;
    }
    return {};
}

// With the model's own shapes, so that constants can be told from what follows the input.
Result<std::size_t> generalize(ir::Graph& graph, const Options& options) {
    if (options.input_shapes.empty()) return std::size_t{0};
    for (const ir::Input& input : graph.inputs) {
        const auto declared = declared_shape(input);
        if (!declared) return std::size_t{0};
        graph.value(input.value).shape = *declared;
    }
    MOSAIC_TRY(ir::infer_shapes(graph));
    InputShapes own, wanted;
    for (const ir::Input& input : graph.inputs) {
        const ir::Value& value = graph.value(input.value);
        own[value.name] = value.shape;
        const Shape* given = find_override(options, value.name);
        wanted[value.name] = given != nullptr ? *given : value.shape;
    }
    return passes::generalize_shapes(graph, change_of(own, wanted));
}

Result<void> check_memory(const ir::Graph& graph, const Options& options) {
    std::uint64_t bytes = 0;
    for (const ir::Node& node : graph.nodes) {
        for (const ir::ValueId id : node.outputs) {
            const ir::Value& value = graph.value(id);
            bytes += static_cast<std::uint64_t>(value.shape.element_count()) * bytes_per_element(value.type);
        }
        if (bytes > options.memory_bytes_max) {
            return failure(describe(node) + ": the model needs more than " +
                           std::to_string(options.memory_bytes_max) + " bytes for its values");
        }
    }
    return {};
}

}  // namespace

std::string_view without_default_index(std::string_view name) {
    return name.ends_with(":0") ? name.substr(0, name.size() - 2) : name;
}

namespace {

// Outputs chosen and shapes known.
Result<Prepared> infer(const ir::Graph& graph, const Options& options) {
    constexpr int kThreadsMax = 1024;
    if (options.threads < 1 || options.threads > kThreadsMax) {
        return failure("threads must be between 1 and " + std::to_string(kThreadsMax) + ", not " +
                       std::to_string(options.threads));
    }
    if (options.precision == Precision::kInt8 && options.calibration == nullptr)
        return failure("int8 needs a calibration: Options::calibration, made by calibrate()");
    Prepared prepared{graph, {}};
    ir::Graph& own = prepared.graph;
    MOSAIC_TRY(choose_outputs(own, options.outputs));
    MOSAIC_TRY_ASSIGN(const std::size_t dead, passes::remove_dead_code(own));
    prepared.report("remove_dead_code", "drop what the chosen outputs don't need", dead);
    MOSAIC_TRY(check_overrides(own, options));
    MOSAIC_TRY_ASSIGN(const std::size_t generalized, generalize(own, options));
    prepared.report("generalize_shapes", "let constants of the shape follow the input's shape", generalized);
    MOSAIC_TRY(apply_overrides(own, options));
    MOSAIC_TRY(ir::infer_shapes(own));
    MOSAIC_TRY(check_memory(own, options));
    return prepared;
}

Result<void> run_passes(const std::vector<passes::Pass>& list, const Options& options, Prepared& prepared) {
    for (const passes::Pass& pass : list) {
        const ScaledInputs taken = scaled_inputs(options);
        if (pass.run == passes::fuse_input_scales && taken != ScaledInputs::kAll) continue;
        if (pass.run == passes::fuse_few_scales && taken != ScaledInputs::kFewWeights) continue;
        if (pass.run == passes::fuse_depthwise_scales && taken != ScaledInputs::kDepthwise) continue;
        MOSAIC_TRY_ASSIGN(const std::size_t changes, pass.run(prepared.graph));
        prepared.report(pass.name, pass.what, changes);
    }
    return {};
}

}  // namespace

void Prepared::report(const char* name, const char* what, std::size_t changes) {
    pass_report.push_back(std::string(name) + ": " + std::to_string(changes) + " (" + what + ")");
}

Result<Prepared> prepare(const ir::Graph& graph, const Options& options) {
    MOSAIC_TRY_ASSIGN(Prepared prepared, infer(graph, options));
    MOSAIC_TRY(run_passes(passes::standard_passes(), options, prepared));
    return prepared;
}

Result<Prepared> prepare_for_export(const ir::Graph& graph, const Options& options) {
    MOSAIC_TRY_ASSIGN(Prepared prepared, infer(graph, options));
    MOSAIC_TRY(run_passes(passes::folding_passes(), options, prepared));
    return prepared;
}

InputShapes plain_names(const Options& options) {
    InputShapes shapes;
    for (const auto& [name, shape] : options.input_shapes)
        shapes[std::string(without_default_index(name))] = shape;
    return shapes;
}

}  // namespace mosaic
