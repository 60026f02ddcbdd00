// Debian's oneDNN is built with OpenMP (libgomp).
#include "backend_choice.h"

// Declared here rather than through omp.h: clang has that header only with its own runtime, and two runtimes
// in one program would compete for the cores. These two come with libgomp, on which libdnnl depends.
extern "C" {
void omp_set_num_threads(int threads);
int omp_get_max_threads();
}

namespace mosaic {

ThreadCount::ThreadCount(int threads) : before_(omp_get_max_threads()) {
    omp_set_num_threads(threads);
}
ThreadCount::~ThreadCount() {
    omp_set_num_threads(before_);
}

}  // namespace mosaic
