#include "peer.h"

#include <cstdlib>
#include <fstream>
#include <system_error>
#include <utility>

#include <nlohmann/json.hpp>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include "npy.h"

namespace mosaic::tools {

namespace {

namespace fs = std::filesystem;

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

Result<void> write_text(const fs::path& path, const std::string& text) {
    std::ofstream file(path);
    file << text;
    file.close();
    if (!file) return failure(path.string() + ": can't be written");
    return {};
}

}  // namespace

Result<Peer> Peer::create(std::string node_modules) {
    if (node_modules.empty()) {
        return failure(
            "the peers are npm packages: name their folder by --node-modules or MOSAIC_NODE_MODULES");
    }
    std::string pattern = (fs::temp_directory_path() / "mosaic-check-XXXXXX").string();
    if (mkdtemp(pattern.data()) == nullptr) return failure(pattern + ": can't be made");
    return Peer(std::move(node_modules), pattern);
}

Peer::Peer(Peer&& other) noexcept
    : node_modules_(std::move(other.node_modules_)), folder_(std::exchange(other.folder_, {})) {}

Peer::~Peer() {
    std::error_code ignored;
    if (!folder_.empty()) fs::remove_all(folder_, ignored);
}

Result<std::vector<std::vector<Tensor>>> Peer::run(
    const fs::path& model, const Session& session,
    const std::vector<std::vector<TensorView>>& samples) const {
    const auto path_of = [&](const char* kind, std::size_t sample, std::size_t index) {
        return file(kind + std::to_string(sample) + "_" + std::to_string(index) + ".npy");
    };
    std::vector<std::string> arguments{peer_script().string(), node_modules_, fs::absolute(model).string()};
    for (std::size_t i = 0; i < samples.size(); ++i) {
        nlohmann::json request = {{"inputs", nlohmann::json::array()}, {"outputs", nlohmann::json::array()}};
        for (std::size_t k = 0; k < samples[i].size(); ++k) {
            const fs::path path = path_of("input", i, k);
            MOSAIC_TRY(write_npy(path, samples[i][k]));
            request["inputs"].push_back({{"name", session.inputs()[k].name}, {"path", path.string()}});
        }
        for (std::size_t k = 0; k < session.outputs().size(); ++k) {
            request["outputs"].push_back(
                {{"name", session.outputs()[k].name}, {"path", path_of("output", i, k).string()}});
        }
        arguments.push_back(file("request" + std::to_string(i) + ".json").string());
        MOSAIC_TRY(write_text(arguments.back(), request.dump()));
    }
    MOSAIC_TRY(run_node(arguments));
    std::vector<std::vector<Tensor>> results(samples.size());
    for (std::size_t i = 0; i < samples.size(); ++i) {
        for (std::size_t k = 0; k < session.outputs().size(); ++k) {
            MOSAIC_TRY_ASSIGN(Tensor tensor, read_npy(path_of("output", i, k)));
            results[i].push_back(std::move(tensor));
        }
    }
    return results;
}

}  // namespace mosaic::tools
