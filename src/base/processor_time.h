// Processor time, which unlike the clock on the wall does not grow while others use the processor.
#pragma once

#include <chrono>
#include <ctime>

namespace vitrina {

[[nodiscard]] inline std::chrono::nanoseconds processor_time(clockid_t clock) {
    timespec now{};
    clock_gettime(clock, &now);
    return std::chrono::seconds(now.tv_sec) + std::chrono::nanoseconds(now.tv_nsec);
}

/// Of the calling thread since it began.
[[nodiscard]] inline std::chrono::nanoseconds thread_processor_time() {
    return processor_time(CLOCK_THREAD_CPUTIME_ID);
}

/// Of the whole process since it began.
[[nodiscard]] inline std::chrono::nanoseconds process_processor_time() {
    return processor_time(CLOCK_PROCESS_CPUTIME_ID);
}

}  // namespace vitrina
