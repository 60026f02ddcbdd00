// What holds for the whole repository, one function a rule. Each returns what is wrong as lines for people to
// read, "path: what"; nothing when all is well. Pure functions of the tree.
#pragma once

#include <string>
#include <vector>

#include "source_tree.h"

namespace vitrina::repository {

using Findings = std::vector<std::string>;

/// A module includes only modules that stand above it, and only its own libraries (modules.h).
[[nodiscard]] Findings check_include_direction(const Tree& tree);
[[nodiscard]] Findings check_libraries(const Tree& tree);

/// Nobody has to scroll through a file that is really two.
[[nodiscard]] Findings check_sizes(const Tree& tree);

/// Every source is compiled, every header included and every script mentioned by something.
[[nodiscard]] Findings check_dead_files(const Tree& tree);

/// Paths that documents mention, and their links, lead somewhere.
[[nodiscard]] Findings check_document_paths(const Tree& tree);

/// Each module says in a README.md what lives there and what may not.
[[nodiscard]] Findings check_readmes(const Tree& tree);

/// A header opens with what it is, and is guarded.
[[nodiscard]] Findings check_headers(const Tree& tree);

/// No tabs, no blanks at line ends, no "\r", a newline at the end.
[[nodiscard]] Findings check_white_space(const Tree& tree);

/// No path of one person's machine. `checkout` is where this one happens to be.
[[nodiscard]] Findings check_machine_paths(const Tree& tree, const std::string& checkout);

/// What begins with "#!" can be run, and nothing else.
[[nodiscard]] Findings check_executables(const Tree& tree);

}  // namespace vitrina::repository
