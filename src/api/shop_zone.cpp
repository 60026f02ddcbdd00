#include "api/shop_zone.h"

#include <algorithm>
#include <exception>
#include <optional>

#include <date/tz.h>

#include "api/instant.h"
#include "base/digits.h"

namespace vitrina::api {

namespace {

constexpr std::chrono::years kProgramRuns{20};

bool has(std::string_view text, std::size_t at, std::string_view one_of) {
    return at < text.size() && one_of.find(text[at]) != std::string_view::npos;
}

std::optional<date::local_seconds> local_of(std::string_view text) {
    constexpr std::size_t kToMinutes = 16;  // characters
    constexpr std::size_t kToSeconds = 19;
    const bool dotted = has(text, 2, ".");
    const bool shaped = (text.size() == kToMinutes || text.size() == kToSeconds) && has(text, 10, " T") &&
                        has(text, 13, ":") &&
                        (dotted ? has(text, 5, ".") : has(text, 4, "-") && has(text, 7, "-"));
    if (!shaped) return std::nullopt;
    const int year = digits_at(text, dotted ? 6 : 0, 4);
    const int month = digits_at(text, dotted ? 3 : 5, 2);
    const int day = digits_at(text, dotted ? 0 : 8, 2);
    const int hour = digits_at(text, 11, 2);
    const int minute = digits_at(text, 14, 2);
    const int second = text.size() == kToMinutes ? 0 : has(text, 16, ":") ? digits_at(text, 17, 2) : -1;
    if (year < 1970 || month < 1 || day < 1 || hour < 0 || hour > 23 || minute < 0 || minute > 59 ||
        second < 0 || second > 59)
        return std::nullopt;
    const date::year_month_day date{date::year(year), date::month(static_cast<unsigned>(month)),
                                    date::day(static_cast<unsigned>(day))};
    if (!date.ok()) return std::nullopt;
    return date::local_days(date) + std::chrono::hours(hour) + std::chrono::minutes(minute) +
           std::chrono::seconds(second);
}

}  // namespace

struct ShopZone::Zone {
    const date::time_zone* zone;  // of the library's database, which lives as long as the program
    std::chrono::minutes day_begins;

