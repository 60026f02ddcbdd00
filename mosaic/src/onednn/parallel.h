// Loops over the threads of the session, on the same OpenMP runtime as oneDNN's, so that the two share their
// threads.
#pragma once

#include <cstdint>

namespace mosaic::onednn {

// Threads that a parallel loop started by the calling thread uses.
[[nodiscard]] std::int64_t thread_count();

// Calls body(data, thread, begin, end) once in each thread, with contiguous parts of [0, count) that cover
// it.
void run_parallel(std::int64_t count, void (*body)(void*, std::int64_t, std::int64_t, std::int64_t),
                  void* data);

// loop(thread, begin, end), which must not throw.
template <typename Loop>
void parallel_for(std::int64_t count, Loop loop) {
    run_parallel(
        count,
        [](void* data, std::int64_t thread, std::int64_t begin, std::int64_t end) {
            (*static_cast<Loop*>(data))(thread, begin, end);
        },
        &loop);
}

}  // namespace mosaic::onednn
