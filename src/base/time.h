// Instants and durations on a source's own clock, and instants of the world's. The two never mix because they
// are different types. Plain values.
#pragma once

#include <chrono>
#include <cmath>
#include <cstdint>

namespace vitrina {

/// The clock of one source: zero is its first frame, in microseconds, and it never runs backwards.
struct SourceClock {
    using rep = std::int64_t;
    using period = std::micro;
    using duration = std::chrono::duration<rep, period>;
    using time_point = std::chrono::time_point<SourceClock>;
    static constexpr bool is_steady = true;  // NOLINT(readability-identifier-naming): the standard's name
};

/// An instant since the start of a source.
using SourceTime = SourceClock::time_point;
using Duration = SourceClock::duration;

/// An instant of the world's clock, in whole milliseconds since 1970-01-01T00:00:00Z.
using UtcTime = std::chrono::sys_time<std::chrono::milliseconds>;

/// By the computer's clock, which may be set: durations are measured with others.
[[nodiscard]] inline UtcTime utc_now() {
    return std::chrono::floor<std::chrono::milliseconds>(std::chrono::system_clock::now());
}

[[nodiscard]] constexpr double to_seconds(Duration duration) {
    return std::chrono::duration<double>(duration).count();
}

[[nodiscard]] constexpr double to_seconds(SourceTime instant) {
    return to_seconds(instant.time_since_epoch());
}

[[nodiscard]] inline Duration from_seconds(double seconds) {
    return Duration(std::llround(seconds * 1e6));
}

[[nodiscard]] inline SourceTime instant_at(double seconds) {
    return SourceTime(from_seconds(seconds));
}

}  // namespace vitrina
