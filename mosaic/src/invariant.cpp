#include "invariant.h"

#include <cstdio>
#include <cstdlib>

namespace mosaic {

void assertion_failed(const char* condition, const char* file, int line) {
    // The one place that prints: the program is about to end and nobody else can say why.
    std::fprintf(stderr, "mosaic: broken invariant %s at %s:%d\n", condition, file, line);
    std::abort();
}

}  // namespace mosaic
