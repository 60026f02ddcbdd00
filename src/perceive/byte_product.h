// Inner products of vectors of bytes, by the best instructions that the processor has. Private to this
// folder. Pure functions, any thread.
#pragma once

#include <cstddef>
#include <cstdint>

namespace vitrina::perceive {

/// Lengths are a multiple of it.
inline constexpr std::size_t kBytesAtOnce = 64;

struct ByteProduct {
    const char* name;
    /// Sum of a[i] * b[i]. `sum_b` is that of b's elements: some instructions want one side without sign. No
    /// element is -128, and length < 2^16, so that nothing overflows.
    std::int32_t (*of)(const std::int8_t* a, const std::int8_t* b, std::size_t length, std::int32_t sum_b);
};

/// The fastest that this processor has.
[[nodiscard]] const ByteProduct& byte_product();
/// The one that others are compared with.
[[nodiscard]] const ByteProduct& plain_byte_product();

}  // namespace vitrina::perceive
