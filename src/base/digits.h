// Numbers of a fixed length within a text, as dates and times of the day have them. Pure; any thread.
#pragma once

#include <cstddef>
#include <string_view>

namespace vitrina {

/// The number of exactly `count` digits, from `at` on; -1 where there are others, or fewer. At most nine
/// digits.
[[nodiscard]] constexpr int digits_at(std::string_view text, std::size_t at, std::size_t count) {
    if (at + count > text.size()) return -1;
    int value = 0;
    for (const char c : text.substr(at, count)) {
        if (c < '0' || c > '9') return -1;
        value = value * 10 + (c - '0');
    }
    return value;
}

}  // namespace vitrina
