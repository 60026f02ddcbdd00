// The build without oneDNN.
#include "backend_choice.h"
#include "peak_timing.h"
#include "portable/backend.h"
#include "portable_peak.h"

namespace mosaic {

std::unique_ptr<BackendCompiler> make_backend(const Options& options, KernelChoices*) {
    if (options.backend == Backend::kPortable) return nullptr;
    return std::make_unique<portable::PortableBackend>();
}

ScaledInputs scaled_inputs(const Options& options) {
    return options.backend == Backend::kPortable ? ScaledInputs::kAll : ScaledInputs::kNone;
}

std::vector<Peak> measure_peaks(int) {
    // Kernels run on one thread here, however many there may be.
    return {{"fp32, as compiled", best_gigas(portable_peak_round), Precision::kFloat32, 1}};
}

ThreadCount::ThreadCount(int threads) : before_(threads) {}
ThreadCount::~ThreadCount() {
    static_cast<void>(before_);  // there is nothing to put back
}

}  // namespace mosaic
