// The speed of registers without any particular instruction set.
#pragma once

namespace mosaic {

// Billions of multiplications and additions of floats a second of one core, in registers, with whatever
// instructions the library was compiled for.
[[nodiscard]] double portable_peak_gflops();

}  // namespace mosaic
