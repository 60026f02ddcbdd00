// The shop's clock: microseconds since 1970 as a SourceTime, set by the computer's clock once and then
// carried on by the steady one, so that it never runs backwards and durations are true. When the computer's
// clock is set (by more than kJumpMin), jumped() says so, and the clock is to be made anew. Any thread.
#pragma once

#include <chrono>

#include "base/time.h"

namespace vitrina::pipeline {

/// Below it NTP is at work, which changes the rate of the steady clock too; above it somebody set the clock.
inline constexpr Duration kJumpMin = std::chrono::seconds(2);

class ShopClock {
  public:
    using Steady = std::chrono::steady_clock;
    using System = std::chrono::system_clock;

    ShopClock() : ShopClock(System::now(), Steady::now()) {}
    ShopClock(System::time_point now, Steady::time_point steady_now)
        : origin_(std::chrono::floor<Duration>(now.time_since_epoch())), steady_origin_(steady_now) {}

    [[nodiscard]] SourceTime at(Steady::time_point steady) const {
        return SourceTime(origin_ + std::chrono::duration_cast<Duration>(steady - steady_origin_));
    }
    [[nodiscard]] SourceTime now() const { return at(Steady::now()); }

    [[nodiscard]] bool jumped() const { return jumped(System::now(), Steady::now()); }
    [[nodiscard]] bool jumped(System::time_point now, Steady::time_point steady_now) const {
        const Duration off =
            std::chrono::duration_cast<Duration>(now.time_since_epoch()) - at(steady_now).time_since_epoch();
        return off > kJumpMin || off < -kJumpMin;
    }

  private:
    Duration origin_;
    Steady::time_point steady_origin_;
};

/// A moment on the shop's clock as an instant of the world's.
[[nodiscard]] inline UtcTime to_utc(SourceTime shop_time) {
    return UtcTime(std::chrono::round<std::chrono::milliseconds>(shop_time.time_since_epoch()));
}
[[nodiscard]] inline SourceTime from_utc(UtcTime instant) {
    return SourceTime(instant.time_since_epoch());
}

}  // namespace vitrina::pipeline
