// How bytes hold a range of numbers.
#pragma once

#include <algorithm>
#include <cmath>

namespace mosaic::quantize {

// value = scale (byte - zero), bytes from 0 to 255.
struct ByteScale {
    float scale = 1.0F;
    float zero = 0.0F;
};

// Zero is always among the values, so that padding is exact.
[[nodiscard]] inline ByteScale byte_scale(float low, float high) {
    constexpr float kBytesMax = 255.0F;
    low = std::min(low, 0.0F);
    high = std::max(high, 0.0F);
    const float scale = std::max((high - low) / kBytesMax, 1e-20F);
    return {scale, std::round(-low / scale)};
}

}  // namespace mosaic::quantize
