// What a day, a week or a month of a shop was: figures that others counted, beside those of the period before
// and of the same weekdays. Plain values and pure functions; any thread.
#pragma once

#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <nlohmann/json_fwd.hpp>

#include "base/time.h"

namespace vitrina::report {

enum class PeriodKind : std::uint8_t { kDay, kWeek, kMonth };
inline constexpr std::array kPeriodKinds = {PeriodKind::kDay, PeriodKind::kWeek, PeriodKind::kMonth};
/// "day", "week", "month".
[[nodiscard]] std::string_view to_text(PeriodKind kind);
[[nodiscard]] std::optional<PeriodKind> parse_period_kind(std::string_view text);

/// Days of the calendar: [first, end).
struct PeriodDays {
    std::chrono::sys_days first;
    std::chrono::sys_days end;

    bool operator==(const PeriodDays&) const = default;
};
/// The day, the week from Monday or the month that has the day in it.
[[nodiscard]] PeriodDays period_around(PeriodKind kind, std::chrono::sys_days day);
/// That before it.
[[nodiscard]] PeriodDays period_before(PeriodKind kind, const PeriodDays& period);

/// What was counted in a span of time. Sums, so that means of several such have the same fields.
struct DoorFigures {
    double entries = 0;
    double people = 0;  // different ones who were seen; numbered anew each day
    double sales = 0;   // receipts
    double returns = 0;
    double sales_minor = 0;  // less what was given back
    double lines = 0;        // of sales

    /// Whether anything was counted: of a day with nothing nobody knows whether nobody came or nobody looked.
    [[nodiscard]] bool has_any() const { return entries > 0 || people > 0 || sales > 0 || returns > 0; }
    DoorFigures& operator+=(const DoorFigures& other);
    [[nodiscard]] DoorFigures operator/(double count) const;
    bool operator==(const DoorFigures&) const = default;
};

/// Mean of the same hours of the same weekday; nothing where there is none to compare with. A day on which
/// nothing was counted, or the shop was closed, is left out by whoever fills in `before`.
struct Usual {
    DoorFigures mean;
    std::size_t days = 0;  // of which it is the mean
};
[[nodiscard]] std::optional<Usual> usual_of(const std::vector<DoorFigures>& before);

/// An hour of a day, or a day of a longer period.
struct PeriodPiece {
    UtcTime from;
    UtcTime to;
    std::chrono::sys_days day;       // that its shop's day is called by
    std::chrono::minutes of_day{0};  // what the shop's clock shows when it begins
    DoorFigures counted;
    std::vector<DoorFigures> before;  // the same hours of the same weekday, in the weeks before the period
    bool is_closed = false;           // a holiday, or a weekday on which the shop stays closed
    bool is_future = false;           // nothing can be known of it yet
};

struct ZoneFigures {
    std::string camera;
    std::string zone;
    std::int64_t people = 0;
    std::int64_t visits = 0;
    std::optional<double> dwell_median_s;
    std::int64_t buyers = 0;
    std::int64_t sales_minor = 0;
};

struct QueueFigures {
    std::string camera;
    std::string queue;
    int longest = 0;
    std::int64_t served = 0;
    std::int64_t abandoned = 0;
    std::optional<double> wait_median_s;  // of those who were served
    std::optional<double> wait_p90_s;
};

struct GoodsFigures {
    std::string sku;
    std::string name;
    std::int64_t receipts = 0;
    double quantity = 0;
    std::int64_t amount_minor = 0;
};

struct AlarmFigures {
    std::string rule;
    std::int64_t raised = 0;
    std::int64_t acknowledged = 0;
    std::optional<double> answered_median_s;  // until somebody acknowledged it
};

/// How long a camera gave no picture; of the program itself the camera is empty.
struct DarkFigures {
    std::string camera;
    double dark_s = 0;
};

struct PeriodReport {
    std::string shop;
    std::string time_zone;
    bool is_simulated = false;
    PeriodKind kind = PeriodKind::kDay;
    PeriodDays days;
    UtcTime from;
    UtcTime to;
    UtcTime until;  // what is counted ends here: `to`, or earlier while the period goes on
    UtcTime made;
    std::string made_local;   // the same by the shop's clock, to be read
    bool by_entries = false;  // visitors are entries; people who were seen where no line counts any
    std::string currency;     // empty where receipts don't say

    DoorFigures total;
    PeriodDays days_before;
    std::optional<DoorFigures> before;  // as much of the period before; nothing where nothing is known of it
    std::vector<PeriodPiece> pieces;
    /// Of a single day, as much of each day like it: different people of its hours don't add up to those of
    /// it.
    std::vector<DoorFigures> days_like;
    std::vector<ZoneFigures> zones;
    std::vector<QueueFigures> queues;
    std::vector<GoodsFigures> goods;
    std::vector<AlarmFigures> alarms;
    std::vector<DarkFigures> dark;

    [[nodiscard]] bool is_complete() const { return until >= to; }
    [[nodiscard]] double visitors(const DoorFigures& figures) const {
        return by_entries ? figures.entries : figures.people;
    }
    /// What was to be expected of the pieces that are over: the sum of their usual figures. Nothing where one
    /// of those on which the shop was open has none: a part would be taken for the whole.
    [[nodiscard]] std::optional<Usual> usual() const;
};

/// In hundredths of the currency, as receipts have it: docs/reports.md explains each field. Instants are
/// RFC 3339 in UTC.
[[nodiscard]] nlohmann::ordered_json to_json(const PeriodReport& report);

/// One row for each figure, with what it is compared to; the first is the head.
[[nodiscard]] std::vector<std::vector<std::string>> to_rows(const PeriodReport& report);

/// "2026-11-23", "2026-W48", "2026-11": names of files and subjects of messages.
[[nodiscard]] std::string name_of(const PeriodReport& report);

}  // namespace vitrina::report
