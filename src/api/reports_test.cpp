// Reports over HTTP: what is counted, what it is compared to, in which forms.
#include <string>
#include <vector>

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>
#include <unistd.h>

#include "api/instant.h"
#include "api/test_site.h"
#include "drawing/page_print.h"

namespace vitrina::api {
namespace {

using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;
using Json = nlohmann::json;

/// A shop in Moscow on Monday, 23 November 2026, at three in the afternoon.
class ReportsTest : public SiteTest {
  protected:
    ReportsTest() {
        static_cast<void>(
            ask("PUT", "/api/tills/1", R"({"name": "Till 1", "camera": "door", "zone": "till"})"));
    }
    /// So many come in by the door, by the shop's clock.
    void come(const std::string& local, int people) {
        std::vector<LiveEvent> crossings;
        for (int i = 0; i < people; ++i) {
            const PersonId number = ++people_;
            LiveEvent event = test_visit(fmt::format("in-{}", number), "", number,
                                         test_now() - *parse_instant(local + ":00+03:00"), {});
            event.event.fact = Crossing{number, "entrance", Direction::kIn, SourceTime()};
            crossings.push_back(event);
        }
        site_.add_facts(crossings);
    }
    void buy(const std::string& local, int total_minor) {
        const Json receipt = {{"id", fmt::format("r-{}", ++receipts_)},
                              {"till", "1"},
                              {"at", local + ":00+03:00"},
                              {"currency", "RUB"},
                              {"total_minor", total_minor},
                              {"lines", {{{"sku", "4601"}, {"quantity", 1}, {"amount_minor", total_minor}}}}};
        EXPECT_LT(site_.ask("POST", "/api/receipts", receipt.dump()).status, 300);
    }
    void close_on(const char* day) {
        site_.services().hours.closed.insert(*parse_calendar_day(day));
        site_.start();
    }

