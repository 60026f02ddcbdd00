#include "rules/rule.h"

#include <algorithm>
#include <array>

namespace vitrina::rules {
namespace {

constexpr std::array<std::string_view, kMeasures> kMeasureNames = {
    "people",       "dwell_s",      "camera_down_s",  "entries",   "sales",
    "queue_length", "queue_wait_s", "queue_forecast", "watchlist", "camera_trouble_s",
    "unattended_s", "touches",      "consult_wait_s", "conversion"};
constexpr std::array<std::string_view, 3> kSeverities = {"info", "warning", "urgent"};

template <typename Value, typename Names>
std::optional<Value> value_of(const Names& names, std::string_view text) {
    const auto* const found = std::find(names.begin(), names.end(), text);
    if (found == names.end()) return std::nullopt;
    return static_cast<Value>(found - names.begin());
}

}  // namespace

std::string_view to_text(Measure measure) {
    return kMeasureNames.at(static_cast<std::size_t>(measure));
}

std::optional<Measure> parse_measure(std::string_view text) {
    return value_of<Measure>(kMeasureNames, text);
}

std::string_view to_text(Severity severity) {
    return kSeverities.at(static_cast<std::size_t>(severity));
}

std::optional<Severity> parse_severity(std::string_view text) {
    return value_of<Severity>(kSeverities, text);
}

bool includes(const Hours& hours, const LocalTime& local) {
    const auto has_day = [&](int weekday) {
        return (hours.weekdays & 1U << static_cast<unsigned>(weekday)) != 0;
    };
    const int yesterday = (local.weekday + 6) % 7;
    if (hours.from_minute == hours.to_minute) return has_day(local.weekday);
    if (hours.from_minute < hours.to_minute)
        return has_day(local.weekday) && local.minute >= hours.from_minute && local.minute < hours.to_minute;
    return (local.minute >= hours.from_minute && has_day(local.weekday)) ||
           (local.minute < hours.to_minute && has_day(yesterday));
}

}  // namespace vitrina::rules
