// What a shop's clock shows at moments of a source: how far it is ahead, and when it is put forward or back.
// Days, hours and weekdays are the shop's, so a day may have 23 or 25 hours, and an hour of the day may be
// shown twice or never. Knows nothing of time zones: who does makes it. A value; any thread.
#pragma once

#include <cstdint>
#include <vector>

#include "base/time.h"

namespace vitrina {

class LocalClock {
  public:
    /// From a moment on the clock shows 1970-01-01T00:00 plus `ahead` when the source's clock shows zero.
    struct Change {
        SourceTime from;
        Duration ahead{};
    };

    /// Shows what the source's clock does: zero is a midnight, of a Thursday (as in 1970).
    LocalClock() : LocalClock(Duration{}) {}
    /// Is never put.
    explicit LocalClock(Duration ahead) : changes_{{SourceTime::min(), ahead}} {}
    /// In the order of time, one at least; the first also holds before it.
    explicit LocalClock(std::vector<Change> changes);

    /// Days since 1970-01-01, of the shop.
    [[nodiscard]] std::int64_t day(SourceTime at) const;
    /// Since midnight as the clock shows it: below 24 hours on any day.
    [[nodiscard]] Duration of_day(SourceTime at) const;
    /// 0 is Monday.
    [[nodiscard]] int weekday(SourceTime at) const { return weekday_of(day(at)); }
    [[nodiscard]] static int weekday_of(std::int64_t day);

  private:
    [[nodiscard]] Duration local(SourceTime at) const;

    std::vector<Change> changes_;
};

}  // namespace vitrina
