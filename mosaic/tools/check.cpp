#include "check.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <random>
#include <system_error>

#include <nlohmann/json.hpp>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include "npy.h"

namespace mosaic::tools {

namespace {

namespace fs = std::filesystem;

// A folder that goes when this does.
class TemporaryFolder {
  public:
    static Result<TemporaryFolder> create() {
        std::string pattern = (fs::temp_directory_path() / "mosaic-check-XXXXXX").string();
        if (mkdtemp(pattern.data()) == nullptr) return failure(pattern + ": can't be made");
        return TemporaryFolder(pattern);
    }
    TemporaryFolder(TemporaryFolder&& other) noexcept : path_(std::exchange(other.path_, {})) {}
    TemporaryFolder(const TemporaryFolder&) = delete;
    TemporaryFolder& operator=(const TemporaryFolder&) = delete;
    TemporaryFolder& operator=(TemporaryFolder&&) = delete;
    ~TemporaryFolder() {
        std::error_code ignored;
        if (!path_.empty()) fs::remove_all(path_, ignored);
    }

    [[nodiscard]] fs::path file(const std::string& name) const { return path_ / name; }

  private:
    explicit TemporaryFolder(fs::path path) : path_(std::move(path)) {}
    fs::path path_;
};

// The script lies beside the sources, and in an installed mosaic in share/mosaic.
fs::path peer_script() {
    std::error_code error;
    const fs::path program = fs::read_symlink("/proc/self/exe", error);
    const fs::path installed = program.parent_path().parent_path() / "share/mosaic/check_peer.mjs";
    return fs::exists(installed, error) ? installed : fs::path(MOSAIC_TOOLS_FOLDER "/check_peer.mjs");
}

Result<void> run_node(const std::vector<std::string>& arguments) {
    std::vector<std::string> words{"node"};
    words.insert(words.end(), arguments.begin(), arguments.end());
    std::vector<char*> pointers;
    pointers.reserve(words.size() + 1);
    for (std::string& word : words)
        pointers.push_back(word.data());
    pointers.push_back(nullptr);
    pid_t child = 0;
    const int failed = posix_spawnp(&child, "node", nullptr, nullptr, pointers.data(), environ);
    if (failed != 0) return failure("node can't be started: " + std::generic_category().message(failed));
    int status = 0;
    if (waitpid(child, &status, 0) != child || !WIFEXITED(status) || WEXITSTATUS(status) != 0)
        return failure("the peer failed");
    return {};
}

}  // namespace

Result<Tensor> random_tensor(const ValueInfo& info, const CheckOptions& options, std::mt19937& random) {
    constexpr std::int32_t kPixelMax = 255;
    MOSAIC_TRY_ASSIGN(Tensor tensor, Tensor::create(info.type, info.shape));
    std::uniform_real_distribution<float> floats(options.low, options.high);
    std::uniform_int_distribution<std::int32_t> integers(0, kPixelMax);
    if (info.type == DataType::kFloat32) {
        for (float& element : tensor.elements<float>())
            element = floats(random);
    } else if (info.type == DataType::kInt32) {
        for (std::int32_t& element : tensor.elements<std::int32_t>())
            element = integers(random);
    } else {
        for (std::uint8_t& element : tensor.elements<std::uint8_t>())
            element = static_cast<std::uint8_t>(integers(random) % 2);
    }
    return tensor;
}

namespace {

struct Difference {
    double worst = 0;       // |a - b| / max(1, |b|)
    double of_largest = 0;  // largest |a - b| / largest |b|
    std::size_t at = 0;
    double actual = 0, expected = 0;
};

template <typename T>
Difference difference(std::span<const T> actual, std::span<const T> expected) {
    Difference found;
    double largest = 0, apart = 0;
    for (std::size_t i = 0; i < actual.size(); ++i) {
        const auto a = static_cast<double>(actual[i]);
        const auto b = static_cast<double>(expected[i]);
        if (a == b || (std::isnan(a) && std::isnan(b))) continue;
        double relative = std::abs(a - b) / std::max(1.0, std::abs(b));
        if (std::isnan(relative)) relative = std::numeric_limits<double>::infinity();
        apart = std::max(apart, std::abs(a - b));
        if (relative > found.worst) found = {relative, 0, i, a, b};
    }
    for (const T element : expected)
        largest = std::max(largest, std::abs(static_cast<double>(element)));
    found.of_largest = largest > 0 ? apart / largest : apart;
    return found;
}

}  // namespace

Result<bool> compare(const std::string& name, const TensorView& actual, const TensorView& expected,
                     float tolerance) {
    const std::string what = std::string(to_string(actual.type())) + actual.shape().to_string();
    if (actual.type() != expected.type() || actual.shape() != expected.shape()) {
        std::printf("  %s: %s instead of %s%s\n", name.c_str(), what.c_str(),
                    std::string(to_string(expected.type())).c_str(), expected.shape().to_string().c_str());
        return false;
    }
    Difference found;
    if (actual.type() == DataType::kFloat32) {
        found = difference(actual.elements<float>(), expected.elements<float>());
    } else if (actual.type() == DataType::kInt32) {
        found = difference(actual.elements<std::int32_t>(), expected.elements<std::int32_t>());
    } else {
        found = difference(actual.elements<std::uint8_t>(), expected.elements<std::uint8_t>());
    }
    const bool good = found.worst <= static_cast<double>(tolerance);
    std::printf("  %s %s: worst %.3g (%.3g of the largest)%s", name.c_str(), what.c_str(), found.worst,
                found.of_largest, good ? "\n" : "");
    if (!good) std::printf(", at %zu %.7g instead of %.7g\n", found.at, found.actual, found.expected);
    return good;
}

namespace {

class Check {
  public:
    Check(const CheckOptions& options, const TemporaryFolder& folder) : options_(options), folder_(folder) {}

