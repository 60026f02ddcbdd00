#include "api/shop_zone.h"

#include <string>
#include <vector>

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "api/instant.h"
#include "domain/shop_hours.h"

namespace vitrina::api {
namespace {

using testing::ElementsAre;

std::vector<std::string> edges(const char* zone, Bucket bucket, const char* from, const char* to) {
    const auto shop = ShopZone::create(zone);
    EXPECT_TRUE(shop.has_value()) << zone;
    std::vector<std::string> texts;
    for (const UtcTime edge : (*shop)->edges(bucket, *parse_instant(from), *parse_instant(to), 100))
        texts.push_back(to_text(edge));
    return texts;
}

TEST(ShopZone, DaysBeginAtTheShopsMidnight) {
    EXPECT_THAT(
        edges("Europe/Moscow", Bucket::kDay, "2026-11-22T21:00:00Z", "2026-11-24T12:00:00Z"),
        ElementsAre("2026-11-22T21:00:00.000Z", "2026-11-23T21:00:00.000Z", "2026-11-24T21:00:00.000Z"));
    EXPECT_THAT(edges("UTC", Bucket::kDay, "2026-11-22T21:00:00Z", "2026-11-23T00:00:00Z"),
                ElementsAre("2026-11-22T00:00:00.000Z", "2026-11-23T00:00:00.000Z"));
}

TEST(ShopZone, DaysOfSummerTimeHave23And25Hours) {
    EXPECT_THAT(
        edges("Europe/Berlin", Bucket::kDay, "2026-03-28T23:00:00Z", "2026-03-30T10:00:00Z"),
        ElementsAre("2026-03-28T23:00:00.000Z", "2026-03-29T22:00:00.000Z", "2026-03-30T22:00:00.000Z"));
    EXPECT_THAT(
        edges("Europe/Berlin", Bucket::kDay, "2026-10-25T10:00:00Z", "2026-10-26T00:00:00Z"),
        ElementsAre("2026-10-24T22:00:00.000Z", "2026-10-25T23:00:00.000Z", "2026-10-26T23:00:00.000Z"));
    // A midnight that isn't there: the day begins at one o'clock.
    EXPECT_THAT(edges("America/Asuncion", Bucket::kDay, "2023-10-01T12:00:00Z", "2023-10-01T13:00:00Z"),
                ElementsAre("2023-10-01T04:00:00.000Z", "2023-10-02T03:00:00.000Z"));
    // A day that isn't there.
    EXPECT_THAT(
        edges("Pacific/Apia", Bucket::kDay, "2011-12-30T00:00:00Z", "2011-12-31T00:00:00Z"),
        ElementsAre("2011-12-29T10:00:00.000Z", "2011-12-30T10:00:00.000Z", "2011-12-31T10:00:00.000Z"));
}

TEST(ShopZone, ADayMayBeginLaterThanAtMidnight) {
    const auto zone = ShopZone::create("Europe/Berlin", std::chrono::hours(4));
    ASSERT_TRUE(zone);
    const auto days = [&](const char* from, const char* to) {
        std::vector<std::string> texts;
        for (const UtcTime edge : (*zone)->edges(Bucket::kDay, *parse_instant(from), *parse_instant(to), 100))
            texts.push_back(to_text(edge));
        return texts;
    };
    // Two o'clock on Sunday is Saturday's night. The clock is put forward in it: it has 23 hours.
    EXPECT_THAT(
        days("2026-03-29T00:30:00Z", "2026-03-29T12:00:00Z"),
        ElementsAre("2026-03-28T03:00:00.000Z", "2026-03-29T02:00:00.000Z", "2026-03-30T02:00:00.000Z"));
    EXPECT_THAT(
        days("2026-10-24T23:30:00Z", "2026-10-25T12:00:00Z"),
        ElementsAre("2026-10-24T02:00:00.000Z", "2026-10-25T03:00:00.000Z", "2026-10-26T03:00:00.000Z"));
    const auto called = [&](const char* instant) {
        return day_text((*zone)->day_of(*parse_instant(instant)));
    };
    EXPECT_EQ(called("2026-03-29T01:59:59Z"), "2026-03-28");
    EXPECT_EQ(called("2026-03-29T02:00:00Z"), "2026-03-29");
    EXPECT_EQ(called("2026-10-25T02:59:59Z"), "2026-10-24");
    EXPECT_EQ(to_text((*zone)->begin_of_day(*parse_calendar_day("2026-10-25"))), "2026-10-25T03:00:00.000Z");
}

TEST(ShopZone, ReceiptsAreMatchedByDaysThatAreCutAtNight) {
    const auto matched = [](std::chrono::minutes day_begins, const char* instant) {
        const auto zone = ShopZone::create("Europe/Moscow", day_begins);
        const auto [begin, end] = (*zone)->matching_day(*parse_instant(instant));
        return to_text(begin) + " " + to_text(end);
    };
    EXPECT_EQ(matched({}, "2026-11-23T00:59:00Z"), "2026-11-22T01:00:00.000Z 2026-11-23T01:00:00.000Z");
    EXPECT_EQ(matched(std::chrono::hours(6), "2026-11-23T02:59:00Z"),
              "2026-11-22T03:00:00.000Z 2026-11-23T03:00:00.000Z");
}

TEST(ShopZone, ADayBeginsOnceWhereTheClockShowsItsBeginTwiceOrNever) {
    const auto zone = ShopZone::create("Europe/Berlin", std::chrono::minutes(150));
    ASSERT_TRUE(zone);
    const auto begin = [&](const char* instant) {
        return to_text((*zone)->begin_of(Bucket::kDay, *parse_instant(instant)));
    };
    // 02:30 is passed over on 29 March: the day begins when the clock is put.
    EXPECT_EQ(begin("2026-03-29T00:59:59Z"), "2026-03-28T01:30:00.000Z");
    EXPECT_EQ(begin("2026-03-29T01:00:00Z"), "2026-03-29T01:00:00.000Z");
    // It comes twice on 25 October, and 02:10 comes again in between.
    EXPECT_EQ(begin("2026-10-25T00:29:59Z"), "2026-10-24T00:30:00.000Z");
    EXPECT_EQ(begin("2026-10-25T01:10:00Z"), "2026-10-25T00:30:00.000Z");
    EXPECT_EQ(begin("2026-10-25T01:40:00Z"), "2026-10-25T00:30:00.000Z");
    EXPECT_FALSE(ShopZone::create("Europe/Berlin", std::chrono::hours(12)));
}

TEST(ShopZone, HoursBeginWithTheShopsHours) {
    EXPECT_THAT(
        edges("Asia/Kolkata", Bucket::kHour, "2026-11-23T10:00:00Z", "2026-11-23T11:00:00Z"),
        ElementsAre("2026-11-23T09:30:00.000Z", "2026-11-23T10:30:00.000Z", "2026-11-23T11:30:00.000Z"));
    EXPECT_THAT(edges("Europe/Berlin", Bucket::kHour, "2026-10-25T00:00:00Z", "2026-10-25T02:30:00Z"),
                ElementsAre("2026-10-25T00:00:00.000Z", "2026-10-25T01:00:00.000Z",
                            "2026-10-25T02:00:00.000Z", "2026-10-25T03:00:00.000Z"));
    // Half an hour back: 01:30 comes twice, and the hour is cut there.
    EXPECT_THAT(edges("Australia/Lord_Howe", Bucket::kHour, "2026-04-04T14:00:00Z", "2026-04-04T16:00:00Z"),
                ElementsAre("2026-04-04T14:00:00.000Z", "2026-04-04T15:00:00.000Z",
                            "2026-04-04T15:30:00.000Z", "2026-04-04T16:30:00.000Z"));
}

TEST(ShopZone, AnEmptySpanIsOneBucketAndALongOneIsRefused) {
    EXPECT_EQ(edges("UTC", Bucket::kHour, "2026-11-23T10:00:00Z", "2026-11-23T10:00:00Z").size(), 2U);
    EXPECT_EQ(edges("UTC", Bucket::kHour, "2026-11-01T00:00:00Z", "2026-11-05T04:00:00Z").size(), 101U);
    EXPECT_TRUE(edges("UTC", Bucket::kHour, "2026-11-01T00:00:00Z", "2026-11-05T05:00:00Z").empty());
}

TEST(ShopZone, UnknownZonesAreRefused) {
    for (const char* name : {"", "Mars/Base", "../etc/passwd", "europe/moscow"})
        EXPECT_FALSE(ShopZone::create(name).has_value()) << name;
}

TEST(ShopZone, ReadsWhatTillsWrite) {
    const auto zone = ShopZone::create("Europe/Berlin");
    ASSERT_TRUE(zone);
    const auto read = [&](const char* text) {
        const auto instant = (*zone)->instant_of(text);
        return instant ? to_text(*instant) : instant.error().message;
    };
    EXPECT_EQ(read("2026-11-23 17:18:39"), "2026-11-23T16:18:39.000Z");
    EXPECT_EQ(read("2026-07-23T17:18"), "2026-07-23T15:18:00.000Z");
    EXPECT_EQ(read("23.11.2026 17:18"), "2026-11-23T16:18:00.000Z");
    EXPECT_EQ(read("23.11.2026 17:18:05"), "2026-11-23T16:18:05.000Z");
    EXPECT_EQ(read("2026-11-23T17:18:39+03:00"), "2026-11-23T14:18:39.000Z");
    // The clock shows half past two twice in October, and never in March.
    EXPECT_EQ(read("2026-10-25 02:30"), "2026-10-25T00:30:00.000Z");
    EXPECT_THAT(read("2026-03-29 02:30"), testing::HasSubstr("passes over"));
    for (const char* bad : {"", "17:18", "2026-11-23", "2026-11-31 10:00", "31.02.2026 10:00",
                            "2026-11-23 24:00", "2026-11-23 10:60", "2026-11-23 10:00:6x", "2026/11/23 10:00",
                            "1.11.2026 10:00", "2026-11-23 10:00 ", "1969-11-23 10:00"})
        EXPECT_THAT(read(bad), testing::HasSubstr("must be an instant like")) << bad;
}

TEST(ShopZone, GivesItsClockToWhoKnowsNoZones) {
    const auto shows = [](const LocalClock& clock, const char* instant) {
        const SourceTime at(parse_instant(instant)->time_since_epoch());
        return fmt::format("{} {:.2f}", clock.weekday(at), to_seconds(clock.of_day(at)) / 3600);
    };
    const auto berlin = ShopZone::create("Europe/Berlin");
    const auto howe = ShopZone::create("Australia/Lord_Howe");
    const auto kolkata = ShopZone::create("Asia/Kolkata");
    ASSERT_TRUE(berlin && howe && kolkata);
    const LocalClock year =
        (*berlin)->clock(*parse_instant("2026-01-01T00:00:00Z"), *parse_instant("2027-01-01T00:00:00Z"));
    EXPECT_EQ(shows(year, "2026-03-29T00:59:59Z"), "6 2.00");
    EXPECT_EQ(shows(year, "2026-03-29T01:00:00Z"), "6 3.00");
    EXPECT_EQ(shows(year, "2026-03-29T22:00:00Z"), "0 0.00");
    EXPECT_EQ(shows(year, "2026-10-25T00:30:00Z"), "6 2.50");
    EXPECT_EQ(shows(year, "2026-10-25T01:30:00Z"), "6 2.50");
    EXPECT_EQ(shows(year, "2026-10-25T22:30:00Z"), "6 23.50");
    EXPECT_EQ(shows((*berlin)->clock_from(*parse_instant("2026-01-01T00:00:00Z")), "2036-07-01T10:00:00Z"),
              "1 12.00");
    EXPECT_EQ(shows((*howe)->clock_from(*parse_instant("2026-04-01T00:00:00Z")), "2026-04-04T15:10:00Z"),
              "6 1.67");
    EXPECT_EQ(shows((*kolkata)->clock_from(*parse_instant("2026-04-01T00:00:00Z")), "2026-11-23T18:30:00Z"),
              "1 0.00");
    // A span of nothing has a clock too.
    EXPECT_EQ(shows((*kolkata)->clock(*parse_instant("2026-04-01T00:00:00Z"),
                                      *parse_instant("2026-04-01T00:00:00Z")),
                    "2026-11-23T18:30:00Z"),
              "1 0.00");
}

TEST(ShopZone, ShowsTheShopsClock) {
    const auto zone = ShopZone::create("Asia/Tokyo");
    ASSERT_TRUE(zone);
    const rules::LocalTime local = (*zone)->local(*parse_instant("2026-11-26T16:30:59Z"));
    EXPECT_EQ(local.weekday, 4);  // Friday there
    EXPECT_EQ(local.minute, 90);
}

}  // namespace
}  // namespace vitrina::api
