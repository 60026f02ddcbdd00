// The modules of Vitrina and the libraries each may use: the tables that the checks of includes read. When a
// module or a library is added, it is added here. Plain data.
#pragma once

#include <array>
#include <string_view>

namespace vitrina::repository {

/// In their order: a module includes only what stands before it. "mosaic" is usable alone and includes
/// nothing of the others; the others see it only as a library, below.
inline constexpr std::array<std::string_view, 21> kModules = {
    "mosaic",  "base",     "domain", "video",    "perceive", "track",   "scene",
    "insight", "checkout", "sim",    "evaluate", "records",  "privacy", "drawing",
    "teach",   "rules",    "notify", "report",   "pipeline", "api",     "app"};

/// These meet only in the plain data of `domain`, so that each can be tested and replaced alone.
inline constexpr std::array<std::string_view, 5> kStrangers = {"track", "scene", "insight", "sim", "records"};

enum class Scope {
    kEverywhere,    // part of the language we write, headers included
    kNamedModules,  // in the sources of the named modules, and in headers that no other module includes
};

struct Library {
    std::string_view name;
    std::string_view include;  // how its headers' names begin
    Scope scope;
    std::string_view modules;  // with a blank between
};

/// A header in angle brackets that is neither the standard's, nor the system's, nor listed here is refused.
inline constexpr std::array kLibraries = {
    Library{"expected", "tl/expected.hpp", Scope::kEverywhere, ""},
    Library{"fmt", "fmt/", Scope::kEverywhere, ""},
    Library{"nlohmann-json", "nlohmann/", Scope::kEverywhere, ""},
    Library{"mosaic", "mosaic/", Scope::kNamedModules, "mosaic perceive teach"},
    Library{"compiler-rt", "sanitizer/", Scope::kNamedModules, "video"},
    Library{"oneDNN", "oneapi/", Scope::kNamedModules, "mosaic"},
    Library{"oneDNN", "dnnl", Scope::kNamedModules, "mosaic"},
    Library{"ONNX", "onnx/", Scope::kNamedModules, "mosaic"},
    Library{"protobuf", "google/protobuf/", Scope::kNamedModules, "mosaic"},
    Library{"OpenMP", "omp.h", Scope::kNamedModules, "mosaic"},
    Library{"FFmpeg", "libav", Scope::kNamedModules, "video"},
    Library{"FFmpeg", "libsw", Scope::kNamedModules, "video"},
    Library{"Eigen", "Eigen/", Scope::kNamedModules, "scene"},
    Library{"Ceres", "ceres/", Scope::kNamedModules, "scene"},
    Library{"OpenCV", "opencv2/", Scope::kNamedModules, "perceive insight"},
    Library{"libsodium", "sodium", Scope::kNamedModules, "domain perceive privacy teach notify api"},
    Library{"libcurl", "curl/", Scope::kNamedModules, "notify"},
    Library{"SQLiteCpp", "SQLiteCpp/", Scope::kNamedModules, "records"},
    Library{"SQLite", "sqlite3", Scope::kNamedModules, "records"},
    Library{"Boost", "boost/", Scope::kNamedModules, "api"},
    Library{"OpenSSL", "openssl/", Scope::kNamedModules, "api notify"},
    Library{"date", "date/", Scope::kNamedModules, "api"},
    Library{"prometheus-cpp", "prometheus/", Scope::kNamedModules, "api"},
    Library{"yaml-cpp", "yaml-cpp/", Scope::kNamedModules, "app"},
    Library{"libsystemd", "systemd/", Scope::kNamedModules, "app"},
    Library{"pugixml", "pugixml.hpp", Scope::kNamedModules, "evaluate drawing"},
    Library{"libpng", "png.h", Scope::kNamedModules, "base mosaic"},
    Library{"libjpeg-turbo", "jpeglib.h", Scope::kNamedModules, "mosaic"},
    Library{"CLI11", "CLI/", Scope::kNamedModules, "app mosaic"},
};

}  // namespace vitrina::repository
