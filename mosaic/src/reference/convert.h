// One number of one type as another, as Cast does it.
#pragma once

#include <cmath>
#include <cstdint>
#include <limits>
#include <type_traits>

namespace mosaic::reference {

template <typename To, typename From>
To convert(From value) {
    if constexpr (std::is_same_v<To, std::uint8_t>) {
        return value != 0 ? 1 : 0;
    } else if constexpr (std::is_same_v<To, std::int32_t> && std::is_floating_point_v<From>) {
        // Outside of int32 the conversion is undefined: the nearest end, and 0 for NaN.
        constexpr From kLimit = 2147483648.0F;
        if (std::isnan(value)) return 0;
        if (value >= kLimit) return std::numeric_limits<std::int32_t>::max();
        return value < -kLimit ? std::numeric_limits<std::int32_t>::min() : static_cast<std::int32_t>(value);
    } else {
        return static_cast<To>(value);
    }
}

}  // namespace mosaic::reference
