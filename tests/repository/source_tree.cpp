#include "source_tree.h"

#include <algorithm>
#include <array>
#include <fstream>
#include <iterator>

namespace vitrina::repository {
namespace {

bool is_left_out(const std::filesystem::path& folder, bool at_top) {
    const std::string name = folder.filename().string();
    return name == ".git" || name == "node_modules" || (at_top && (name == "build" || name == "out"));
}

}  // namespace

Tree read_tree(const std::filesystem::path& top) {
    namespace fs = std::filesystem;
    Tree tree;
    for (auto entry = fs::recursive_directory_iterator(top); entry != fs::recursive_directory_iterator();
         ++entry) {
        if (entry->is_directory() && is_left_out(entry->path(), entry.depth() == 0)) {
            entry.disable_recursion_pending();
        } else if (entry->is_regular_file()) {
            std::ifstream stream(entry->path(), std::ios::binary);
            File file;
            file.text.assign(std::istreambuf_iterator<char>(stream), {});
            file.executable = (entry->status().permissions() & fs::perms::owner_exec) != fs::perms::none;
            tree.emplace(fs::relative(entry->path(), top).generic_string(), std::move(file));
        }
    }
    return tree;
}

std::vector<std::string_view> lines_of(std::string_view text) {
    std::vector<std::string_view> lines;
    while (!text.empty()) {
        const std::size_t end = text.find('\n');
        lines.push_back(text.substr(0, end));
        text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
    }
    return lines;
}

Include include_of(std::string_view line) {
    constexpr std::string_view kInclude = "#include ";
    if (!line.starts_with(kInclude)) return {};
    line.remove_prefix(kInclude.size());
    if (line.empty() || (line.front() != '<' && line.front() != '"')) return {};
    const bool angled = line.front() == '<';
    const std::size_t end = line.find(angled ? '>' : '"', 1);
    if (end == std::string_view::npos) return {};
    return {line.substr(1, end - 1), angled};
}

std::string folder_of(std::string_view path) {
    const std::size_t slash = path.rfind('/');
    return slash == std::string_view::npos ? std::string() : std::string(path.substr(0, slash));
}

bool exists(const Tree& tree, std::string_view path) {
    while (path.ends_with('/'))
        path.remove_suffix(1);
    const std::string wanted(path);
    if (tree.contains(wanted)) return true;
    const auto inside = tree.lower_bound(wanted + "/");
    return inside != tree.end() && inside->first.starts_with(wanted + "/");
}

}  // namespace vitrina::repository
