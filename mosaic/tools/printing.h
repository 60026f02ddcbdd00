// What the commands that learn say in the same words.
#pragma once

#include <chrono>
#include <string>
#include <vector>

#include <unistd.h>

#include "mosaic/dataset.h"

namespace mosaic::tools {

// The first of what was left out of a dataset, and how much more there is.
void print_problems(const train::Dataset& data);

// How many `what` there are, how many of them are the same file, and the first of them by name: `first` holds
// the pictures of each pair's first, `second` those of its second.
void print_twins(const char* what, const std::vector<train::Twins>& twins, const train::Dataset& first,
                 const train::Dataset& second);

// How far a loop is and how long it will go on: a bar that moves on a terminal, a line for each tenth
// elsewhere. Made just before the loop.
class LoopProgress {
  public:
    // `what` says what is gone through; another one, or a smaller `done`, begins again.
    void show(const std::string& what, std::size_t done, std::size_t all);
    // What is printed next begins a line, also where `done` never came to be `all`.
    void end();

  private:
    using Clock = std::chrono::steady_clock;

    bool terminal_ = isatty(STDOUT_FILENO) != 0;
    bool line_open_ = false;
    std::string what_;
    std::size_t done_ = 0, tenth_ = 0;
    Clock::time_point last_ = Clock::now();
    Clock::time_point start_ = last_;
};

// "[######......]"
[[nodiscard]] std::string progress_bar(std::size_t done, std::size_t all);

}  // namespace mosaic::tools
