// A program that reads its input and writes its output, run with limits: of memory, of processor time, of
// time, of what it may write. It gets no environment, no files of ours, and ends when the thread that waits
// for it does. Any thread.
#pragma once

#include <atomic>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace vitrina::drawing {

struct ChildLimits {
    std::chrono::seconds time{15};                    // of the clock and of the processor
    std::size_t memory_bytes = std::size_t{1} << 30;  // of addresses; 0: as many as it wants
    std::size_t output_bytes = std::size_t{64} << 20;
    std::size_t file_bytes = 0;  // of each file that it writes; 0: none
    int descriptors = 64;
    /// HOME and TMPDIR, for a program that needs a place of its own, which then gets a PATH too; empty:
    /// neither.
    std::string home;
    const std::atomic<bool>* stop = nullptr;  // true: it is ended
};

/// Stands in the arguments for the name of the input, which can be read from any place in it.
inline constexpr const char* kInputName = "INPUT";

/// What it writes. `program` is a path. Fails (kFailed) when it can't be started, and (kConfiguration) when
/// it ends with an error, with the first line that it said, or goes beyond a limit.
[[nodiscard]] Result<std::vector<std::uint8_t>> run_child(const std::string& program,
                                                          const std::vector<std::string>& arguments,
                                                          std::string_view input, const ChildLimits& limits);

}  // namespace vitrina::drawing
