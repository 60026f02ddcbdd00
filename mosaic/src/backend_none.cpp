// The build without oneDNN.
#include "backend_choice.h"

namespace mosaic {

std::unique_ptr<BackendCompiler> make_backend(const Options&) {
    return nullptr;
}

ThreadCount::ThreadCount(int threads) : before_(threads) {}
ThreadCount::~ThreadCount() = default;

}  // namespace mosaic
