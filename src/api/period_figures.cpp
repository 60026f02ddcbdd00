#include "api/period_figures.h"

#include <algorithm>
#include <array>
#include <map>
#include <optional>
#include <set>
#include <utility>

#include <fmt/format.h>

#include "api/csv.h"

namespace vitrina::api {
namespace {

using report::DoorFigures;

constexpr int kWeeksBefore = 4;  // further back it was another season
constexpr int kDaysOfWeek = 7;
constexpr std::size_t kHoursOfDayMax = 30;
constexpr std::int64_t kGoodsReported = 10;

DoorFigures door_figures(const records::SalesCount& count) {
    return {static_cast<double>(count.entries),
            static_cast<double>(count.people),
            static_cast<double>(count.sales),
            static_cast<double>(count.returns),
            static_cast<double>(count.sales_minor - count.returns_minor),
            static_cast<double>(count.lines)};
}

double seconds_of(std::int64_t milliseconds) {
    return static_cast<double>(milliseconds) / 1000;
}

double median_of(std::vector<double> values) {
    const auto middle = values.begin() + static_cast<std::ptrdiff_t>(values.size() / 2);
    std::nth_element(values.begin(), middle, values.end());
    if (values.size() % 2 == 1) return *middle;
    return (*std::max_element(values.begin(), middle) + *middle) / 2;
}

/// Fills in one report.
class ReportFigures {
  public:
    ReportFigures(const PeriodSources& sources, report::PeriodReport& report)
        : sources_(sources), report_(report) {}

    Result<void> fill() {
        TRY(fill_days());
        TRY(report_.kind == report::PeriodKind::kDay ? fill_hours() : fill_pieces());
        TRY_ASSIGN(report_.total, count(report_.from, report_.until));
        TRY(fill_before());
        report_.by_entries = report_.total.entries > 0 ||
                             (report_.total.people == 0 && report_.before && report_.before->entries > 0);
        TRY_ASSIGN(report_.currency, sources_.buyers.currency(report_.from, report_.until));
        TRY(fill_zones());
        TRY(fill_queues());
        TRY(fill_goods());
        TRY(fill_alarms());
        return fill_dark();
    }

  private:
    [[nodiscard]] Result<DoorFigures> count(UtcTime from, UtcTime to) const {
        const std::array<UtcTime, 2> edges = {from, std::max(from, to)};
        TRY_ASSIGN(const auto counts, sources_.matches.sales(edges, sources_.joined));
        return door_figures(counts.front());
    }
    [[nodiscard]] UtcTime begin_of(std::chrono::sys_days day) const {
        return sources_.zone.begin_of_day(day);
    }
    [[nodiscard]] std::chrono::minutes clock_at(UtcTime instant) const {
        return std::chrono::minutes(sources_.zone.local(instant).minute);
    }

    /// Of each day of the period and of the weeks before it.
    Result<void> fill_days() {
        const auto first = report_.days.first - std::chrono::days(kWeeksBefore * kDaysOfWeek);
        std::vector<UtcTime> edges;
        for (auto day = first; day <= report_.days.end; day += std::chrono::days(1))
            edges.push_back(begin_of(day));
        TRY_ASSIGN(const auto counts, sources_.matches.sales(edges, sources_.joined));
        for (std::size_t i = 0; i < counts.size(); ++i)
            by_day_[first + std::chrono::days(i)] = door_figures(counts[i]);
        return {};
    }

    /// The same weekdays in the weeks before the period on which the shop was open and something was counted.
    [[nodiscard]] std::vector<std::chrono::sys_days> days_like(std::chrono::sys_days day) const {
        const auto weeks_in = (day - report_.days.first).count() / kDaysOfWeek;
        std::vector<std::chrono::sys_days> days;
        for (int week = 1; week <= kWeeksBefore; ++week) {
            const auto before = day - std::chrono::days((week + weeks_in) * kDaysOfWeek);
            const auto found = by_day_.find(before);
            if (found != by_day_.end() && found->second.has_any() && !sources_.hours.is_closed(before))
                days.push_back(before);
        }
        return days;
    }

    Result<void> fill_pieces() {
        for (auto day = report_.days.first; day < report_.days.end; day += std::chrono::days(1)) {
            report::PeriodPiece piece;
            piece.day = day;
            piece.from = begin_of(day);
            piece.to = begin_of(day + std::chrono::days(1));
            piece.of_day = clock_at(piece.from);
            piece.is_closed = sources_.hours.is_closed(day);
            piece.is_future = piece.from >= report_.until;
            piece.counted = by_day_[day];
            for (const auto before : days_like(day)) {
                if (piece.to <= report_.until || piece.is_future) {
                    piece.before.push_back(by_day_[before]);
                    continue;
                }
                const UtcTime begin = begin_of(before);
                TRY_ASSIGN(const DoorFigures part, count(begin, begin + (report_.until - piece.from)));
                piece.before.push_back(part);
            }
            report_.pieces.push_back(std::move(piece));
        }
        return {};
    }

