// What a network computes with: float, or fewer bits, which is quicker and changes a little what it sees.
// Plain data.
#pragma once

#include <cstdint>

namespace vitrina::perceive {

/// Where the processor has no instructions for fewer bits, float is computed.
enum class Precision : std::uint8_t {
    kFloat32,
    kBFloat16,
    /// Bytes: need a calibration, the file that `mosaic quantize` makes from pictures of one's own.
    kInt8,
};

}  // namespace vitrina::perceive
