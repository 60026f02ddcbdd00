#include "report/period_report.h"

#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "domain/shop_hours.h"
#include "report/period_page.h"

namespace vitrina::report {
namespace {

using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;

std::chrono::sys_days on(const char* day) {
    return *parse_calendar_day(day);
}

std::string days_text(const PeriodDays& days) {
    return day_text(days.first) + " " + day_text(days.end);
}

DoorFigures door(double entries, double sales, double sales_minor) {
    DoorFigures figures;
    figures.entries = entries;
    figures.people = entries + 5;
    figures.sales = sales;
    figures.sales_minor = sales_minor;
    figures.lines = 2 * sales;
    return figures;
}

/// A week of which Sunday, a holiday, is closed, with two such weeks before it.
PeriodReport week() {
    PeriodReport report;
    report.shop = "Corner <shop> & Co {{made}}";
    report.time_zone = "UTC";
    report.kind = PeriodKind::kWeek;
    report.days = period_around(report.kind, on("2026-11-25"));
    report.days_before = period_before(report.kind, report.days);
    report.from = report.days.first;
    report.to = report.days.end;
    report.until = report.to;
    report.made = report.to + std::chrono::hours(7);
    report.made_local = "2026-11-30 07:00";
    report.by_entries = true;
    report.currency = "RUB";
    for (int i = 0; i < 7; ++i) {
        PeriodPiece& piece = report.pieces.emplace_back();
        piece.day = report.days.first + std::chrono::days(i);
        piece.from = piece.day;
        piece.to = piece.day + std::chrono::days(1);
        piece.is_closed = i == 6;
        if (piece.is_closed) continue;
        piece.counted = door(200, 50, 1'000'000);
        piece.before = {door(100, 20, 400'000), door(140, 40, 800'000)};
        report.total += piece.counted;
    }
    report.before = door(800, 200, 4'000'000);
    report.zones.push_back({"plan", "Bread \"fresh\"", 40, 60, 65.4, 10, 200'000});
    report.queues.push_back({"till", "Till 1", 6, 250, 10, 85.0, 3725.0});
    report.goods.push_back({"4601", "", 30, 12.5, 300'000});
    report.alarms.push_back({"Long queue", 3, 2, 95.0});
    report.dark.push_back({"", 120});
    return report;
}

TEST(PeriodReport, PeriodsAreOfTheCalendar) {
    EXPECT_EQ(days_text(period_around(PeriodKind::kDay, on("2026-11-23"))), "2026-11-23 2026-11-24");
    EXPECT_EQ(days_text(period_around(PeriodKind::kWeek, on("2026-11-29"))), "2026-11-23 2026-11-30");
    EXPECT_EQ(days_text(period_around(PeriodKind::kWeek, on("2026-11-23"))), "2026-11-23 2026-11-30");
    const PeriodDays month = period_around(PeriodKind::kMonth, on("2026-12-31"));
    EXPECT_EQ(days_text(month), "2026-12-01 2027-01-01");
    EXPECT_EQ(days_text(period_before(PeriodKind::kMonth, month)), "2026-11-01 2026-12-01");
    EXPECT_EQ(days_text(period_before(PeriodKind::kWeek, period_around(PeriodKind::kWeek, on("2026-11-29")))),
              "2026-11-16 2026-11-23");
    EXPECT_EQ(parse_period_kind("month"), PeriodKind::kMonth);
    EXPECT_EQ(parse_period_kind("year"), std::nullopt);
}

TEST(PeriodReport, WeeksAreNumberedByTheirThursdays) {
    PeriodReport report;
    report.kind = PeriodKind::kWeek;
    const auto name = [&](const char* day) {
        report.days = period_around(report.kind, on(day));
        return name_of(report);
    };
    EXPECT_EQ(name("2026-11-25"), "2026-W48");
    EXPECT_EQ(name("2027-01-01"), "2026-W53");
    EXPECT_EQ(name("2024-12-30"), "2025-W01");
    report.kind = PeriodKind::kMonth;
    EXPECT_EQ(name("2026-02-28"), "2026-02");
}

TEST(PeriodReport, UsualIsTheSumOfTheDaysOnWhichItIsOpen) {
    PeriodReport report = week();
    const auto usual = report.usual();
    ASSERT_TRUE(usual);
    EXPECT_EQ(usual->mean.entries, 6 * 120) << "six open days of 120 each";
    EXPECT_EQ(usual->mean.sales_minor, 6 * 600'000);
    EXPECT_EQ(usual->days, 2U);
    // Of an open day nothing is known: of the week neither.
    report.pieces[2].before.clear();
    EXPECT_FALSE(report.usual());
    report.pieces[2].is_future = true;
    EXPECT_TRUE(report.usual()) << "it is not told of yet";
}

TEST(PeriodReport, TheJsonHasFiguresWithWhatTheyAreComparedTo) {
    const auto json = to_json(week());
    EXPECT_EQ(json["name"], "2026-W48");
    EXPECT_EQ(json["last_day"], "2026-11-29");
    EXPECT_EQ(json["complete"], true);
    EXPECT_EQ(json["total"]["visitors"], 1200);
    EXPECT_EQ(json["total"]["basket_minor"], 20'000);
    EXPECT_NEAR(json["total"]["conversion"]["share"].get<double>(), 0.25, 1e-9);
    EXPECT_LT(json["total"]["conversion"]["low"].get<double>(), 0.25);
    EXPECT_EQ(json["before"]["sales"], 200);
    EXPECT_EQ(json["usual"]["visitors"], 720);
    EXPECT_EQ(json["usual"]["days"], 2);
    EXPECT_EQ(json["pieces"].size(), 7U);
    EXPECT_EQ(json["pieces"][6]["closed"], true);
    EXPECT_TRUE(json["pieces"][6]["usual"].is_null());
    EXPECT_EQ(json["dark"][0]["dark_s"], 120);
    EXPECT_FALSE(json.contains("simulated")) << "whoever serves it marks it";
}

TEST(PeriodReport, WhatIsNotKnownIsNull) {
    PeriodReport report = week();
    report.total.sales = report.total.entries + 1;
    report.before.reset();
    report.pieces[6].is_future = true;
    const auto json = to_json(report);
    EXPECT_TRUE(json["total"]["conversion"].is_null()) << "more receipts than visitors";
    EXPECT_TRUE(json["before"].is_null());
    EXPECT_TRUE(json["pieces"][6]["figures"].is_null());
}

TEST(PeriodReport, TheTableHasARowForEachFigure) {
    const auto rows = to_rows(week());
    EXPECT_THAT(rows[0], ElementsAre("section", "place", "name", "figure", "value", "before", "usual"));
    EXPECT_THAT(rows[1], ElementsAre("total", "", "2026-W48", "visitors", "1200", "800", "720"));
    EXPECT_THAT(rows.back(), ElementsAre("dark", "", "", "dark_s", "120", "", ""));
    for (const auto& row : rows)
        EXPECT_EQ(row.size(), rows[0].size());
}

TEST(PeriodPage, ShowsFiguresAndHidesNoMarkup) {
    const std::string page = page_of(week(), PageLanguage::kEnglish);
    EXPECT_THAT(page, HasSubstr("<h1>Corner &lt;shop&gt; &amp; Co {{made}}</h1>")) << "its name, as it is";
    EXPECT_THAT(page, HasSubstr("week of 23 Nov 2026 – 29 Nov 2026"));
    EXPECT_THAT(page,
                HasSubstr("<b>1,200</b><div>+50.0 % <span class=\"soft\">to the period before</span></div>"
                          "<div>+66.7 % <span class=\"soft\">to the same weekdays</span></div>"));
    EXPECT_THAT(page, HasSubstr("<b>60,000 RUB</b>"));
    EXPECT_THAT(page, HasSubstr("29 Nov 2026, Sunday (closed)"));
    EXPECT_THAT(page, HasSubstr("<td>Bread &quot;fresh&quot;</td><td>plan</td><td>40</td><td>1:05</td>"));
    EXPECT_THAT(page, HasSubstr("<td>1:02:05</td>"));
    EXPECT_THAT(page, HasSubstr("<td>4601</td>")) << "goods without a name";
    EXPECT_THAT(page, HasSubstr("the whole program"));
    EXPECT_THAT(page, HasSubstr("default-src 'none'"));
    EXPECT_THAT(page, AllOf(Not(HasSubstr("{{title}}")), Not(HasSubstr("<script")), Not(HasSubstr("http://")),
                            Not(HasSubstr("https://"))));
    EXPECT_THAT(page, Not(HasSubstr("SIMULATED")));
    EXPECT_THAT(page, Not(HasSubstr("not over")));
}

TEST(PeriodPage, SpeaksRussian) {
    PeriodReport report = week();
    report.until = report.from + std::chrono::hours(36);
    const std::string page = page_of(report, PageLanguage::kRussian);
    EXPECT_THAT(page, HasSubstr("<html lang=\"ru\">"));
    EXPECT_THAT(page, HasSubstr("неделя 23 нояб. 2026 – 29 нояб. 2026"));
    EXPECT_THAT(page, HasSubstr("<b>1\u00a0200</b>"));
    EXPECT_THAT(page, HasSubstr("<b>200,00 RUB</b>"));
    EXPECT_THAT(page, HasSubstr("Период не закончился: данные по 2026-11-30 07:00"));
    EXPECT_THAT(page, Not(HasSubstr("Departments")));
}

TEST(PeriodPage, WhatIsSimulatedSaysSoEverywhere) {
    PeriodReport report = week();
    report.is_simulated = true;
    const std::string page = page_of(report, PageLanguage::kEnglish);
    EXPECT_LT(page.find("SIMULATED SHOP. Nobody in this report is real."), page.find("<h1>"));
    EXPECT_THAT(page, HasSubstr("<div class=\"mark\">SIMULATED SHOP</div>")) << "on each printed page";
    EXPECT_THAT(title_of(report, PageLanguage::kEnglish), testing::StartsWith("[SIMULATED SHOP] "));
    EXPECT_THAT(summary_of(report, PageLanguage::kRussian), testing::StartsWith("[МОДЕЛЬ МАГАЗИНА] "));
    EXPECT_EQ(to_rows(report)[1][1], "simulated");
}

TEST(PeriodPage, TheSummaryTellsTheSame) {
    EXPECT_THAT(
        summary_of(week(), PageLanguage::kEnglish),
        AllOf(HasSubstr("\nCame in: 1,200; +50.0 % to the period before; +66.7 % to the same weekdays\n"),
              HasSubstr("\nSales: 300; ")));
}

}  // namespace
}  // namespace vitrina::report
