#include "api/instant.h"

#include <chrono>
#include <optional>

#include <fmt/format.h>

namespace vitrina::api {
namespace {

/// Reads from the front of a text; once something did not fit, nothing fits any more.
class Scanner {
  public:
    explicit Scanner(std::string_view text) : rest_(text) {}

    int digits(std::size_t count) {
        int value = 0;
        for (std::size_t i = 0; i < count; ++i)
            value = value * 10 + digit();
        return value;
    }

    /// Milliseconds of ".123456", 0 when there is no fraction.
    int fraction_ms() {
        if (!rest_.starts_with('.')) return 0;
        rest_.remove_prefix(1);
        int value = digit() * 100;
        for (int place = 10; is_digit(); place /= 10)
            value += digit() * place;
        return value;
    }

    char one_of(std::string_view allowed) {
        if (rest_.empty() || allowed.find(rest_.front()) == std::string_view::npos) fits_ = false;
        if (!fits_) return '\0';
        const char c = rest_.front();
        rest_.remove_prefix(1);
        return c;
    }

    [[nodiscard]] bool all_fitted() const { return fits_ && rest_.empty(); }

  private:
    [[nodiscard]] bool is_digit() const {
        return fits_ && !rest_.empty() && rest_.front() >= '0' && rest_.front() <= '9';
    }
    int digit() {
        const char c = one_of("0123456789");
        return c == '\0' ? 0 : c - '0';
    }

    std::string_view rest_;
    bool fits_ = true;
};

std::optional<UtcTime> scan(std::string_view text) {
    Scanner scanner(text);
    const int year = scanner.digits(4);
    scanner.one_of("-");
    const int month = scanner.digits(2);
    scanner.one_of("-");
    const int day = scanner.digits(2);
    scanner.one_of("Tt ");
    const int hour = scanner.digits(2);
    scanner.one_of(":");
    const int minute = scanner.digits(2);
    scanner.one_of(":");
    const int second = scanner.digits(2);
    const int milliseconds = scanner.fraction_ms();
    int offset_minutes = 0;
    const char zone = scanner.one_of("Zz+-");
    if (zone == '+' || zone == '-') {
        const int offset_hours = scanner.digits(2);
        scanner.one_of(":");
        const int minutes = scanner.digits(2);
        if (offset_hours > 23 || minutes > 59) return std::nullopt;
        offset_minutes = (offset_hours * 60 + minutes) * (zone == '-' ? -1 : 1);
    }
    const std::chrono::year_month_day date{std::chrono::year(year),
                                           std::chrono::month(static_cast<unsigned>(month)),
                                           std::chrono::day(static_cast<unsigned>(day))};
    if (!scanner.all_fitted() || !date.ok() || year < 1970 || hour > 23 || minute > 59 || second > 59)
        return std::nullopt;
    return UtcTime(std::chrono::sys_days(date)) + std::chrono::hours(hour) +
           std::chrono::minutes(minute - offset_minutes) + std::chrono::seconds(second) +
           std::chrono::milliseconds(milliseconds);
}

}  // namespace

std::string to_text(UtcTime instant) {
    const auto day = std::chrono::floor<std::chrono::days>(instant);
    const std::chrono::year_month_day date(day);
    const std::chrono::hh_mm_ss time(instant - day);
    return fmt::format("{:04}-{:02}-{:02}T{:02}:{:02}:{:02}.{:03}Z", static_cast<int>(date.year()),
                       static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day()),
                       time.hours().count(), time.minutes().count(), time.seconds().count(),
                       time.subseconds().count());
}

Result<UtcTime> parse_instant(std::string_view text) {
    if (const auto instant = scan(text)) return *instant;
    return misconfigured("must be an instant like 2026-11-23T17:18:39.123Z");
}

}  // namespace vitrina::api
