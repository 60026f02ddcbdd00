// The shop's time zone: where its hours and days begin. A shop that is open past midnight has days that begin
// later. Any thread.
#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/local_clock.h"
#include "base/result.h"
#include "base/time.h"
#include "rules/rule.h"

namespace vitrina::api {

/// A day that began later would have its noon in the next one.
inline constexpr std::chrono::minutes kDayBeginsMax = std::chrono::hours(12) - std::chrono::minutes(1);

enum class Bucket : std::uint8_t { kHour, kDay };

class ShopZone {
  public:
    /// By its name in the time zone database, "Europe/Moscow". A day is what the clock shows from
    /// `day_begins` on (0 to kDayBeginsMax) until it shows it again. Fails (kConfiguration) for an unknown
    /// zone.
    [[nodiscard]] static Result<std::unique_ptr<ShopZone>> create(const std::string& name,
                                                                  std::chrono::minutes day_begins = {});
    ~ShopZone();
    ShopZone(const ShopZone&) = delete;
    ShopZone& operator=(const ShopZone&) = delete;

    /// The last begin of an hour or a day at or before the instant. Days may have 23 or 25 hours; where the
    /// clock is put by less than an hour, an hour is cut there.
    [[nodiscard]] UtcTime begin_of(Bucket bucket, UtcTime instant) const;
    [[nodiscard]] UtcTime next(Bucket bucket, UtcTime begin) const;

    /// The day of the calendar that the shop's day of the instant is called by.
    [[nodiscard]] std::chrono::sys_days day_of(UtcTime instant) const;
    /// The begin of the shop's day that is called so; where the zone left it out, that of the next.
    [[nodiscard]] UtcTime begin_of_day(std::chrono::sys_days day) const;
    [[nodiscard]] std::chrono::minutes day_begins() const;
    /// A day that is cut when the fewest are at the tills: the shop's, where that doesn't begin at midnight;
    /// else from four o'clock on. Its begin and its end.
    [[nodiscard]] std::pair<UtcTime, UtcTime> matching_day(UtcTime instant) const;

    /// Begins of all buckets that have a part in [from, to), and the end of the last: one more than buckets.
    /// No more than `buckets_max` of them: then the result is empty.
    [[nodiscard]] std::vector<UtcTime> edges(Bucket bucket, UtcTime from, UtcTime to,
                                             std::size_t buckets_max) const;

    /// What the shop's clock shows.
    [[nodiscard]] rules::LocalTime local(UtcTime instant) const;
    /// The same for whoever knows no time zones, between two instants; sources' clocks are UTC. From the
    /// first one on for as long as a program runs: twenty years.
    [[nodiscard]] LocalClock clock(UtcTime from, UtcTime to) const;
    [[nodiscard]] LocalClock clock_from(UtcTime from) const;

    /// An instant as a till writes it: as parse_instant() takes it, or by the shop's clock, "2026-11-23
    /// 17:18", "2026-11-23T17:18:39" or "23.11.2026 17:18:39". What the clock shows twice, when it is put
    /// back, is the first of the two. Fails (kConfiguration) for what it never shows, and with what would be
    /// right.
    [[nodiscard]] Result<UtcTime> instant_of(std::string_view text) const;

  private:
    struct Zone;
    explicit ShopZone(std::unique_ptr<Zone> zone);
    std::unique_ptr<Zone> zone_;
};

}  // namespace vitrina::api