  private:
    PersonId people_ = 0;
    int receipts_ = 0;
};

TEST_F(ReportsTest, ADayIsComparedWithAsMuchOfTheDaysBefore) {
    close_on("2026-11-09");
    come("2026-11-23T10:30", 8);
    come("2026-11-23T14:30", 4);
    come("2026-11-22T10:30", 6);
    come("2026-11-22T20:30", 6);
    for (const char* monday : {"2026-11-16", "2026-11-02"}) {
        come(std::string(monday) + "T10:30", 4);
        come(std::string(monday) + "T20:30", 10);
    }
    come("2026-11-09T10:30", 1);  // who counts the stock on the holiday
    buy("2026-11-23T11:00", 25'000);
    buy("2026-11-23T11:10", 5'000);
    const Json report = ask("GET", "/api/reports/day");
    EXPECT_EQ(report["name"], "2026-11-23");
    EXPECT_EQ(report["complete"], false);
    EXPECT_EQ(report["until"], "2026-11-23T12:00:00.000Z");
    EXPECT_EQ(report["visitors_are"], "entries");
    EXPECT_EQ(report["currency"], "RUB");
    EXPECT_EQ(report["total"]["visitors"], 12);
    EXPECT_EQ(report["total"]["sales"], 2);
    EXPECT_EQ(report["total"]["basket_minor"], 15'000);
    EXPECT_EQ(report["before"]["visitors"], 6) << "until three o'clock on Sunday";
    EXPECT_EQ(report["usual"]["visitors"], 4) << "until three o'clock on Mondays, without the holiday";
    EXPECT_EQ(report["usual"]["days"], 2);
    ASSERT_EQ(report["pieces"].size(), 24U);
    EXPECT_EQ(report["pieces"][10]["time"], "10:00");
    EXPECT_EQ(report["pieces"][10]["figures"]["visitors"], 8);
    EXPECT_EQ(report["pieces"][10]["usual"]["visitors"], 4);
    EXPECT_TRUE(report["pieces"][20]["figures"].is_null()) << "it has not come yet";
    EXPECT_EQ(report["pieces"][20]["usual"]["visitors"], 10);
    EXPECT_EQ(report["goods"][0]["sku"], "4601");

    const Json sunday = ask("GET", "/api/reports/day?date=2026-11-22");
    EXPECT_EQ(sunday["complete"], true);
    EXPECT_EQ(sunday["total"]["visitors"], 12);
    EXPECT_TRUE(sunday["before"].is_null()) << "nothing was counted on Saturday";
    EXPECT_TRUE(sunday["usual"].is_null());
}

TEST_F(ReportsTest, AWeekHasItsDays) {
    close_on("2026-11-19");
    for (const char* day : {"2026-11-16", "2026-11-17", "2026-11-22"})
        come(std::string(day) + "T12:00", 20);
    for (const char* day : {"2026-11-09", "2026-11-10", "2026-11-15"})
        come(std::string(day) + "T12:00", 10);
    const Json week = ask("GET", "/api/reports/week?date=2026-11-18");
    EXPECT_EQ(week["name"], "2026-W47");
    EXPECT_EQ(week["first_day"], "2026-11-16");
    EXPECT_EQ(week["last_day"], "2026-11-22");
    EXPECT_EQ(week["total"]["visitors"], 60);
    EXPECT_EQ(week["before"]["visitors"], 30);
    ASSERT_EQ(week["pieces"].size(), 7U);
    EXPECT_EQ(week["pieces"][1]["usual"]["visitors"], 10);
    EXPECT_EQ(week["pieces"][3]["closed"], true);
    EXPECT_TRUE(week["usual"].is_null()) << "of Wednesdays nothing is known";
    // The week that goes on: one Monday until three o'clock, as much of the week before.
    const Json now = ask("GET", "/api/reports/week");
    EXPECT_EQ(now["total"]["visitors"], 0);
    EXPECT_EQ(now["before"]["visitors"], 20);
    EXPECT_EQ(now["usual"]["visitors"], 15) << "of two Mondays";
    const Json month = ask("GET", "/api/reports/month");
    EXPECT_EQ(month["name"], "2026-11");
    EXPECT_EQ(month["total"]["visitors"], 90);
    EXPECT_EQ(month["pieces"].size(), 30U);
}

TEST_F(ReportsTest, TheNightOfAShopThatIsOpenPastMidnightIsOfItsEvening) {
    site_.services().day_begins = std::chrono::hours(4);
    site_.start();
    come("2026-11-22T23:00", 3);
    come("2026-11-23T02:30", 2);
    come("2026-11-23T05:00", 1);
    EXPECT_EQ(ask("GET", "/api/reports/day?date=2026-11-22")["total"]["visitors"], 5);
    EXPECT_EQ(ask("GET", "/api/reports/day")["total"]["visitors"], 1);
    EXPECT_EQ(ask("GET", "/api/shop")["day_begins"], "04:00");
    const Json counts =
        ask("GET", "/api/counts?bucket=day&from=2026-11-22T01:00:00Z&to=2026-11-23T12:00:00Z");
    ASSERT_EQ(counts["buckets"].size(), 2U);
    EXPECT_EQ(counts["buckets"][0]["lines"][0]["in"], 5);
}

TEST_F(ReportsTest, ComesAsATableAPageAndAPdf) {
    come("2026-11-23T10:30", 8);
    const TestAnswer csv = site_.ask("GET", "/api/reports/day?format=csv");
    EXPECT_THAT(csv.body, HasSubstr("section,place,name,figure,value,before,usual\r\n"
                                    "total,,2026-11-23,visitors,8,,\r\n"));
    EXPECT_THAT(csv.headers.at("content-disposition"), HasSubstr("\"report-2026-11-23.csv\""));
    const TestAnswer page = site_.ask("GET", "/api/reports/day?format=html&language=ru");
    EXPECT_THAT(page.headers.at("content-type"), StartsWith("text/html"));
    EXPECT_THAT(page.headers.at("content-security-policy"), StartsWith("sandbox; default-src 'none'"));
    EXPECT_THAT(page.body, HasSubstr("<h1>Corner shop</h1>"));
    EXPECT_THAT(page.body, HasSubstr("23 нояб. 2026, понедельник"));
    const TestAnswer pdf = site_.ask("GET", "/api/reports/day?format=pdf");
    if (access(drawing::kPrintProgram, X_OK) == 0) {
        EXPECT_EQ(pdf.status, 200) << pdf.body;
        EXPECT_THAT(pdf.body, StartsWith("%PDF-"));
    } else {
        EXPECT_EQ(pdf.status, 422);
        EXPECT_THAT(pdf.body, HasSubstr("no_pdf"));
    }
}

TEST_F(ReportsTest, WhatIsSimulatedSaysSo) {
    site_.simulated.emplace(site_.services());
    site_.simulated->simulation = [] { return SimulationProgress{}; };
    site_.start();
    const TestAnswer json = site_.ask("GET", "/simulated/api/reports/day");
    EXPECT_THAT(json.body, StartsWith("{\"simulated\":true,"));
    const TestAnswer page = site_.ask("GET", "/simulated/api/reports/day?format=html");
    EXPECT_THAT(page.body, HasSubstr("SIMULATED SHOP"));
    EXPECT_THAT(page.headers.at("content-disposition"), HasSubstr("\"simulated-report-"));
    EXPECT_THAT(site_.ask("GET", "/simulated/api/reports/day?format=csv").body,
                HasSubstr("total,simulated,"));
    EXPECT_THAT(site_.ask("GET", "/api/reports/day?format=html").body, Not(HasSubstr("SIMULATED")));
}

TEST_F(ReportsTest, RefusesWhatIsNone) {
    const auto refusal = [&](const std::string& target, int status) {
        return ask("GET", target, "", status)["error"]["message"].get<std::string>();
    };
    EXPECT_THAT(refusal("/api/reports/year", 404), HasSubstr("a day, a week or a month"));
    EXPECT_THAT(refusal("/api/reports/day?date=2026-11-31", 400), HasSubstr("date"));
    EXPECT_THAT(refusal("/api/reports/day?date=2026-11-24", 400), HasSubstr("has not begun"));
    EXPECT_THAT(refusal("/api/reports/day?format=doc", 400), HasSubstr("json, csv, html or pdf"));
    EXPECT_THAT(refusal("/api/reports/day?language=fr", 400), HasSubstr("en or ru"));
    EXPECT_THAT(refusal("/api/reports/day?days=3", 400), HasSubstr("days"));
}

}  // namespace
}  // namespace vitrina::api
