// What a shop wants to be told of: a measure above or below a limit, for so long, in these hours. Plain data;
// rule_json.h reads and checks the JSON form, engine.h says when a rule comes true.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/time.h"

namespace vitrina::rules {

inline constexpr std::size_t kRulesMax = 200;    // more nobody reads; each costs a look at every sample
inline constexpr std::size_t kChannelsMax = 16;  // each has a thread that delivers

/// What rules can be about. A new one needs somebody who samples it, and a word on the page.
enum class Measure : std::uint8_t {
    kPeople,         // in a zone, now
    kDwell,          // seconds of whoever is longest in a zone now
    kCameraDown,     // seconds without a picture that can be used
    kEntries,        // crossings of a line inwards in the last hour
    kSales,          // receipts in the last hour
    kQueueLength,    // people who wait in a queue, now
    kQueueWait,      // seconds that somebody who joins a queue may expect
    kQueueForecast,  // people at each open till, the most that is expected within twenty minutes
    kWatchlist,      // somebody is taken for one of the watchlist: not sampled, see pipeline/alarm_watch.h
    kCameraTrouble,  // seconds since a camera's pictures show this trouble; the place is its name
    kUnattended,     // seconds that people have waited in a queue whose till nobody serves
    kTouches,        // hands in a shelf in the last hour
    kConsultWait,    // seconds that customers whom staff went to had waited, the mean of the last hour
    kConversion,     // percent of those who came in in the last hour that bought
};
inline constexpr std::size_t kMeasures = 14;

/// "people", "dwell_s", "camera_down_s", "entries", "sales", "queue_length", "queue_wait_s",
/// "queue_forecast", "watchlist", "camera_trouble_s", "unattended_s", "touches", "consult_wait_s",
/// "conversion".
[[nodiscard]] std::string_view to_text(Measure measure);
[[nodiscard]] std::optional<Measure> parse_measure(std::string_view text);

enum class Severity : std::uint8_t { kInfo, kWarning, kUrgent };

/// "info", "warning", "urgent".
[[nodiscard]] std::string_view to_text(Severity severity);
[[nodiscard]] std::optional<Severity> parse_severity(std::string_view text);

/// Hours of the day, by the shop's clock. Equal ends are the whole day; an end before its begin is past
/// midnight, and belongs to the day on which it began.
struct Hours {
    int from_minute = 0;  // of the day, 0 to 1439
    int to_minute = 0;
    std::uint8_t weekdays = 0x7F;  // bit 0 is Monday
    friend bool operator==(const Hours&, const Hours&) = default;
};

/// An instant by the shop's clock.
struct LocalTime {
    int weekday = 0;  // 0 is Monday
    int minute = 0;   // of the day
};
[[nodiscard]] bool includes(const Hours& hours, const LocalTime& local);

struct Rule {
    std::int64_t id = 0;
    std::string name;
    bool enabled = true;
    Measure measure = Measure::kPeople;
    std::string camera;  // empty: any
    std::string place;   // a zone, line or trouble; empty: any, each for itself
    bool above = true;   // the limit or more; false: the limit or less
    double limit = 1;
    std::chrono::seconds lasting{0};  // so long without a break
    Hours hours;
    Severity severity = Severity::kWarning;
    std::vector<std::int64_t> channels;      // that are told; the screen always is
    std::chrono::seconds again_after{300};   // not before, for the same place: one crowd is one alarm
    std::optional<Hours> quiet;              // then only the screen is told, unless it is urgent
    std::chrono::seconds escalate_after{0};  // without acknowledgement; 0: never
    std::vector<std::int64_t> escalate_to;
    friend bool operator==(const Rule&, const Rule&) = default;
};

/// A value of a measure at a moment, for one place.
struct Sample {
    Measure measure = Measure::kPeople;
    std::string camera;
    std::string place;
    double value = 0;
    UtcTime at;
};

}  // namespace vitrina::rules
