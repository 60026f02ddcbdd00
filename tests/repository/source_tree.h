// The files of a checkout, as the checks of the repository see them: paths and text. Plain data; a test makes
// up trees of its own.
#pragma once

#include <filesystem>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace vitrina::repository {

struct File {
    std::string text;
    bool executable = false;
};

/// By path from the top, with "/" between folders.
using Tree = std::map<std::string, File>;

/// Reads what a commit could hold: all but what .gitignore leaves out at the top (build, out) and anywhere
/// (node_modules), and .git.
[[nodiscard]] Tree read_tree(const std::filesystem::path& top);

/// Lines without their "\n".
[[nodiscard]] std::vector<std::string_view> lines_of(std::string_view text);

/// The name in `#include "name"` or `#include <name>`, with what encloses it; empty for any other line.
struct Include {
    std::string_view name;
    bool angled = false;
};
[[nodiscard]] Include include_of(std::string_view line);

/// "src/video/file.cpp" -> "src/video"; "" at the top.
[[nodiscard]] std::string folder_of(std::string_view path);

/// A file or a folder with files in it is there.
[[nodiscard]] bool exists(const Tree& tree, std::string_view path);

}  // namespace vitrina::repository
