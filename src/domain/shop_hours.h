// When a shop is open: its hours by weekday, and the days on which it stays closed. By the shop's own clock;
// which instants those are is the business of whoever knows its time zone. Plain values and pure functions;
// any thread.
#pragma once

#include <array>
#include <chrono>
#include <cstddef>
#include <optional>
#include <set>
#include <string>
#include <string_view>

#include "base/result.h"

namespace vitrina {

inline constexpr std::size_t kWeekdaysOfShop = 7;
/// "mon", "tue" ... "sun".
inline constexpr std::array<std::string_view, kWeekdaysOfShop> kWeekdayKeys = {"mon", "tue", "wed", "thu",
                                                                               "fri", "sat", "sun"};

/// Since midnight; `to` is beyond 24 hours where the shop is open past midnight.
struct OpenTimes {
    std::chrono::minutes from{};
    std::chrono::minutes to{};

    bool operator==(const OpenTimes&) const = default;
};

struct ShopHours {
    /// From Monday. Nobody said: it may be open. Said and without times: closed on that weekday.
    struct Weekday {
        bool is_said = false;
        std::optional<OpenTimes> open;

        bool operator==(const Weekday&) const = default;
    };
    std::array<Weekday, kWeekdaysOfShop> weekdays;
    std::set<std::chrono::sys_days> closed;  // holidays

    /// Whether it stays closed on that day of the calendar, for a holiday or for its weekday.
    [[nodiscard]] bool is_closed(std::chrono::sys_days day) const;

    bool operator==(const ShopHours&) const = default;
};

/// 0 is Monday.
[[nodiscard]] std::size_t weekday_of(std::chrono::sys_days day);

/// "09:00": since midnight, below 24 hours. Fails (kConfiguration) with what would be right, as those below.
[[nodiscard]] Result<std::chrono::minutes> parse_time_of_day(std::string_view text);
/// "09:00-21:00", "18:00-02:00" (past midnight) or "closed".
[[nodiscard]] Result<std::optional<OpenTimes>> parse_open_times(std::string_view text);
/// "2026-12-31".
[[nodiscard]] Result<std::chrono::sys_days> parse_calendar_day(std::string_view text);
/// The same back.
[[nodiscard]] std::string day_text(std::chrono::sys_days day);

}  // namespace vitrina
