#include "kernel_choices.h"

#include <algorithm>
#include <chrono>
#include <fstream>
#include <limits>
#include <system_error>

#include <nlohmann/json.hpp>
#include <unistd.h>

#include "files.h"

namespace mosaic {

namespace {

constexpr std::uintmax_t kFileBytesMax = std::uintmax_t{16} << 20;
constexpr int kVersion = 1;

}  // namespace

KernelChoices::KernelChoices(std::filesystem::path path) : path_(std::move(path)) {
    std::vector<std::byte> bytes;
    if (!append_file(path_, kFileBytesMax, bytes)) return;
    const auto* text = reinterpret_cast<const char*>(bytes.data());
    const nlohmann::json file = nlohmann::json::parse(text, text + bytes.size(), nullptr, false);
    if (!file.is_object() || file.value("version", nlohmann::json()) != kVersion ||
        !file.contains("kernels") || !file["kernels"].is_object())
        return;
    for (const auto& [key, kernel] : file["kernels"].items()) {
        if (kernel.is_string()) kernels_[key] = kernel.get<std::string>();
    }
}

std::optional<std::string> KernelChoices::find(const std::string& key) const {
    const auto found = kernels_.find(key);
    return found == kernels_.end() ? std::nullopt : std::optional(found->second);
}

void KernelChoices::set(const std::string& key, const std::string& kernel) {
    kernels_[key] = kernel;
    changed_ = true;
}

// Beside its place first, so that nobody reads half a file.
void KernelChoices::save() {
    if (!changed_) return;
    changed_ = false;
    std::error_code ignored;
    if (path_.has_parent_path()) std::filesystem::create_directories(path_.parent_path(), ignored);
    std::filesystem::path beside = path_;
    beside += "." + std::to_string(getpid());
    std::ofstream file(beside);
    file << nlohmann::json{{"version", kVersion}, {"kernels", kernels_}}.dump(1) << '\n';
    file.close();
    if (file) std::filesystem::rename(beside, path_, ignored);
    std::filesystem::remove(beside, ignored);
}

ir::Graph graph_of_one(const ir::Graph& graph, const ir::Node& node) {
    ir::Graph one;
    std::map<ir::ValueId, ir::ValueId> ids;
    ir::Node copy = node;
    for (ir::ValueId& id : copy.inputs) {
        const auto [found, added] = ids.try_emplace(id, 0);
        if (added) {
            const ir::Value& value = graph.value(id);
            found->second = one.add_value(value);
            if (value.constant == nullptr) {
                one.inputs.push_back(
                    {found->second, {value.shape.sizes().begin(), value.shape.sizes().end()}, true});
            }
        }
        id = found->second;
    }
    for (ir::ValueId& id : copy.outputs) {
        const ir::Value& value = graph.value(id);
        id = one.add_value(value);
        one.outputs.push_back({value.name, id});
    }
    one.nodes.push_back(std::move(copy));
    return one;
}

Result<double> time_of(const ir::Graph& graph, BackendCompiler& backend) {
    using Clock = std::chrono::steady_clock;
    constexpr int kRunsMin = 4, kRunsMax = 40;
    constexpr std::chrono::milliseconds kEnough{30};
    Lowering lowering(graph, &backend);
    MOSAIC_TRY(lowering.run());
    Program& program = lowering.program();
    program.place_buffers();
    MOSAIC_TRY_ASSIGN(
        Tensor arena,
        Tensor::create(DataType::kBool, Shape{static_cast<std::int64_t>(program.memory().peak_bytes)}));
    std::vector<Tensor> inputs;
    for (const ir::Input& input : graph.inputs) {
        MOSAIC_TRY_ASSIGN(Tensor tensor, Tensor::create(DataType::kFloat32, graph.value(input.value).shape));
        // Not zeros, nor numbers so small that they are slow.
        std::fill_n(tensor.elements<float>().begin(), tensor.elements<float>().size(), 0.5F);
        inputs.push_back(std::move(tensor));
    }
    program.bind(arena.bytes().data());
    for (std::size_t i = 0; i < inputs.size(); ++i)
        program.bind_input(lowering.input_buffers()[i], inputs[i].bytes().data());
    program.run();
    double best = std::numeric_limits<double>::infinity();
    const auto begin = Clock::now();
    for (int i = 0; i < kRunsMax && (i < kRunsMin || Clock::now() - begin < kEnough); ++i) {
        const auto start = Clock::now();
        program.run();
        best = std::min(best, std::chrono::duration<double, std::milli>(Clock::now() - start).count());
    }
    return best;
}

}  // namespace mosaic
