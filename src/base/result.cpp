#include "base/result.h"

#include <cstdio>
#include <cstdlib>

namespace vitrina {

void assertion_failed(const char* condition, const char* file, int line) {
    std::fprintf(stderr, "vitrina: broken invariant: %s (%s:%d)\n", condition, file, line);
    std::abort();
}

}  // namespace vitrina
