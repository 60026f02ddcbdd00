// The speed of registers without any particular instruction set.
#pragma once

namespace mosaic {

// Multiplies and adds floats in registers for some tens of microseconds, with whatever instructions the
// library was compiled for; how many operations that were.
double portable_peak_round();

}  // namespace mosaic
