// `mosaic bench`: how fast the machine is at most, and how near to that a network comes.
#pragma once

#include "mosaic/mosaic.h"

namespace mosaic::tools {

struct BenchOptions {
    int runs = 30;  // timed, after one that isn't
    unsigned seed = 1;
};

// The most that one core does from registers, for each kind of number.
void print_peaks();
// Times the network on random inputs, with the session's options, and prints the median, least and greatest
// time, the multiplications and additions a second and their share of what the threads' cores do at most.
[[nodiscard]] Result<void> bench(const Graph& graph, const Options& session, const BenchOptions& options);

}  // namespace mosaic::tools
