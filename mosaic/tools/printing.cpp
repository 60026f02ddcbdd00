#include "printing.h"

#include <algorithm>
#include <iostream>

namespace mosaic::tools {

void print_problems(const train::Dataset& data) {
    constexpr std::size_t kShown = 10;
    const auto& problems = data.problems();
    for (std::size_t i = 0; i < std::min(problems.size(), kShown); ++i)
        std::cout << "left out: " << problems[i].where << ": " << problems[i].what << '\n';
    if (problems.size() > kShown) std::cout << "left out: " << problems.size() - kShown << " more\n";
}

std::string progress_bar(std::size_t done, std::size_t all) {
    constexpr std::size_t kWidth = 30;
    const std::size_t full = done * kWidth / all;
    return "[" + std::string(full, '#') + std::string(kWidth - full, '.') + "]";
}

}  // namespace mosaic::tools
