#include "report/period_report.h"

#include <algorithm>
#include <cmath>
#include <utility>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "base/interval.h"
#include "domain/shop_hours.h"

namespace vitrina::report {
namespace {

using PeriodJson = nlohmann::ordered_json;

std::string instant_text(UtcTime instant) {
    const auto day = std::chrono::floor<std::chrono::days>(instant);
    const std::chrono::hh_mm_ss time(instant - day);
    return fmt::format("{}T{:02}:{:02}:{:02}.{:03}Z", day_text(day), time.hours().count(),
                       time.minutes().count(), time.seconds().count(), time.subseconds().count());
}

/// Counts are whole, means have three digits behind the point.
PeriodJson number_json(double value) {
    const double rounded = std::round(value * 1000) / 1000;
    if (std::abs(rounded) < 1e15 && rounded == std::floor(rounded)) return static_cast<std::int64_t>(rounded);
    return rounded;
}

PeriodJson optional_json(const std::optional<double>& value) {
    return value ? number_json(*value) : PeriodJson();
}

/// More receipts than visitors: the line at the door misses some, so nothing is known.
std::optional<ShareInterval> conversion_of(const PeriodReport& report, const DoorFigures& figures) {
    const double visitors = report.visitors(figures);
    if (visitors <= 0 || figures.sales > visitors) return std::nullopt;
    return wilson95(figures.sales, visitors);
}

PeriodJson figures_json(const PeriodReport& report, const DoorFigures& figures) {
    PeriodJson conversion;
    if (const auto share = conversion_of(report, figures))
        conversion = {{"share", share->share}, {"low", share->low}, {"high", share->high}};
    const bool has_sales = figures.sales > 0;
    return {{"visitors", number_json(report.visitors(figures))},
            {"sales", number_json(figures.sales)},
            {"returns", number_json(figures.returns)},
            {"sales_minor", number_json(figures.sales_minor)},
            {"basket_minor", has_sales ? number_json(figures.sales_minor / figures.sales) : PeriodJson()},
            {"lines_per_sale", has_sales ? number_json(figures.lines / figures.sales) : PeriodJson()},
            {"conversion", std::move(conversion)}};
}

PeriodJson usual_json(const PeriodReport& report, const std::optional<Usual>& usual) {
    if (!usual) return {};
    PeriodJson json = figures_json(report, usual->mean);
    // Means of days: how sure they are doesn't follow from their size.
    if (PeriodJson& share = json["conversion"]; share.is_object()) share = share["share"];
    json["days"] = usual->days;
    return json;
}

PeriodJson piece_json(const PeriodReport& report, const PeriodPiece& piece) {
    return {{"from", instant_text(piece.from)},
            {"to", instant_text(piece.to)},
            {"day", day_text(piece.day)},
            {"time", fmt::format("{:02}:{:02}", piece.of_day.count() / 60, piece.of_day.count() % 60)},
            {"closed", piece.is_closed},
            {"figures", piece.is_future ? PeriodJson() : figures_json(report, piece.counted)},
            {"usual", usual_json(report, usual_of(piece.before))}};
}

PeriodJson tables_json(const PeriodReport& report) {
    PeriodJson zones = PeriodJson::array();
    for (const ZoneFigures& zone : report.zones)
        zones.push_back({{"camera", zone.camera},
                         {"zone", zone.zone},
                         {"people", zone.people},
                         {"visits", zone.visits},
                         {"dwell_median_s", optional_json(zone.dwell_median_s)},
                         {"buyers", zone.buyers},
                         {"sales_minor", zone.sales_minor}});
    PeriodJson queues = PeriodJson::array();
    for (const QueueFigures& queue : report.queues)
        queues.push_back({{"camera", queue.camera},
                          {"queue", queue.queue},
                          {"longest", queue.longest},
                          {"served", queue.served},
                          {"abandoned", queue.abandoned},
                          {"wait_median_s", optional_json(queue.wait_median_s)},
                          {"wait_p90_s", optional_json(queue.wait_p90_s)}});
    PeriodJson goods = PeriodJson::array();
    for (const GoodsFigures& one : report.goods)
        goods.push_back({{"sku", one.sku},
                         {"name", one.name},
                         {"receipts", one.receipts},
                         {"quantity", number_json(one.quantity)},
                         {"amount_minor", one.amount_minor}});
    PeriodJson alarms = PeriodJson::array();
    for (const AlarmFigures& alarm : report.alarms)
        alarms.push_back({{"rule", alarm.rule},
                          {"raised", alarm.raised},
                          {"acknowledged", alarm.acknowledged},
                          {"answered_median_s", optional_json(alarm.answered_median_s)}});
    PeriodJson dark = PeriodJson::array();
    for (const DarkFigures& one : report.dark)
        dark.push_back({{"camera", one.camera}, {"dark_s", number_json(one.dark_s)}});
    return {{"zones", std::move(zones)},
            {"queues", std::move(queues)},
            {"goods", std::move(goods)},
            {"alarms", std::move(alarms)},
            {"dark", std::move(dark)}};
}

/// One figure under its name, for tables.
using NamedFigure = std::pair<const char*, std::string>;

std::string cell_of(double value) {
    return number_json(value).dump();
}

std::vector<NamedFigure> named_figures(const PeriodReport& report, const DoorFigures& figures) {
    const auto conversion = conversion_of(report, figures);
    return {{"visitors", cell_of(report.visitors(figures))},
            {"sales", cell_of(figures.sales)},
            {"returns", cell_of(figures.returns)},
            {"sales_minor", cell_of(figures.sales_minor)},
            {"basket_minor", figures.sales > 0 ? cell_of(figures.sales_minor / figures.sales) : ""},
            {"conversion", conversion ? cell_of(conversion->share) : ""}};
}

/// Rows of a table whose figures are compared with nothing.
class PlainRows {
  public:
    PlainRows(std::vector<std::vector<std::string>>& rows, const char* section)
        : rows_(rows), section_(section) {}
    void add(const std::string& place, const std::string& name, const char* figure, std::string value) const {
        rows_.push_back({section_, place, name, figure, std::move(value), "", ""});
    }
    void add(const std::string& place, const std::string& name, const char* figure,
             const std::optional<double>& value) const {
        add(place, name, figure, value ? cell_of(*value) : std::string());
    }

