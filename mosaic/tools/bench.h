// `mosaic bench`: how fast the machine is at most, and how near to that a network comes.
#pragma once

#include "mosaic/mosaic.h"

namespace mosaic::tools {

struct BenchOptions {
    int runs = 30;  // timed, after one that isn't
    unsigned seed = 1;
    int sessions = 1;  // side by side, each in a thread of its own and with the threads of the options
};

// The most that the threads do from registers, all at once, for each kind of number.
void print_peaks(int threads);
// Times the network on random inputs, with the session's options, and prints the median, least and greatest
// time, the multiplications and additions a second and their share of what the threads do at most. Of several
// sessions it prints the pictures a second of all together and the median time of a run.
[[nodiscard]] Result<void> bench(const Graph& graph, const Options& session, const BenchOptions& options);

}  // namespace mosaic::tools
