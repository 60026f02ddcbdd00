#include "report/period_page.h"

#include <algorithm>
#include <cmath>
#include <initializer_list>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "base/interval.h"
#include "domain/shop_hours.h"
#include "report/period_words.h"

namespace vitrina::report {
namespace {

// {{NAME}} is replaced. Printed on A4; the policy keeps it from reading anything, whoever opens it.
constexpr const char* kPage = R"html(<!DOCTYPE html>
<html lang="{{language}}">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{{title}}</title>
<style>
@page { size: A4; margin: 14mm; }
* { box-sizing: border-box; }
body { margin: 0 auto; padding: 16px; max-width: 800px; font: 14px/1.45 "Liberation Sans", "DejaVu Sans", Arial, sans-serif; color: #1a1a1a; background: #fff; -webkit-print-color-adjust: exact; print-color-adjust: exact; }
h1 { font-size: 22px; margin: 0 0 2px; }
h2 { font-size: 16px; margin: 24px 0 6px; break-after: avoid; }
p { margin: 4px 0; }
.soft { color: #5c5c5c; }
.simulated { background: #7a3b00; color: #fff; font-weight: bold; padding: 8px 12px; margin-bottom: 12px; }
.mark { display: none; }
@media print { .mark { display: block; position: fixed; bottom: 0; right: 0; color: #7a3b00; font-weight: bold; } }
.figures { display: flex; flex-wrap: wrap; gap: 10px; margin-top: 12px; }
.figure { border: 1px solid #d0d0d0; border-radius: 6px; padding: 8px 12px; min-width: 138px; flex: 1; break-inside: avoid; }
.figure b { display: block; font-size: 22px; }
.figure .soft { font-size: 12px; }
table { border-collapse: collapse; width: 100%; font-size: 13px; }
th, td { padding: 3px 6px; border-bottom: 1px solid #e3e3e3; text-align: right; }
th:first-child, td:first-child { text-align: left; }
th { color: #5c5c5c; font-weight: normal; }
tr { break-inside: avoid; }
svg { width: 100%; height: auto; break-inside: avoid; }
footer { margin-top: 24px; font-size: 12px; }
</style>
</head>
<body>
{{simulated}}<header><h1>{{shop}}</h1><p>{{period}}</p>{{so_far}}</header>
<main>
<section class="figures">{{figures}}</section>
{{sections}}</main>
<footer class="soft"><p>{{method}}</p><p>{{made}} · Vitrina</p></footer>
</body>
</html>
)html";

std::string escaped_text(std::string_view text) {
    std::string result;
    for (const char c : text) {
        switch (c) {
            case '&':
                result += "&amp;";
                break;
            case '<':
                result += "&lt;";
                break;
            case '>':
                result += "&gt;";
                break;
            case '"':
                result += "&quot;";
                break;
            default:
                result += c;
        }
    }
    return result;
}

/// What is put in is not looked at again, so that a shop's name may have braces in it.
std::string filled_in(std::string_view page,
                      std::initializer_list<std::pair<std::string_view, std::string>> values) {
    std::string result;
    while (true) {
        const std::size_t begin = page.find("{{");
        result += page.substr(0, begin);
        if (begin == std::string_view::npos) return result;
        const std::size_t end = page.find("}}", begin);
        const std::string_view name = page.substr(begin + 2, end - begin - 2);
        for (const auto& [known, value] : values)
            if (known == name) result += value;
        page.remove_prefix(end + 2);
    }
}

/// Numbers, dates and lengths of time as they are read in a language.
class Speaker {
  public:
    explicit Speaker(PageLanguage language)
        : words_(language == PageLanguage::kRussian ? kRussianWords : kEnglishWords) {}
    [[nodiscard]] const PeriodWords& words() const { return words_; }

    [[nodiscard]] std::string number(double value, int decimals = 0) const {
        const std::string plain = fmt::format("{:.{}f}", std::abs(value), decimals);
        const std::size_t point = std::min(plain.find('.'), plain.size());
        std::string result;
        for (std::size_t i = 0; i < point; ++i) {
            if (i > 0 && (point - i) % 3 == 0) result += words_.thousands;
            result += plain[i];
        }
        if (point < plain.size()) result += words_.decimal_point + plain.substr(point + 1);
        const bool is_zero = result.find_first_of("123456789") == std::string::npos;
        return value < 0 && !is_zero ? "−" + result : result;
    }
    [[nodiscard]] std::string percent(double share, int decimals = 1) const {
        return number(100 * share, decimals) + " %";
    }
    [[nodiscard]] std::string money(double minor, const std::string& currency, int decimals = 0) const {
        constexpr double kMinorOfOne = 100;
        return number(minor / kMinorOfOne, decimals) + (currency.empty() ? "" : " " + currency);
    }
    /// How much more it is than the other; empty where that is nothing.
    [[nodiscard]] std::string change(double value, double other) const {
        if (other <= 0) return "";
        const double share = value / other - 1;
        return (share >= 0.0005 ? "+" : "") + percent(share);
    }
    /// "3:25", "1:02:05".
    [[nodiscard]] static std::string length(double seconds) {
        const auto whole = static_cast<std::int64_t>(std::llround(seconds));
        if (whole < 3600) return fmt::format("{}:{:02}", whole / 60, whole % 60);
        return fmt::format("{}:{:02}:{:02}", whole / 3600, whole / 60 % 60, whole % 60);
    }
    [[nodiscard]] static std::string length(const std::optional<double>& seconds) {
        return seconds ? length(*seconds) : "–";
    }
    [[nodiscard]] std::string date(std::chrono::sys_days day) const {
        const std::chrono::year_month_day of(day);
        return fmt::format("{} {} {}", static_cast<unsigned>(of.day()),
                           words_.months.at(static_cast<unsigned>(of.month()) - 1),
                           static_cast<int>(of.year()));
    }
    [[nodiscard]] const char* weekday(std::chrono::sys_days day) const {
        return words_.weekdays.at(weekday_of(day));
    }
    [[nodiscard]] std::string period(const PeriodReport& report) const {
        const std::chrono::sys_days first = report.days.first;
        if (report.kind == PeriodKind::kDay) return fmt::format("{}, {}", date(first), weekday(first));
        if (report.kind == PeriodKind::kWeek)
            return fmt::format("{} {} – {}", words_.week, date(first),
                               date(report.days.end - std::chrono::days(1)));
        const std::chrono::year_month_day of(first);
        return fmt::format("{} {}", words_.month_titles.at(static_cast<unsigned>(of.month()) - 1),
                           static_cast<int>(of.year()));
    }

  private:
    const PeriodWords& words_;
};

/// A figure with its two comparisons.
struct Told {
    const char* name;
    std::string value;
    std::string note;
    std::string to_before;
    std::string to_usual;
};

std::vector<Told> told_of(const PeriodReport& report, const Speaker& speak) {
    const PeriodWords& words = speak.words();
    const DoorFigures& total = report.total;
    const auto usual = report.usual();
    const auto told = [&](const char* name, std::string value, const auto& of) {
        Told one{name, std::move(value), "", "", ""};
        if (report.before) one.to_before = speak.change(of(total), of(*report.before));
        if (usual) one.to_usual = speak.change(of(total), of(usual->mean));
        return one;
    };
    const auto basket = [](const DoorFigures& it) { return it.sales > 0 ? it.sales_minor / it.sales : 0; };
    std::vector<Told> all;
    all.push_back(told(report.by_entries ? words.entries : words.people, speak.number(report.visitors(total)),
                       [&](const DoorFigures& it) { return report.visitors(it); }));
    all.push_back(
        told(words.sales, speak.number(total.sales), [](const DoorFigures& it) { return it.sales; }));
    all.push_back(told(words.turnover, speak.money(total.sales_minor, report.currency),
                       [](const DoorFigures& it) { return it.sales_minor; }));
    all.push_back(told(words.basket,
                       total.sales > 0 ? speak.money(basket(total), report.currency, 2) : std::string("–"),
                       basket));
    const double visitors = report.visitors(total);
    if (visitors <= 0 || total.sales > visitors) {
        all.push_back({words.conversion, "–", visitors > 0 ? words.conversion_unknown : "", "", ""});
        return all;
    }
    const ShareInterval share = wilson95(total.sales, visitors);
    Told conversion = told(words.conversion, speak.percent(share.share), [&](const DoorFigures& it) {
        const double of = report.visitors(it);
        return of > 0 && it.sales <= of ? it.sales / of : 0;
    });
    conversion.note = fmt::format("{} – {}", speak.percent(share.low), speak.percent(share.high));
    all.push_back(std::move(conversion));
    return all;
}

std::string figures_html(const PeriodReport& report, const Speaker& speak) {
    const PeriodWords& words = speak.words();
    std::string html;
    for (const Told& one : told_of(report, speak)) {
        html += fmt::format("<div class=\"figure\"><span class=\"soft\">{}</span><b>{}</b>", one.name,
                            escaped_text(one.value));
        if (!one.note.empty()) html += fmt::format("<div class=\"soft\">{}</div>", escaped_text(one.note));
        if (!one.to_before.empty())
            html += fmt::format("<div>{} <span class=\"soft\">{}</span></div>", one.to_before,
                                words.against_before);
        if (!one.to_usual.empty())
            html += fmt::format("<div>{} <span class=\"soft\">{}</span></div>", one.to_usual,
                                words.against_usual);
        if (one.to_before.empty() && one.to_usual.empty())
            html += fmt::format("<div class=\"soft\">{}</div>", words.nothing_to_compare);
        html += "</div>";
    }
    return html;
}

std::string time_text(std::chrono::minutes of_day) {
    return fmt::format("{:02}:{:02}", of_day.count() / 60, of_day.count() % 60);
}

/// Bars of what was counted; a line over each where it usually ends.
std::string chart_of(const PeriodReport& report, const Speaker& speak) {
    constexpr double kWidth = 760;
    constexpr double kHeight = 170;
    constexpr double kLeft = 44;
    constexpr double kBelow = 20;
    double most = 1;
    for (const PeriodPiece& piece : report.pieces) {
        most = std::max(most, report.visitors(piece.counted));
        if (const auto usual = usual_of(piece.before)) most = std::max(most, report.visitors(usual->mean));
    }
    const auto height_of = [&](double visitors) { return (kHeight - kBelow - 10) * visitors / most; };
    const double step =
        (kWidth - kLeft) / static_cast<double>(std::max<std::size_t>(1, report.pieces.size()));
    const double floor = kHeight - kBelow;
    std::string svg = fmt::format(
        "<svg viewBox=\"0 0 {} {}\" role=\"img\" font-size=\"11\" fill=\"#5c5c5c\"><text x=\"{}\" y=\"16\" "
        "text-anchor=\"end\">{}</text><text x=\"{}\" y=\"{}\" text-anchor=\"end\">0</text>",
        kWidth, kHeight, kLeft - 6, speak.number(std::ceil(most)), kLeft - 6, floor);
    const std::size_t labelled = report.pieces.size() > 16 ? 3 : 1;
    for (std::size_t i = 0; i < report.pieces.size(); ++i) {
        const PeriodPiece& piece = report.pieces[i];
        const double x = kLeft + static_cast<double>(i) * step;
        const double height = piece.is_future ? 0 : height_of(report.visitors(piece.counted));
        svg += fmt::format(
            "<rect x=\"{:.1f}\" y=\"{:.1f}\" width=\"{:.1f}\" height=\"{:.1f}\" fill=\"#2b6cb0\"/>",
            x + 0.15 * step, floor - height, 0.7 * step, height);
        if (const auto usual = usual_of(piece.before)) {
            const double y = floor - height_of(report.visitors(usual->mean));
            svg += fmt::format("<path d=\"M{:.1f} {:.1f}h{:.1f}\" stroke=\"#c05621\" stroke-width=\"2\"/>",
                               x + 0.05 * step, y, 0.9 * step);
        }
        if (i % labelled != 0) continue;
        const std::string label =
            report.kind == PeriodKind::kDay
                ? time_text(piece.of_day)
                : fmt::format("{}", static_cast<unsigned>(std::chrono::year_month_day(piece.day).day()));
        svg += fmt::format("<text x=\"{:.1f}\" y=\"{}\" text-anchor=\"middle\">{}</text>", x + step / 2,
                           kHeight - 5, label);
    }
    return svg + fmt::format("<path d=\"M{} {}H{}\" stroke=\"#9a9a9a\"/></svg>", kLeft, floor, kWidth);
}

/// A section with a table; empty where it has no rows.
std::string table_html(const char* title, const std::vector<const char*>& head,
                       const std::vector<std::vector<std::string>>& rows, const std::string& above = "") {
    if (rows.empty()) return "";
    std::string html = fmt::format("<section><h2>{}</h2>{}<table><thead><tr>", title, above);
    for (const char* const name : head)
        html += fmt::format("<th>{}</th>", name);
    html += "</tr></thead><tbody>";
    for (const std::vector<std::string>& row : rows) {
        html += "<tr>";
        for (const std::string& cell : row)
            html += fmt::format("<td>{}</td>", escaped_text(cell));
        html += "</tr>";
    }
    return html + "</tbody></table></section>\n";
}

std::string pieces_html(const PeriodReport& report, const Speaker& speak) {
    const PeriodWords& words = speak.words();
    std::vector<std::vector<std::string>> rows;
    for (const PeriodPiece& piece : report.pieces) {
        const auto usual = usual_of(piece.before);
        const bool is_empty = !piece.counted.has_any() && (!usual || !usual->mean.has_any());
        if (piece.is_future || (report.kind == PeriodKind::kDay && is_empty)) continue;
        const std::string name =
            report.kind == PeriodKind::kDay
                ? time_text(piece.of_day)
                : fmt::format("{}, {}{}", speak.date(piece.day), speak.weekday(piece.day),
                              piece.is_closed ? fmt::format(" ({})", words.closed) : std::string());
        const double visitors = report.visitors(piece.counted);
        const bool is_share = visitors > 0 && piece.counted.sales <= visitors;
        rows.push_back({name, speak.number(visitors),
                        usual ? speak.number(report.visitors(usual->mean)) : "–",
                        speak.number(piece.counted.sales), usual ? speak.number(usual->mean.sales) : "–",
                        is_share ? speak.percent(piece.counted.sales / visitors) : "–",
                        speak.money(piece.counted.sales_minor, report.currency)});
    }
    const bool is_day = report.kind == PeriodKind::kDay;
    return table_html(is_day ? words.by_hour : words.by_day,
                      {is_day ? words.hour : "", report.by_entries ? words.entries : words.people,
                       words.usual, words.sales, words.usual, words.conversion, words.turnover},
                      rows, chart_of(report, speak));
}

std::string camera_text(const std::string& camera, const PeriodWords& words) {
    return camera == "plan" ? words.plan : camera;
}

std::string sections_html(const PeriodReport& report, const Speaker& speak) {
    const PeriodWords& words = speak.words();
    const auto count = [&](std::int64_t value) { return speak.number(static_cast<double>(value)); };
    const auto money = [&](std::int64_t minor) {
        return speak.money(static_cast<double>(minor), report.currency);
    };
    std::string html = pieces_html(report, speak);
    std::vector<std::vector<std::string>> rows;
    for (const ZoneFigures& zone : report.zones)
        rows.push_back(
            {zone.zone, camera_text(zone.camera, words), count(zone.people),
             Speaker::length(zone.dwell_median_s), count(zone.buyers),
             zone.people > 0 && zone.buyers <= zone.people
                 ? speak.percent(static_cast<double>(zone.buyers) / static_cast<double>(zone.people))
                 : "–"});
    html += table_html(
        words.zones,
        {words.zone, words.camera, words.visitors_of_zone, words.median_stay, words.buyers, words.conversion},
        rows);
    rows.clear();
    for (const QueueFigures& queue : report.queues)
        rows.push_back({queue.queue, camera_text(queue.camera, words), count(queue.longest),
                        count(queue.served), count(queue.abandoned), Speaker::length(queue.wait_median_s),
                        Speaker::length(queue.wait_p90_s)});
    html += table_html(words.queues,
                       {words.queue, words.camera, words.longest, words.served, words.abandoned,
                        words.median_wait, words.wait_p90},
                       rows);
    rows.clear();
    for (const GoodsFigures& one : report.goods)
        rows.push_back({one.name.empty() ? one.sku : one.name, one.sku, count(one.receipts),
                        speak.number(one.quantity, one.quantity == std::floor(one.quantity) ? 0 : 3),
                        money(one.amount_minor)});
    html +=
        table_html(words.goods, {words.goods, words.sku, words.receipts, words.quantity, words.amount}, rows);
    rows.clear();
    for (const AlarmFigures& alarm : report.alarms)
        rows.push_back({alarm.rule, count(alarm.raised), count(alarm.acknowledged),
                        Speaker::length(alarm.answered_median_s)});
    html += table_html(words.alarms, {words.rule, words.raised, words.acknowledged, words.answered}, rows);
    rows.clear();
    for (const DarkFigures& one : report.dark)
        rows.push_back({one.camera.empty() ? words.program : camera_text(one.camera, words),
                        Speaker::length(one.dark_s)});
    return html + table_html(words.dark, {words.camera, ""}, rows,
                             fmt::format("<p class=\"soft\">{}</p>", words.dark_note));
}

}  // namespace

std::string page_of(const PeriodReport& report, PageLanguage language) {
    const Speaker speak(language);
    const PeriodWords& words = speak.words();
    std::string simulated;
    if (report.is_simulated)
        simulated = fmt::format("<div class=\"simulated\">{}. {}</div><div class=\"mark\">{}</div>\n",
                                words.simulated, words.simulated_note, words.simulated);
    std::string so_far;
    if (!report.is_complete())
        so_far = fmt::format("<p class=\"soft\">{}</p>",
                             escaped_text(fmt::format(fmt::runtime(words.so_far), report.made_local)));
    return filled_in(
        kPage,
        {{"language", words.code},
         {"title", escaped_text(title_of(report, language))},
         {"simulated", simulated},
         {"shop", escaped_text(report.shop)},
         {"period", escaped_text(speak.period(report))},
         {"so_far", so_far},
         {"figures", figures_html(report, speak)},
         {"sections", sections_html(report, speak)},
         {"method", escaped_text(words.method)},
         {"made", escaped_text(fmt::format("{} {} ({})", words.made, report.made_local, report.time_zone))}});
}

std::string title_of(const PeriodReport& report, PageLanguage language) {
    const Speaker speak(language);
    return fmt::format("{}{}: {}", report.is_simulated ? fmt::format("[{}] ", speak.words().simulated) : "",
                       report.shop, speak.period(report));
}

std::string summary_of(const PeriodReport& report, PageLanguage language) {
    const Speaker speak(language);
    const PeriodWords& words = speak.words();
    std::string text = title_of(report, language) + "\n";
    for (const Told& one : told_of(report, speak)) {
        text += fmt::format("\n{}: {}", one.name, one.value);
        if (!one.note.empty()) text += fmt::format(" ({})", one.note);
        if (!one.to_before.empty()) text += fmt::format("; {} {}", one.to_before, words.against_before);
        if (!one.to_usual.empty()) text += fmt::format("; {} {}", one.to_usual, words.against_usual);
    }
    return text + "\n";
}

}  // namespace vitrina::report