    /// Begins of a day's hours, and its end.
    [[nodiscard]] std::vector<UtcTime> hours_of(std::chrono::sys_days day) const {
        const UtcTime from = begin_of(day);
        const UtcTime to = begin_of(day + std::chrono::days(1));
        std::vector<UtcTime> edges = sources_.zone.edges(Bucket::kHour, from, to, kHoursOfDayMax);
        if (edges.size() < 2) return {from, to};
        edges.front() = from;  // a day may begin amid an hour
        edges.back() = to;
        return edges;
    }

    Result<void> fill_hours() {
        const std::chrono::sys_days day = report_.days.first;
        const std::vector<UtcTime> edges = hours_of(day);
        TRY_ASSIGN(const auto counts, sources_.matches.sales(edges, sources_.joined));
        for (std::size_t i = 0; i + 1 < edges.size(); ++i) {
            report::PeriodPiece& piece = report_.pieces.emplace_back();
            piece.day = day;
            piece.from = edges[i];
            piece.to = edges[i + 1];
            piece.of_day = clock_at(piece.from);
            piece.is_closed = sources_.hours.is_closed(day);
            piece.is_future = piece.from >= report_.until;
            piece.counted = door_figures(counts[i]);
        }
        for (const auto before : days_like(day)) {
            TRY(add_hours_of(before));
            if (sources_.hours.is_closed(day)) continue;
            DoorFigures figures = by_day_[before];
            if (!report_.is_complete()) {
                const UtcTime begin = begin_of(before);
                TRY_ASSIGN(figures, count(begin, begin + (report_.until - report_.from)));
            }
            report_.days_like.push_back(figures);
        }
        return {};
    }

    /// What its hours were, to the pieces that show the same. An hour that a day didn't have, or had twice,
    /// is compared with what the others had.
    Result<void> add_hours_of(std::chrono::sys_days day) {
        const std::vector<UtcTime> edges = hours_of(day);
        TRY_ASSIGN(const auto counts, sources_.matches.sales(edges, sources_.joined));
        for (report::PeriodPiece& piece : report_.pieces) {
            for (std::size_t i = 0; i + 1 < edges.size(); ++i) {
                if (clock_at(edges[i]) != piece.of_day) continue;
                if (piece.to <= report_.until || piece.is_future) {
                    piece.before.push_back(door_figures(counts[i]));
                } else {
                    TRY_ASSIGN(const DoorFigures part,
                               count(edges[i], edges[i] + (report_.until - piece.from)));
                    piece.before.push_back(part);
                }
                break;
            }
        }
        return {};
    }

    /// As much of the period before as this one has.
    Result<void> fill_before() {
        report_.days_before = report::period_before(report_.kind, report_.days);
        const UtcTime begin = begin_of(report_.days_before.first);
        UtcTime end = begin_of(report_.days_before.end);
        if (!report_.is_complete()) {
            const auto today = sources_.zone.day_of(report_.until);
            const auto gone = today - report_.days.first;
            end =
                std::min(end, begin_of(report_.days_before.first + gone) + (report_.until - begin_of(today)));
        }
        TRY_ASSIGN(const DoorFigures figures, count(begin, end));
        if (figures.has_any()) report_.before = figures;
        return {};
    }

    Result<void> fill_zones() {
        const std::array<UtcTime, 2> edges = {report_.from, report_.until};
        TRY_ASSIGN(const auto counts,
                   sources_.facts.counts(edges, std::nullopt, records::People::kCustomers));
        TRY_ASSIGN(const auto buyers, sources_.matches.buyers(report_.from, report_.until));
        for (const records::ZoneCount& zone : counts.front().zones) {
            report::ZoneFigures& figures = report_.zones.emplace_back();
            figures.camera = zone.camera;
            figures.zone = zone.zone;
            figures.people = zone.people;
            figures.visits = zone.visits;
            if (zone.visits > 0) figures.dwell_median_s = seconds_of(zone.dwell_ms_median);
            const auto found =
                std::find_if(buyers.begin(), buyers.end(), [&](const records::ZoneBuyers& one) {
                    return one.camera == zone.camera && one.zone == zone.zone;
                });
            if (found == buyers.end()) continue;
            figures.buyers = found->buyers;
            figures.sales_minor = found->sales_minor;
        }
        std::stable_sort(
            report_.zones.begin(), report_.zones.end(),
            [](const report::ZoneFigures& a, const report::ZoneFigures& b) { return a.people > b.people; });
        return {};
    }

