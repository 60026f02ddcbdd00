// `vitrina models`: what networks there are, and whether they are here and whole.
#pragma once

namespace vitrina::app {

/// Prints the list. The exit code.
[[nodiscard]] int list_models();

/// Checks each network's files. The exit code: 1 when one is missing or changed.
[[nodiscard]] int verify_models();

}  // namespace vitrina::app
