// What the processor can do at most.
#pragma once

#include "avx512/tiles.h"

namespace mosaic::avx512 {

// Billions of multiplications and additions a second of one core, with registers only; the best of a few
// short tries. supported(element) must hold.
[[nodiscard]] double peak_gflops(Element element);

}  // namespace mosaic::avx512
