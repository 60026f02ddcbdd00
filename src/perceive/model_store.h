// Which networks this build knows, where they are on this computer, and whether they are what they should be.
// The list is models/models.json, embedded when the program is built. Any thread.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace vitrina::perceive {

/// In the list: the network that finds people.
inline constexpr const char* kPeopleNetwork = "centernet";
/// And the one that finds their joints.
inline constexpr const char* kPoseNetwork = "movenet-thunder";
/// The one that finds faces, and the one that reads sex, age and a descriptor of them.
inline constexpr const char* kFaceNetwork = "blazeface";
inline constexpr const char* kFaceReader = "faceres";
/// The one on whose features goods are learnt.
inline constexpr const char* kGoodsNetwork = "mobilenet-v2-mid";

struct ModelFile {
    std::string name;
    std::uint64_t bytes = 0;
    std::string sha256;  // 64 hexadecimal digits
};

struct ModelInfo {
    std::string name;
    std::string use;
    std::string package;  // npm package and exact version
    std::string package_version;
    std::string folder;  // below the cache
    std::string main;    // the file that a session loads
    std::vector<ModelFile> files;
    std::string source;
    std::string licence;
    std::string commercial_use;  // yes, no or unknown
    std::string commercial_use_reason;
    bool research_only = false;
};

/// Every network that this build knows.
[[nodiscard]] const std::vector<ModelInfo>& model_catalogue();

/// Fails when no network has this name; the message lists those that exist.
[[nodiscard]] Result<ModelInfo> find_model(std::string_view name);

/// Where networks are kept: $VITRINA_CACHE/models, else $XDG_CACHE_HOME/vitrina/models, else
/// ~/.cache/vitrina/models.
[[nodiscard]] std::filesystem::path model_cache();

/// The network's main file once every file of it is there with the right size and checksum. The error says
/// which file is missing or differs, and how to get it.
[[nodiscard]] Result<std::filesystem::path> verified_model(
    const ModelInfo& model, const std::filesystem::path& cache = model_cache());

/// SHA-256 of a file as 64 hexadecimal digits.
[[nodiscard]] Result<std::string> sha256_of_file(const std::filesystem::path& path);

}  // namespace vitrina::perceive
