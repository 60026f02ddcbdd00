// Which fast backend there is in this build.
#pragma once

#include <algorithm>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "denormals.h"
#include "lowering.h"
#include "mosaic/session.h"

namespace mosaic {

class KernelChoices;

// Null for the portable backend.
// `choices` may be null: then kernels are chosen by fixed rules.
[[nodiscard]] std::unique_ptr<BackendCompiler> make_backend(const Options& options, KernelChoices* choices);

// Which of that backend's convolutions can multiply their source by a factor for each channel.
enum class ScaledInputs : std::uint8_t {
    kNone,
    kDepthwise,
    kFewWeights,  // depthwise ones, and 1x1 with fewer weights than numbers in the picture they read
    kAll,
};
[[nodiscard]] ScaledInputs scaled_inputs(const Options& options);

// What the cores do at most, from registers only.
struct Peak {
    std::string what;   // "fp32, 512 bits"
    double gflops = 0;  // multiplications and additions, billions a second, of all threads together
    Precision precision = Precision::kFloat32;
    int threads = 1;  // that did it at the same time
};
// Measured in some ten milliseconds, the best of short tries, by as many threads at once as kernels of a
// session with that many use: cores that share something do less together than each alone. Of each kind of
// number the best comes first.
[[nodiscard]] std::vector<Peak> measure_peaks(int threads);
// The best for that kind of number; null if this processor has none.
[[nodiscard]] inline const Peak* peak_for(const std::vector<Peak>& peaks, Precision precision) {
    const auto found = std::find_if(peaks.begin(), peaks.end(),
                                    [&](const Peak& peak) { return peak.precision == precision; });
    return found == peaks.end() ? nullptr : &*found;
}

// How a session's threads compute while it lives: parallel code started by the calling thread uses that many
// of them, and numbers that are not normal count as zero (denormals.h). Both belong to the calling thread
// alone (the count is an OpenMP internal control variable), so sessions in other threads are not disturbed;
// what was before comes back at the end.
class ThreadCount {
  public:
    explicit ThreadCount(int threads);
    ThreadCount(const ThreadCount&) = delete;
    ThreadCount& operator=(const ThreadCount&) = delete;
    ~ThreadCount();

  private:
    int before_ = 1;
    FlushedDenormals flushed_;
};

}  // namespace mosaic
