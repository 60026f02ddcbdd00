// What holds for single files and for the tree as a whole; who may include what is in include_checks.cpp.
#include <algorithm>
#include <array>
#include <filesystem>
#include <string>

#include "checks.h"
#include "modules.h"

namespace vitrina::repository {
namespace {

bool ends_with_any(std::string_view path, std::initializer_list<std::string_view> endings) {
    return std::any_of(endings.begin(), endings.end(),
                       [&](std::string_view ending) { return path.ends_with(ending); });
}

bool is_text(std::string_view path) {
    return ends_with_any(
        path, {".cpp", ".h", ".in", ".md", ".txt", ".cmake", ".sh", ".mjs", ".json", ".yaml", "/run"});
}

bool is_path_character(char c) {
    return std::isalnum(static_cast<unsigned char>(c)) != 0 ||
           std::string_view("_./*$<>{}@-").find(c) != std::string_view::npos;
}

// `name` stands in `text` as a whole word: "a.cpp" is not found in "extra.cpp" or "a.cpp.in".
bool mentions(std::string_view text, std::string_view name) {
    for (std::size_t at = text.find(name); at != std::string_view::npos; at = text.find(name, at + 1)) {
        const std::size_t end = at + name.size();
        const bool begins = at == 0 || !is_path_character(text[at - 1]) || text[at - 1] == '/';
        if (begins &&
            (end == text.size() || !is_path_character(text[end]) || text[end] == '.' || text[end] == '/'))
            return true;
    }
    return false;
}

// The CMakeLists.txt of the source's folder, or of one above, or what stands beside it as *.cmake, names the
// source by its path from there.
bool is_compiled(const Tree& tree, const std::string& path) {
    for (const auto& [list, file] : tree) {
        if (!ends_with_any(list, {"CMakeLists.txt", ".cmake"})) continue;
        const std::string folder = folder_of(list);
        const std::string prefix = folder.empty() ? "" : folder + "/";
        if (!path.starts_with(prefix)) continue;
        // A fuzzer is declared by its name alone.
        const std::string name =
            path.substr(prefix.size(), prefix == "fuzz/" ? path.size() - prefix.size() - 4 : path.npos);
        if (mentions(file.text, name)) return true;
    }
    return false;
}

// What users of mosaic include, whether or not something here does.
bool is_public(std::string_view header) {
    return header.starts_with("mosaic/include/");
}

// Someone includes it: by its path from src/ or an include folder, or by its name from the same folder.
bool is_included(const Tree& tree, const std::string& header) {
    const std::string folder = folder_of(header);
    const std::string own_name = header.substr(folder.empty() ? 0 : folder.size() + 1);
    for (const auto& [path, file] : tree) {
        if (path == header || !ends_with_any(path, {".cpp", ".h", ".in"})) continue;
        const bool beside = folder_of(path) == folder;
        for (const std::string_view line : lines_of(file.text)) {
            const std::string name(include_of(line).name);
            if (name.empty()) continue;
            if (beside && name == own_name) return true;
            if (name.find('/') != std::string::npos && header.ends_with("/" + name)) return true;
        }
    }
    return false;
}

// Some other file speaks of it, or of its folder when that holds nothing but data ("scripts/packages").
bool is_mentioned(const Tree& tree, const std::string& script) {
    const std::string folder = folder_of(script);
    const std::string name = script.substr(folder.size() + 1);
    const bool is_data = script.ends_with(".txt");
    return std::any_of(tree.begin(), tree.end(), [&](const auto& entry) {
        const auto& [path, file] = entry;
        return path != script && is_text(path) &&
               (mentions(file.text, name) || (is_data && mentions(file.text, folder)));
    });
}

struct Limit {
    std::string_view ending;
    std::size_t lines;
};

// The first that fits counts. Tests are lists of cases and may be longer.
constexpr std::array kLimits = {
    Limit{"_test.cpp", 800}, Limit{".cpp", 600}, Limit{".h", 400},     Limit{".md", 500},
    Limit{".sh", 250},       Limit{".mjs", 600}, Limit{".cmake", 200}, Limit{"CMakeLists.txt", 200},
};

// Words of a document that look like paths from the top of the checkout.
std::vector<std::string_view> paths_in(std::string_view text) {
    constexpr std::array<std::string_view, 11> kTops = {"src/",    "mosaic/", "scripts/", "docs/",
                                                        "tests/",  "fuzz/",   "bench/",   "examples/",
                                                        "models/", "cmake/",  ".ci/"};
    std::vector<std::string_view> paths;
    for (std::size_t at = 0; at < text.size();) {
        std::size_t end = at;
        while (end < text.size() && is_path_character(text[end]))
            ++end;
        std::string_view word = text.substr(at, end - at);
        at = end + 1;
        while (word.ends_with('.'))
            word.remove_suffix(1);
        const bool has_top = std::any_of(kTops.begin(), kTops.end(),
                                         [&](std::string_view top) { return word.starts_with(top); });
        if (has_top && word.find_first_of("*$<>{}@") == std::string_view::npos) paths.push_back(word);
    }
    return paths;
}

// Targets of `[text](target)` that are files. In code, which is indented, that is a lambda.
std::vector<std::string> links_in(std::string_view text) {
    constexpr std::string_view kIndent = "    ";
    std::vector<std::string> links;
    for (const std::string_view line : lines_of(text)) {
        if (line.starts_with(kIndent)) continue;
        for (std::size_t at = line.find("]("); at != std::string_view::npos; at = line.find("](", at + 2)) {
            const std::size_t end = line.find_first_of(")# ", at + 2);
            const std::string target(line.substr(at + 2, end == std::string_view::npos ? end : end - at - 2));
            if (!target.empty() && target.find(':') == std::string::npos) links.push_back(target);
        }
    }
    return links;
}

}  // namespace

Findings check_sizes(const Tree& tree) {
    Findings findings;
    for (const auto& entry : tree) {
        const std::string& path = entry.first;
        const auto* const limit =
            std::find_if(kLimits.begin(), kLimits.end(),
                         [&path](const Limit& candidate) { return path.ends_with(candidate.ending); });
        if (limit == kLimits.end()) continue;
        const std::size_t lines = lines_of(entry.second.text).size();
        if (lines > limit->lines) {
            findings.push_back(path + ": has " + std::to_string(lines) + " lines, more than " +
                               std::to_string(limit->lines) + "; split it");
        }
    }
    return findings;
}

Findings check_dead_files(const Tree& tree) {
    Findings findings;
    for (const auto& [path, file] : tree) {
        if (path.ends_with(".cpp") && !is_compiled(tree, path)) {
            findings.push_back(path + ": no CMakeLists.txt compiles it");
        } else if (path.ends_with(".h") && !is_public(path) && !is_included(tree, path)) {
            findings.push_back(path + ": nothing includes it");
        } else if (path.starts_with("scripts/") && !is_mentioned(tree, path)) {
            findings.push_back(path + ": nothing mentions it");
        }
    }
    return findings;
}

Findings check_document_paths(const Tree& tree) {
    Findings findings;
    for (const auto& [path, file] : tree) {
        if (!path.ends_with(".md")) continue;
        for (const std::string_view mentioned : paths_in(file.text)) {
            if (exists(tree, mentioned) || exists(tree, folder_of(path) + "/" + std::string(mentioned)))
                continue;
            findings.push_back(path + ": speaks of " + std::string(mentioned) + ", which does not exist");
        }
        for (const std::string& link : links_in(file.text)) {
            const std::string target =
                (std::filesystem::path(folder_of(path)) / link).lexically_normal().generic_string();
            if (exists(tree, target)) continue;
            findings.push_back(path + ": links to " + link + ", which does not exist");
        }
    }
    return findings;
}

Findings check_readmes(const Tree& tree) {
    Findings findings;
    for (const std::string_view module : kModules) {
        const std::string folder = (module == "mosaic" ? "" : "src/") + std::string(module);
        if (exists(tree, folder) && !tree.contains(folder + "/README.md")) {
            findings.push_back(folder + ": has no README.md");
        }
    }
    return findings;
}

Findings check_headers(const Tree& tree) {
    Findings findings;
    for (const auto& [path, file] : tree) {
        if (!path.ends_with(".h")) continue;
        if (!file.text.starts_with("//"))
            findings.push_back(path + ": does not open with a comment that says what it is");
        if (file.text.find("\n#pragma once\n") == std::string::npos)
            findings.push_back(path + ": has no #pragma once");
    }
    return findings;
}

Findings check_white_space(const Tree& tree) {
    Findings findings;
    for (const auto& [path, file] : tree) {
        if (!is_text(path) || path.starts_with("fuzz/corpus/")) continue;
        if (!file.text.empty() && file.text.back() != '\n')
            findings.push_back(path + ": its last line has no end");
        int number = 0;
        for (const std::string_view line : lines_of(file.text)) {
            ++number;
            const std::string where = path + ":" + std::to_string(number) + ": ";
            if (line.find('\r') != std::string_view::npos) findings.push_back(where + "a carriage return");
            if (line.find('\t') != std::string_view::npos) findings.push_back(where + "a tab");
            if (line.ends_with(' ')) findings.push_back(where + "a blank at the end");
        }
    }
    return findings;
}

Findings check_machine_paths(const Tree& tree, const std::string& checkout) {
    const std::array<std::string, 4> personal = {
        "/home"
        "/",
        "/Users"
        "/",
        "/root"
        "/",
        checkout};
    Findings findings;
    for (const auto& [path, file] : tree) {
        if (!is_text(path)) continue;
        for (const std::string& wrong : personal) {
            if (file.text.find(wrong) == std::string::npos) continue;
            findings.push_back(path + ": speaks of " + wrong + ", a path of one machine");
        }
    }
    return findings;
}

Findings check_executables(const Tree& tree) {
    Findings findings;
    for (const auto& [path, file] : tree) {
        const bool is_program = file.text.starts_with("#!");
        if (is_program && !file.executable)
            findings.push_back(path + ": begins with #! but can't be run (chmod +x)");
        if (!is_program && file.executable)
            findings.push_back(path + ": can be run but does not begin with #!");
    }
    return findings;
}

}  // namespace vitrina::repository