  private:
    std::vector<std::vector<std::string>>& rows_;
    const char* section_;
};

void add_tables(std::vector<std::vector<std::string>>& rows, const PeriodReport& report) {
    const PlainRows zones(rows, "zone");
    for (const ZoneFigures& zone : report.zones) {
        zones.add(zone.camera, zone.zone, "people", std::to_string(zone.people));
        zones.add(zone.camera, zone.zone, "visits", std::to_string(zone.visits));
        zones.add(zone.camera, zone.zone, "dwell_median_s", zone.dwell_median_s);
        zones.add(zone.camera, zone.zone, "buyers", std::to_string(zone.buyers));
        zones.add(zone.camera, zone.zone, "sales_minor", std::to_string(zone.sales_minor));
    }
    const PlainRows queues(rows, "queue");
    for (const QueueFigures& queue : report.queues) {
        queues.add(queue.camera, queue.queue, "longest", std::to_string(queue.longest));
        queues.add(queue.camera, queue.queue, "served", std::to_string(queue.served));
        queues.add(queue.camera, queue.queue, "abandoned", std::to_string(queue.abandoned));
        queues.add(queue.camera, queue.queue, "wait_median_s", queue.wait_median_s);
        queues.add(queue.camera, queue.queue, "wait_p90_s", queue.wait_p90_s);
    }
    const PlainRows goods(rows, "goods");
    for (const GoodsFigures& one : report.goods) {
        goods.add(one.sku, one.name, "receipts", std::to_string(one.receipts));
        goods.add(one.sku, one.name, "quantity", one.quantity);
        goods.add(one.sku, one.name, "amount_minor", std::to_string(one.amount_minor));
    }
    const PlainRows alarms(rows, "alarm");
    for (const AlarmFigures& alarm : report.alarms) {
        alarms.add("", alarm.rule, "raised", std::to_string(alarm.raised));
        alarms.add("", alarm.rule, "acknowledged", std::to_string(alarm.acknowledged));
        alarms.add("", alarm.rule, "answered_median_s", alarm.answered_median_s);
    }
    const PlainRows dark(rows, "dark");
    for (const DarkFigures& one : report.dark)
        dark.add(one.camera, "", "dark_s", one.dark_s);
}

}  // namespace

std::string_view to_text(PeriodKind kind) {
    constexpr std::array<std::string_view, kPeriodKinds.size()> kNames = {"day", "week", "month"};
    return kNames.at(static_cast<std::size_t>(kind));
}

std::optional<PeriodKind> parse_period_kind(std::string_view text) {
    const auto* const found = std::find_if(kPeriodKinds.begin(), kPeriodKinds.end(),
                                           [&](PeriodKind kind) { return to_text(kind) == text; });
    return found == kPeriodKinds.end() ? std::nullopt : std::optional(*found);
}

PeriodDays period_around(PeriodKind kind, std::chrono::sys_days day) {
    if (kind == PeriodKind::kDay) return {day, day + std::chrono::days(1)};
    if (kind == PeriodKind::kWeek) {
        const std::chrono::sys_days monday = day - std::chrono::days(weekday_of(day));
        return {monday, monday + std::chrono::days(7)};
    }
    const std::chrono::year_month_day date(day);
    const std::chrono::year_month month = date.year() / date.month();
    return {std::chrono::sys_days(month / 1), std::chrono::sys_days((month + std::chrono::months(1)) / 1)};
}

PeriodDays period_before(PeriodKind kind, const PeriodDays& period) {
    return period_around(kind, period.first - std::chrono::days(1));
}

DoorFigures& DoorFigures::operator+=(const DoorFigures& other) {
    entries += other.entries;
    people += other.people;
    sales += other.sales;
    returns += other.returns;
    sales_minor += other.sales_minor;
    lines += other.lines;
    return *this;
}

DoorFigures DoorFigures::operator/(double count) const {
    return {entries / count, people / count,      sales / count,
            returns / count, sales_minor / count, lines / count};
}

std::optional<Usual> usual_of(const std::vector<DoorFigures>& before) {
    if (before.empty()) return std::nullopt;
    DoorFigures sum;
    for (const DoorFigures& one : before)
        sum += one;
    return Usual{sum / static_cast<double>(before.size()), before.size()};
}

std::optional<Usual> PeriodReport::usual() const {
    if (!days_like.empty()) return usual_of(days_like);
    Usual sum;
    for (const PeriodPiece& piece : pieces) {
        if (piece.is_closed || piece.is_future) continue;
        const auto usual = usual_of(piece.before);
        if (!usual) return std::nullopt;
        sum.mean += usual->mean;
        sum.days = sum.days == 0 ? usual->days : std::min(sum.days, usual->days);
    }
    return sum.days == 0 ? std::nullopt : std::optional(sum);
}

nlohmann::ordered_json to_json(const PeriodReport& report) {
    PeriodJson pieces = PeriodJson::array();
    for (const PeriodPiece& piece : report.pieces)
        pieces.push_back(piece_json(report, piece));
    PeriodJson json = {{"shop", report.shop},
                       {"period", to_text(report.kind)},
                       {"name", name_of(report)},
                       {"time_zone", report.time_zone},
                       {"first_day", day_text(report.days.first)},
                       {"last_day", day_text(report.days.end - std::chrono::days(1))},
                       {"from", instant_text(report.from)},
                       {"to", instant_text(report.to)},
                       {"until", instant_text(report.until)},
                       {"complete", report.is_complete()},
                       {"made", instant_text(report.made)},
                       {"visitors_are", report.by_entries ? "entries" : "people"},
                       {"currency", report.currency},
                       {"total", figures_json(report, report.total)},
                       {"before_first_day", day_text(report.days_before.first)},
                       {"before", report.before ? figures_json(report, *report.before) : PeriodJson()},
                       {"usual", usual_json(report, report.usual())},
                       {"pieces", std::move(pieces)}};
    json.update(tables_json(report));
    return json;
}

std::vector<std::vector<std::string>> to_rows(const PeriodReport& report) {
    std::vector<std::vector<std::string>> rows = {
        {"section", "place", "name", "figure", "value", "before", "usual"}};
    const auto add = [&](const char* section, const std::string& name, const DoorFigures& figures,
                         const std::optional<DoorFigures>& before, const std::optional<Usual>& usual) {
        const auto values = named_figures(report, figures);
        const auto earlier = named_figures(report, before.value_or(DoorFigures()));
        const auto expected = named_figures(report, usual ? usual->mean : DoorFigures());
        for (std::size_t i = 0; i < values.size(); ++i)
            rows.push_back({section, report.is_simulated ? "simulated" : "", name, values[i].first,
                            values[i].second, before ? earlier[i].second : "",
                            usual ? expected[i].second : ""});
    };
    add("total", name_of(report), report.total, report.before, report.usual());
    for (const PeriodPiece& piece : report.pieces)
        if (!piece.is_future)
            add(report.kind == PeriodKind::kDay ? "hour" : "day", instant_text(piece.from), piece.counted,
                std::nullopt, usual_of(piece.before));
    add_tables(rows, report);
    return rows;
}

std::string name_of(const PeriodReport& report) {
    if (report.kind == PeriodKind::kDay) return day_text(report.days.first);
    if (report.kind == PeriodKind::kMonth) return day_text(report.days.first).substr(0, 7);
    // The year of ISO 8601 is that of the week's Thursday.
    const std::chrono::sys_days thursday = report.days.first + std::chrono::days(3);
    const std::chrono::year year = std::chrono::year_month_day(thursday).year();
    const auto days = thursday - std::chrono::sys_days(year / std::chrono::January / 1);
    return fmt::format("{:04}-W{:02}", static_cast<int>(year), days.count() / 7 + 1);
}

}  // namespace vitrina::report
