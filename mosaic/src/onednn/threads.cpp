// Debian's oneDNN is built with OpenMP (libgomp).
#include <algorithm>

#include "backend_choice.h"
#include "onednn/parallel.h"

// Declared here rather than through omp.h and pragmas: clang has those only with its own runtime, and two
// runtimes in one program would compete for the cores. These come with libgomp, on which libdnnl depends;
// GOMP_parallel is what GCC makes of
// "#pragma omp parallel".
extern "C" {
void omp_set_num_threads(int threads);
int omp_get_max_threads();
int omp_get_num_threads();
int omp_get_thread_num();
// NOLINTNEXTLINE(readability-identifier-naming): libgomp's name
void GOMP_parallel(void (*body)(void*), void* data, unsigned threads, unsigned flags);
}

namespace mosaic {

ThreadCount::ThreadCount(int threads) : before_(omp_get_max_threads()) {
    omp_set_num_threads(threads);
}
ThreadCount::~ThreadCount() {
    omp_set_num_threads(before_);
}

namespace onednn {

namespace {

struct Work {
    std::int64_t count = 0;
    void (*body)(void*, std::int64_t, std::int64_t, std::int64_t) = nullptr;
    void* data = nullptr;
};

void run_part(void* argument) {
    const FlushedDenormals flushed;  // also in threads that are older than the session
    const Work& work = *static_cast<const Work*>(argument);
    const std::int64_t threads = omp_get_num_threads();
    const std::int64_t thread = omp_get_thread_num();
    work.body(work.data, thread, work.count * thread / threads, work.count * (thread + 1) / threads);
}

}  // namespace

std::int64_t thread_count() {
    return omp_get_max_threads();
}

void run_parallel(std::int64_t count, void (*body)(void*, std::int64_t, std::int64_t, std::int64_t),
                  void* data) {
    const std::int64_t threads = std::min(thread_count(), count);
    if (threads <= 1) return body(data, 0, 0, count);
    Work work{count, body, data};
    GOMP_parallel(run_part, &work, static_cast<unsigned>(threads), 0);
}

}  // namespace onednn
}  // namespace mosaic