    Result<void> fill_queues() {
        const std::array<UtcTime, 2> edges = {report_.from, report_.until};
        TRY_ASSIGN(const auto counts, sources_.facts.queues(edges, sources_.now, std::nullopt));
        for (const records::QueueCount& queue : counts) {
            report::QueueFigures& figures = report_.queues.emplace_back();
            figures.camera = queue.camera;
            figures.queue = queue.queue;
            figures.longest = queue.longest;
            figures.served = queue.served;
            figures.abandoned = queue.abandoned;
            if (queue.served == 0) continue;
            figures.wait_median_s = seconds_of(queue.wait_ms_median);
            figures.wait_p90_s = seconds_of(queue.wait_ms_p90);
        }
        return {};
    }

    Result<void> fill_goods() {
        TRY_ASSIGN(const records::Baskets baskets,
                   sources_.matches.baskets(report_.from, report_.until, kGoodsReported));
        for (const records::GoodsCount& one : baskets.goods)
            report_.goods.push_back({one.sku, one.name, one.receipts,
                                     static_cast<double>(one.quantity_thousandths) / 1000, one.amount_minor});
        return {};
    }

    Result<void> fill_alarms() {
        std::map<std::string, report::AlarmFigures> by_rule;
        std::map<std::string, std::vector<double>> answers;
        std::set<std::int64_t> seen;
        records::AlarmFilter filter;
        filter.from = report_.from;
        filter.to = report_.until;
        filter.limit = records::kAlarmsAtOnceMax;
        for (bool goes_on = true; goes_on;) {
            TRY_ASSIGN(const auto alarms, sources_.alarms.alarms(filter));
            goes_on = false;
            for (const records::AlarmRecord& alarm : alarms) {
                if (!seen.insert(alarm.id).second) continue;
                goes_on = static_cast<std::int64_t>(alarms.size()) == filter.limit;
                filter.to = alarm.raised + std::chrono::milliseconds(1);  // older ones, from this instant on
                report::AlarmFigures& figures = by_rule[alarm.rule_name];
                ++figures.raised;
                if (!alarm.acknowledged) continue;
                ++figures.acknowledged;
                answers[alarm.rule_name].push_back(seconds_of((*alarm.acknowledged - alarm.raised).count()));
            }
        }
        for (auto& [rule, figures] : by_rule) {
            figures.rule = rule;
            if (const auto found = answers.find(rule); found != answers.end())
                figures.answered_median_s = median_of(found->second);
            report_.alarms.push_back(figures);
        }
        return {};
    }

    Result<void> fill_dark() {
        TRY_ASSIGN(const auto outages, sources_.shop_records.outages(report_.from, report_.until));
        std::map<std::string, double> dark;
        for (const records::Outage& outage : outages) {
            const UtcTime begin = std::max(outage.begin, report_.from);
            const UtcTime end = std::min(outage.end.value_or(report_.until), report_.until);
            if (end > begin) dark[outage.camera] += seconds_of((end - begin).count());
        }
        for (const auto& [camera, dark_s] : dark)
            report_.dark.push_back({camera, dark_s});
        return {};
    }

    const PeriodSources& sources_;
    report::PeriodReport& report_;
    std::map<std::chrono::sys_days, DoorFigures> by_day_;
};

/// "2026-11-23 12:00" by the shop's clock.
std::string local_text(const ShopZone& zone, UtcTime instant) {
    const std::chrono::minutes of_day(zone.local(instant).minute);
    // What the clock shows before the day begins is called by the next date.
    const auto date = zone.day_of(instant) + std::chrono::days(of_day < zone.day_begins() ? 1 : 0);
    return fmt::format("{} {:02}:{:02}", day_text(date), of_day.count() / 60, of_day.count() % 60);
}

}  // namespace

Result<report::PeriodReport> period_report(const PeriodSources& sources, report::PeriodKind kind,
                                           std::chrono::sys_days day) {
    report::PeriodReport report;
    report.shop = sources.shop;
    report.time_zone = sources.time_zone;
    report.is_simulated = sources.is_simulated;
    report.kind = kind;
    report.days = report::period_around(kind, day);
    report.from = sources.zone.begin_of_day(report.days.first);
    report.to = sources.zone.begin_of_day(report.days.end);
    report.made = sources.now;
    report.made_local = local_text(sources.zone, sources.now);
    if (report.from >= sources.now)
        return misconfigured(fmt::format("nothing is known of {} yet: it has not begun", name_of(report)));
    report.until = std::min(report.to, sources.now);
    TRY(ReportFigures(sources, report).fill());
    return report;
}

std::vector<std::string> joined_by(const Plan& plan) {
    std::vector<std::string> cameras;
    for (const PlacedCamera& camera : plan.cameras)
        if (camera.calibration) cameras.push_back(camera.camera);
    return cameras;
}

std::string csv_of(const report::PeriodReport& report) {
    std::string text = kUtf8Mark;
    for (const std::vector<std::string>& row : report::to_rows(report))
        text += csv_line(row);
    return text;
}

}  // namespace vitrina::api