    /// The shop's day that is shown.
    [[nodiscard]] date::local_days day_of(UtcTime instant) const {
        return std::chrono::floor<date::days>(zone->to_local(instant) - day_begins);
    }
    /// A time that the clock shows twice is the first of the two, one that it passes over is when it does so.
    [[nodiscard]] UtcTime begin_of(date::local_days day) const {
        return std::chrono::floor<std::chrono::milliseconds>(
            UtcTime(zone->to_sys(day + day_begins, date::choose::earliest).time_since_epoch()));
    }
};

ShopZone::ShopZone(std::unique_ptr<Zone> zone) : zone_(std::move(zone)) {}
ShopZone::~ShopZone() = default;

Result<std::unique_ptr<ShopZone>> ShopZone::create(const std::string& name, std::chrono::minutes day_begins) {
    if (day_begins < std::chrono::minutes(0) || day_begins > kDayBeginsMax)
        return misconfigured("a shop's day begins from 00:00 to 11:59");
    try {
        return std::unique_ptr<ShopZone>(
            new ShopZone(std::make_unique<Zone>(Zone{date::locate_zone(name), day_begins})));
    } catch (const std::exception&) {
        return misconfigured(name + ": is no time zone; they are called like Europe/Moscow or UTC");
    }
}

UtcTime ShopZone::begin_of(Bucket bucket, UtcTime instant) const {
    using std::chrono::ceil;
    using std::chrono::floor;
    using Milliseconds = std::chrono::milliseconds;
    if (bucket == Bucket::kDay) {
        const UtcTime begin = zone_->begin_of(zone_->day_of(instant));
        // When the clock is put back over a day's begin, what it shows again is of the new day.
        const UtcTime end = next(bucket, begin);
        return end <= instant ? end : begin;
    }
    const auto info = zone_->zone->get_info(instant);
    const auto local = instant.time_since_epoch() + info.offset;
    const UtcTime begin(floor<std::chrono::hours>(local) - info.offset);
    return std::max(
        begin, UtcTime(std::chrono::duration_cast<Milliseconds>(
                   std::max(info.begin.time_since_epoch(), std::chrono::seconds(std::chrono::hours(-24))))));
}

UtcTime ShopZone::next(Bucket bucket, UtcTime begin) const {
    using Milliseconds = std::chrono::milliseconds;
    if (bucket == Bucket::kHour) {
        const auto info = zone_->zone->get_info(begin);
        const auto local = begin.time_since_epoch() + info.offset;
        const UtcTime end(std::chrono::floor<std::chrono::hours>(local) + std::chrono::hours(1) -
                          info.offset);
        const auto zone_end = std::min(info.end.time_since_epoch(),
                                       std::chrono::ceil<std::chrono::seconds>(end.time_since_epoch()));
        return std::min(end, UtcTime(std::chrono::duration_cast<Milliseconds>(zone_end)));
    }
    const date::local_days day = zone_->day_of(begin);
    UtcTime end = begin;
    // A day that the zone left out altogether (Samoa's 30 December 2011) begins where the next does.
    for (int days = 1; end <= begin; ++days)
        end = zone_->begin_of(day + date::days(days));
    return end;
}

std::chrono::sys_days ShopZone::day_of(UtcTime instant) const {
    const date::local_days day = zone_->day_of(begin_of(Bucket::kDay, instant));
    return std::chrono::sys_days(std::chrono::days(day.time_since_epoch().count()));
}

UtcTime ShopZone::begin_of_day(std::chrono::sys_days day) const {
    return zone_->begin_of(date::local_days(date::days(day.time_since_epoch().count())));
}

std::pair<UtcTime, UtcTime> ShopZone::matching_day(UtcTime instant) const {
    constexpr std::chrono::hours kQuiet{4};
    const std::chrono::minutes later = day_begins().count() == 0 ? kQuiet : std::chrono::minutes(0);
    const UtcTime begin = begin_of(Bucket::kDay, instant - later);
    return {begin + later, next(Bucket::kDay, begin) + later};
}

std::chrono::minutes ShopZone::day_begins() const {
    return zone_->day_begins;
}

std::vector<UtcTime> ShopZone::edges(Bucket bucket, UtcTime from, UtcTime to, std::size_t buckets_max) const {
    std::vector<UtcTime> edges = {begin_of(bucket, from)};
    while (edges.back() < to || edges.size() < 2) {
        if (edges.size() > buckets_max) return {};
        edges.push_back(next(bucket, edges.back()));
    }
    return edges;
}

rules::LocalTime ShopZone::local(UtcTime instant) const {
    const auto local = zone_->zone->to_local(instant);
    const auto day = std::chrono::floor<date::days>(local);
    return {static_cast<int>(date::weekday(day).iso_encoding()) - 1,
            static_cast<int>(std::chrono::duration_cast<std::chrono::minutes>(local - day).count())};
}

LocalClock ShopZone::clock(UtcTime from, UtcTime to) const {
    std::vector<LocalClock::Change> changes;
    for (auto at = std::chrono::floor<std::chrono::seconds>(from); changes.empty() || at < to;) {
        const date::sys_info info = zone_->zone->get_info(at);
        changes.push_back({SourceTime(at.time_since_epoch()), info.offset});
        at = info.end;
    }
    return LocalClock(std::move(changes));
}

LocalClock ShopZone::clock_from(UtcTime from) const {
    return clock(from, from + kProgramRuns);
}

Result<UtcTime> ShopZone::instant_of(std::string_view text) const {
    if (auto instant = parse_instant(text)) return instant;
    const auto local = local_of(text);
    if (!local)
        return misconfigured(
            "must be an instant like 2026-11-23 17:18:39, 23.11.2026 17:18 or "
            "2026-11-23T17:18:39Z");
    if (zone_->zone->get_info(*local).result == date::local_info::nonexistent)
        return misconfigured("is an instant that the clock of " + zone_->zone->name() +
                             " passes over when it is put forward");
    return std::chrono::floor<std::chrono::milliseconds>(
        UtcTime(zone_->zone->to_sys(*local, date::choose::earliest).time_since_epoch()));
}

}  // namespace vitrina::api
