// Which fast backend there is in this build.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

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

// What one core does at most, from registers only, measured in a few milliseconds: the best of some short
// tries.
struct Peak {
    std::string what;   // "fp32, 512 bits"
    double gflops = 0;  // multiplications and additions, billions a second
    bool is_float32 = false;
};
[[nodiscard]] std::vector<Peak> measure_peaks();

// While it lives, parallel code started by the calling thread uses that many threads. The count belongs to
// the calling thread alone (an OpenMP internal control variable), so sessions in other threads are not
// disturbed; the old one comes back at the end.
class ThreadCount {
  public:
    explicit ThreadCount(int threads);
    ThreadCount(const ThreadCount&) = delete;
    ThreadCount& operator=(const ThreadCount&) = delete;
    ~ThreadCount();

  private:
    int before_ = 1;
};

}  // namespace mosaic
