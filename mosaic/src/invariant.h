// MOSAIC_ASSERT(condition): a broken invariant of the library itself ends the program, in release too. Never
// for anything that a model, a file or a caller's data can cause.
#pragma once

namespace mosaic {

[[noreturn]] void assertion_failed(const char* condition, const char* file, int line);

}  // namespace mosaic

#define MOSAIC_ASSERT(condition) \
    ((condition) ? static_cast<void>(0) : ::mosaic::assertion_failed(#condition, __FILE__, __LINE__))
