// What the commands that learn say in the same words.
#pragma once

#include <string>

#include "mosaic/dataset.h"

namespace mosaic::tools {

// The first of what was left out of a dataset, and how much more there is.
void print_problems(const train::Dataset& data);

// "[######......]"
[[nodiscard]] std::string progress_bar(std::size_t done, std::size_t all);

}  // namespace mosaic::tools
