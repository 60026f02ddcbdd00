#include "domain/shop_hours.h"

#include <fmt/format.h>

#include "base/digits.h"

namespace vitrina {
namespace {

constexpr std::chrono::hours kDay{24};

}  // namespace

bool ShopHours::is_closed(std::chrono::sys_days day) const {
    const Weekday& weekday = weekdays.at(weekday_of(day));
    return closed.contains(day) || (weekday.is_said && !weekday.open);
}

std::size_t weekday_of(std::chrono::sys_days day) {
    return std::chrono::weekday(day).iso_encoding() - 1;
}

Result<std::chrono::minutes> parse_time_of_day(std::string_view text) {
    const int hour = digits_at(text, 0, 2);
    const int minute = digits_at(text, 3, 2);
    if (text.size() != 5 || text[2] != ':' || hour < 0 || hour > 23 || minute < 0 || minute > 59)
        return misconfigured("should be a time of the day like 04:00");
    return std::chrono::hours(hour) + std::chrono::minutes(minute);
}

Result<std::optional<OpenTimes>> parse_open_times(std::string_view text) {
    if (text == "closed") return std::nullopt;
    const std::size_t dash = text.find('-');
    const auto wrong = [] {
        return misconfigured("should be like 09:00-21:00, 18:00-02:00 (past midnight) or closed");
    };
    if (dash == std::string_view::npos) return wrong();
    const auto from = parse_time_of_day(text.substr(0, dash));
    // A day may end with the day.
    const auto to = text.substr(dash + 1) == "24:00" ? Result<std::chrono::minutes>(kDay)
                                                     : parse_time_of_day(text.substr(dash + 1));
    if (!from || !to || *from == *to) return wrong();
    return OpenTimes{*from, *to < *from ? *to + kDay : *to};
}

Result<std::chrono::sys_days> parse_calendar_day(std::string_view text) {
    const int year = digits_at(text, 0, 4);
    const int month = digits_at(text, 5, 2);
    const int day = digits_at(text, 8, 2);
    const bool is_shaped = text.size() == 10 && text[4] == '-' && text[7] == '-';
    if (is_shaped && year >= 1970 && month > 0 && day > 0) {
        const std::chrono::year_month_day date{std::chrono::year(year),
                                               std::chrono::month(static_cast<unsigned>(month)),
                                               std::chrono::day(static_cast<unsigned>(day))};
        if (date.ok()) return std::chrono::sys_days(date);
    }
    return misconfigured("should be a day of the calendar like 2026-12-31");
}

std::string day_text(std::chrono::sys_days day) {
    const std::chrono::year_month_day date(day);
    return fmt::format("{:04}-{:02}-{:02}", static_cast<int>(date.year()),
                       static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day()));
}

}  // namespace vitrina