    Result<void> run() {
        MOSAIC_TRY_ASSIGN(const Graph graph, Graph::load(options_.model));
        MOSAIC_TRY_ASSIGN(Session session, Session::compile(graph, options_.session));
        MOSAIC_TRY(make_inputs(session));
        MOSAIC_TRY(session.run(views_));
        MOSAIC_TRY(ask(options_.model, session, "peer"));
        std::printf("%s\n", options_.model.c_str());
        MOSAIC_TRY(compare_all(session, "peer"));
        if (options_.exports) MOSAIC_TRY(check_export(graph, session));
        if (!good_) return failure("an output differs by more than " + std::to_string(options_.tolerance));
        return {};
    }

  private:
    Result<void> make_inputs(const Session& session) {
        std::mt19937 random(options_.seed);
        const auto infos = session.inputs();
        if (!options_.inputs.empty() && options_.inputs.size() != infos.size())
            return failure("the network has " + std::to_string(infos.size()) + " inputs");
        tensors_.reserve(infos.size());
        for (std::size_t i = 0; i < infos.size(); ++i) {
            Result<Tensor> tensor = options_.inputs.empty() ? random_tensor(infos[i], options_, random)
                                                            : read_npy(options_.inputs[i]);
            if (!tensor) return tl::unexpected(tensor.error());
            const fs::path path = folder_.file("input" + std::to_string(i) + ".npy");
            MOSAIC_TRY(write_npy(path, tensor->view()));
            request_["inputs"].push_back({{"name", infos[i].name}, {"path", path.string()}});
            tensors_.push_back(std::move(*tensor));
            views_.push_back(tensors_.back().view());
        }
        return {};
    }

    [[nodiscard]] fs::path result(const char* kind, std::size_t index) const {
        return folder_.file(kind + std::to_string(index) + ".npy");
    }

    // Runs the model in the peer.
    Result<void> ask(const fs::path& model, const Session& session, const char* kind) {
        request_["outputs"] = nlohmann::json::array();
        for (std::size_t i = 0; i < session.outputs().size(); ++i)
            request_["outputs"].push_back(
                {{"name", session.outputs()[i].name}, {"path", result(kind, i).string()}});
        const fs::path path = folder_.file("request.json");
        std::ofstream file(path);
        file << request_.dump();
        file.close();
        if (!file) return failure(path.string() + ": can't be written");
        return run_node(
            {peer_script().string(), options_.node_modules, fs::absolute(model).string(), path.string()});
    }

    Result<void> compare_all(const Session& session, const char* kind) {
        for (std::size_t i = 0; i < session.outputs().size(); ++i) {
            MOSAIC_TRY_ASSIGN(const Tensor expected, read_npy(result(kind, i)));
            MOSAIC_TRY_ASSIGN(const bool good, compare(session.outputs()[i].name, session.output(i),
                                                       expected.view(), options_.tolerance));
            good_ = good_ && good;
        }
        return {};
    }

    // The network as ONNX: in ONNX Runtime, and imported again.
    Result<void> check_export(const Graph& graph, const Session& session) {
        const fs::path path = folder_.file("exported.onnx");
        const auto varies = [](const ValueInfo& info) { return info.varies; };
        if (std::any_of(session.outputs().begin(), session.outputs().end(), varies)) {
            std::printf("  not exported: how much it holds depends on the data\n");
            return {};
        }
        MOSAIC_TRY(graph.save_onnx(path, options_.session));
        MOSAIC_TRY(ask(path, session, "exported"));
        std::printf("  exported, in ONNX Runtime:\n");
        MOSAIC_TRY(compare_all(session, "exported"));
        Options again_options;
        again_options.threads = options_.session.threads;
        MOSAIC_TRY_ASSIGN(Session again, Session::load(path, again_options));
        MOSAIC_TRY(again.run(views_));
        std::printf("  exported and imported again:\n");
        return compare_all(again, "exported");
    }

    const CheckOptions& options_;
    const TemporaryFolder& folder_;
    std::vector<Tensor> tensors_;
    std::vector<TensorView> views_;
    nlohmann::json request_;
    bool good_ = true;
};

}  // namespace

Result<void> check(const CheckOptions& options) {
    if (options.batch > 0) return check_batch(options);
    if (options.node_modules.empty())
        return failure(
            "the peers are npm packages: name their folder by --node-modules or MOSAIC_NODE_MODULES");
    MOSAIC_TRY_ASSIGN(const TemporaryFolder folder, TemporaryFolder::create());
    return Check(options, folder).run();
}

}  // namespace mosaic::tools
