#include "printing.h"

#include <algorithm>
#include <cstdio>
#include <iostream>

namespace mosaic::tools {

void print_problems(const train::Dataset& data) {
    constexpr std::size_t kShown = 10;
    const auto& problems = data.problems();
    for (std::size_t i = 0; i < std::min(problems.size(), kShown); ++i)
        std::cout << "left out: " << problems[i].where << ": " << problems[i].what << '\n';
    if (problems.size() > kShown) std::cout << "left out: " << problems.size() - kShown << " more\n";
}

void print_twins(const char* what, const std::vector<train::Twins>& twins, const train::Dataset& first,
                 const train::Dataset& second) {
    constexpr std::size_t kNamed = 3;
    const auto identical =
        std::count_if(twins.begin(), twins.end(), [](const train::Twins& one) { return one.identical; });
    std::cout << twins.size() << ' ' << what << ", " << identical << " of them the same file\n";
    for (std::size_t i = 0; i < std::min(twins.size(), kNamed); ++i)
        std::cout << "  " << first.samples()[twins[i].first].path.string() << " and "
                  << second.samples()[twins[i].second].path.string() << '\n';
}

void LoopProgress::show(const std::string& what, std::size_t done, std::size_t all) {
    constexpr std::size_t kLines = 10;
    if (what != what_ || done < done_) {
        end();
        start_ = last_;
        what_ = what;
        tenth_ = 0;
    }
    done_ = done;
    last_ = Clock::now();
    const double spent = std::chrono::duration<double>(last_ - start_).count();
    const double left = done > 0 ? spent / static_cast<double>(done) * static_cast<double>(all - done) : 0.0;
    const std::size_t tenth = all > 0 ? done * kLines / all : kLines;
    if (terminal_) {
        std::printf("\r%s %s %zu of %zu, %.0f s left\033[K", what.c_str(), progress_bar(done, all).c_str(),
                    done, all, left);
        line_open_ = true;
        if (done == all) end();
    } else if (tenth != tenth_) {
        std::printf("%s: %zu of %zu, %.0f s left\n", what.c_str(), done, all, left);
    }
    tenth_ = tenth;
    std::fflush(stdout);
}

void LoopProgress::end() {
    if (line_open_) std::printf("\n");
    line_open_ = false;
    std::fflush(stdout);
}

std::string progress_bar(std::size_t done, std::size_t all) {
    constexpr std::size_t kWidth = 30;
    const std::size_t full = all > 0 ? done * kWidth / all : kWidth;
    return "[" + std::string(full, '#') + std::string(kWidth - full, '.') + "]";
}

}  // namespace mosaic::tools
