// Who may include what: see modules.h.
#include <algorithm>
#include <set>
#include <string>

#include "checks.h"
#include "modules.h"

namespace vitrina::repository {
namespace {

bool is_source(std::string_view path) {
    return path.ends_with(".cpp") || path.ends_with(".h");
}

// "src/video/file.cpp" -> "video", "mosaic/src/x.cpp" -> "mosaic"; empty outside of the modules: tests,
// fuzzers and benchmarks may see everything.
std::string_view module_of(std::string_view path) {
    if (path.starts_with("mosaic/")) return path.substr(0, 6);
    if (!path.starts_with("src/")) return {};
    path.remove_prefix(4);
    const std::size_t slash = path.find('/');
    return slash == std::string_view::npos ? std::string_view{} : path.substr(0, slash);
}

std::string_view first_folder(std::string_view name) {
    const std::size_t slash = name.find('/');
    return slash == std::string_view::npos ? std::string_view{} : name.substr(0, slash);
}

bool is_stranger(std::string_view module) {
    return std::find(kStrangers.begin(), kStrangers.end(), module) != kStrangers.end();
}

bool has_word(std::string_view words, std::string_view word) {
    return (" " + std::string(words) + " ").find(" " + std::string(word) + " ") != std::string::npos;
}

// Headers of the C++ standard have neither a dot nor a slash; these are the system's.
bool is_system_header(std::string_view name) {
    static const std::set<std::string_view> kSystem = {
        "dlfcn.h",     "netdb.h",     "ifaddrs.h", "math.h",    "spawn.h", "fcntl.h",
        "immintrin.h", "xmmintrin.h", "poll.h",    "pthread.h", "pwd.h",   "sched.h",
        "signal.h",    "termios.h",   "time.h",    "unistd.h",  "cpuid.h", "cxxabi.h"};
    return name.find_first_of("./") == std::string_view::npos || name.starts_with("sys/") ||
           name.starts_with("linux/") || name.starts_with("netinet/") || name.starts_with("arpa/") ||
           kSystem.contains(name);
}

// Tests, and what they share in files of their own: test_clips.h.
bool is_test(std::string_view path) {
    return path.ends_with("_test.cpp") || path.starts_with("mosaic/tests/") ||
           path.find("/test_") != path.npos;
}

bool is_test_library(std::string_view name) {
    return name.starts_with("gtest/") || name.starts_with("gmock/") || name.starts_with("benchmark/");
}

// Headers of src/ that another module than their own includes.
std::set<std::string> headers_seen_by_others(const Tree& tree) {
    std::set<std::string> seen;
    for (const auto& [path, file] : tree) {
        if (!is_source(path)) continue;
        for (const std::string_view line : lines_of(file.text)) {
            const Include include = include_of(line);
            const std::string_view owner = first_folder(include.name);
            if (!owner.empty() && owner != module_of(path)) {
                seen.insert("src/" + std::string(include.name));
                seen.insert("mosaic/include/" + std::string(include.name));
            }
        }
    }
    return seen;
}

}  // namespace

Findings check_include_direction(const Tree& tree) {
    Findings findings;
    const auto rank_of = [](std::string_view module) {
        return std::find(kModules.begin(), kModules.end(), module) - kModules.begin();
    };
    const auto unknown = static_cast<std::ptrdiff_t>(kModules.size());
    for (const auto& [path, file] : tree) {
        const std::string_view module = module_of(path);
        if (module.empty() || !is_source(path)) continue;
        const std::string where = path + ": ";
        if (rank_of(module) == unknown) {
            findings.push_back(where + "no module is called " + std::string(module) +
                               " (tests/repository/modules.h)");
            continue;
        }
        for (const std::string_view line : lines_of(file.text)) {
            const Include include = include_of(line);
            const std::string_view other = first_folder(include.name);
            if (include.angled || other.empty() || other == module || rank_of(other) == unknown) continue;
            if (module == "mosaic") {
                findings.push_back(where + "mosaic is usable alone, but includes " +
                                   std::string(include.name));
            } else if (rank_of(other) > rank_of(module)) {
                findings.push_back(where + std::string(module) + " stands above " + std::string(other) +
                                   ", but includes " + std::string(include.name));
            } else if (is_stranger(module) && is_stranger(other)) {
                findings.push_back(where + std::string(module) + " and " + std::string(other) +
                                   " meet only in domain, but it includes " + std::string(include.name));
            }
        }
    }
    return findings;
}

Findings check_libraries(const Tree& tree) {
    Findings findings;
    const std::set<std::string> seen = headers_seen_by_others(tree);
    for (const auto& [path, file] : tree) {
        const std::string_view module = module_of(path);
        if (module.empty() || !is_source(path)) continue;
        for (const std::string_view line : lines_of(file.text)) {
            const Include include = include_of(line);
            if (!include.angled || include.name.empty() || is_system_header(include.name)) continue;
            if (is_test(path) && is_test_library(include.name)) continue;
            const std::string what = path + ": <" + std::string(include.name) + ">";
            const auto* const library = std::find_if(
                kLibraries.begin(), kLibraries.end(),
                [&](const Library& candidate) { return include.name.starts_with(candidate.include); });
            if (library == kLibraries.end()) {
                findings.push_back(what + " belongs to no library of tests/repository/modules.h");
            } else if (library->scope == Scope::kNamedModules && !has_word(library->modules, module)) {
                findings.push_back(what + ": " + std::string(library->name) + " is only for " +
                                   std::string(library->modules));
            } else if (library->scope == Scope::kNamedModules && library->name != module &&
                       seen.contains(path)) {
                findings.push_back(what + ": other modules include this header, and must not see " +
                                   std::string(library->name));
            }
        }
    }
    return findings;
}

}  // namespace vitrina::repository
