// The build without oneDNN.
#include "backend_choice.h"
#include "portable_peak.h"

namespace mosaic {

std::unique_ptr<BackendCompiler> make_backend(const Options&) {
    return nullptr;
}

ScaledInputs scaled_inputs(const Options&) {
    return ScaledInputs::kAll;
}

std::vector<Peak> measure_peaks() {
    return {{"fp32, as compiled", portable_peak_gflops(), true}};
}

ThreadCount::ThreadCount(int threads) : before_(threads) {}
ThreadCount::~ThreadCount() {
    static_cast<void>(before_);  // there is nothing to put back
}

}  // namespace mosaic
