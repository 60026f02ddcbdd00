// The build without oneDNN.
#include "backend_choice.h"

namespace mosaic {

std::unique_ptr<BackendCompiler> make_backend(const Options&) {
    return nullptr;
}

ScaledInputs scaled_inputs(const Options&) {
    return ScaledInputs::kAll;
}

ThreadCount::ThreadCount(int threads) : before_(threads) {}
ThreadCount::~ThreadCount() {
    static_cast<void>(before_);  // there is nothing to put back
}

}  // namespace mosaic
