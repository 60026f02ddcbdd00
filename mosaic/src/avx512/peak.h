// What the processor can do at most.
#pragma once

#include "avx512/tiles.h"

namespace mosaic::avx512 {

// Multiplies and adds in registers only, for some tens of microseconds; how many operations that were.
// supported(element) must hold.
double peak_round(Element element);
// Billions of them a second of one core, the best of a few rounds.
[[nodiscard]] double peak_gflops(Element element);

}  // namespace mosaic::avx512
