#include "perceive/model_store.h"

#include <array>
#include <cerrno>
#include <cstdlib>
#include <fstream>
#include <system_error>

#include <fmt/format.h>
#include <nlohmann/json.hpp>
#include <pwd.h>
#include <sodium.h>
#include <unistd.h>

#include "perceive/models_json.h"

namespace vitrina::perceive {
namespace {

std::vector<ModelInfo> parse_catalogue() {
    // The list is part of the program: a test parses it, so here it can't be wrong.
    const nlohmann::json list = nlohmann::json::parse(kModelsJson);
    std::vector<ModelInfo> result;
    for (const auto& entry : list.at("models")) {
        ModelInfo model{.name = entry.at("name"),
                        .use = entry.at("use"),
                        .package = entry.at("package"),
                        .package_version = entry.at("package_version"),
                        .folder = entry.at("folder"),
                        .main = entry.at("main"),
                        .files = {},
                        .source = entry.at("source"),
                        .licence = entry.at("licence"),
                        .commercial_use = entry.at("commercial_use"),
                        .commercial_use_reason = entry.at("commercial_use_reason"),
                        .research_only = entry.at("research_only")};
        for (const auto& file : entry.at("files"))
            model.files.push_back({file.at("name"), file.at("bytes"), file.at("sha256")});
        result.push_back(std::move(model));
    }
    return result;
}

std::string environment(const char* name) {
    // Read while the program starts, before any thread could change it.
    const char* value = std::getenv(name);  // NOLINT(concurrency-mt-unsafe)
    return value == nullptr ? "" : value;
}

// A service may have no HOME: then what the system knows of its user.
std::filesystem::path home() {
    if (std::string folder = environment("HOME"); !folder.empty()) return folder;
    passwd entry{};
    passwd* found = nullptr;
    std::array<char, 1 << 14> text{};
    if (getpwuid_r(getuid(), &entry, text.data(), text.size(), &found) == 0 && found != nullptr)
        return found->pw_dir;
    return "/";
}

Result<void> verify(const std::filesystem::path& path, const ModelFile& file) {
    // Both are of the sources, from which an installed Vitrina came too.
    constexpr const char* kHow = "scripts/fetch_models.sh of Vitrina's sources downloads it";
    std::error_code error;
    const auto bytes = std::filesystem::file_size(path, error);
    if (error) return failed(fmt::format("{}: {}; {}", path.string(), error.message(), kHow));
    if (bytes != file.bytes)
        return failed(
            fmt::format("{}: has {} bytes instead of {}; {} again", path.string(), bytes, file.bytes, kHow));
    TRY_ASSIGN(const std::string sha256, sha256_of_file(path));
    if (sha256 == file.sha256) return {};
    return failed(fmt::format("{}: wrong checksum, SHA-256 is {} instead of {}; {} again", path.string(),
                              sha256, file.sha256, kHow));
}

}  // namespace

const std::vector<ModelInfo>& model_catalogue() {
    static const std::vector<ModelInfo> kCatalogue = parse_catalogue();
    return kCatalogue;
}

Result<ModelInfo> find_model(std::string_view name) {
    std::string known;
    for (const ModelInfo& model : model_catalogue()) {
        if (model.name == name) return model;
        known += (known.empty() ? "" : ", ") + model.name;
    }
    return misconfigured(fmt::format("no network is called \"{}\"; there are: {}", name, known));
}

std::filesystem::path model_cache() {
    if (const std::string cache = environment("VITRINA_CACHE"); !cache.empty())
        return std::filesystem::path(cache) / "models";
    if (const std::string cache = environment("XDG_CACHE_HOME"); !cache.empty())
        return std::filesystem::path(cache) / "vitrina" / "models";
    return home() / ".cache" / "vitrina" / "models";
}

Result<std::filesystem::path> verified_model(const ModelInfo& model, const std::filesystem::path& cache) {
    for (const ModelFile& file : model.files)
        if (auto good = verify(cache / model.folder / file.name, file); !good)
            return with_context("network " + model.name, good.error());
    return cache / model.folder / model.main;
}

Result<std::string> sha256_of_file(const std::filesystem::path& path) {
    std::ifstream file(path, std::ios::binary);
    if (!file) return failed(path.string() + ": " + std::generic_category().message(errno));
    crypto_hash_sha256_state state;
    crypto_hash_sha256_init(&state);
    std::array<char, 1 << 16> buffer{};
    while (file.read(buffer.data(), buffer.size()) || file.gcount() > 0)
        crypto_hash_sha256_update(&state, reinterpret_cast<const unsigned char*>(buffer.data()),
                                  static_cast<unsigned long long>(file.gcount()));
    if (file.bad()) return failed(path.string() + ": can't be read");
    std::array<unsigned char, crypto_hash_sha256_BYTES> digest{};
    crypto_hash_sha256_final(&state, digest.data());
    std::string hex;
    for (const unsigned char byte : digest)
        hex += fmt::format("{:02x}", byte);
    return hex;
}

}  // namespace vitrina::perceive
