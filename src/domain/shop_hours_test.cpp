#include "domain/shop_hours.h"

#include <gtest/gtest.h>

namespace vitrina {
namespace {

using std::chrono::minutes;

TEST(ShopHours, ReadsTimesAndDays) {
    EXPECT_EQ(parse_time_of_day("04:30").value(), minutes(270));
    EXPECT_EQ(parse_open_times("09:00-21:30").value(), OpenTimes({minutes(540), minutes(1290)}));
    EXPECT_EQ(parse_open_times("18:00-02:00").value(), OpenTimes({minutes(1080), minutes(1560)}));
    EXPECT_EQ(parse_open_times("00:00-24:00").value(), OpenTimes({minutes(0), minutes(1440)}));
    const auto closed = parse_open_times("closed");
    EXPECT_TRUE(closed && !*closed);
    const auto day = parse_calendar_day("2028-02-29");
    ASSERT_TRUE(day);
    EXPECT_EQ(day_text(*day), "2028-02-29");
    EXPECT_EQ(weekday_of(*day), 1U) << "a Tuesday";
}

TEST(ShopHours, RefusesWhatIsNone) {
    for (const char* bad : {"", "4:00", "24:00", "04:60", "04.00", "04:00 ", "a4:00"})
        EXPECT_FALSE(parse_time_of_day(bad)) << bad;
    for (const char* bad : {"", "09:00", "09:00-09:00", "09:00-25:00", "21:00–23:00", "shut"})
        EXPECT_FALSE(parse_open_times(bad)) << bad;
    for (const char* bad : {"", "2026-02-29", "2026-13-01", "2026-1-1", "01-01", "1969-01-01", "2026-00-01"})
        EXPECT_FALSE(parse_calendar_day(bad)) << bad;
}

TEST(ShopHours, KnowsHolidaysAndClosedWeekdays) {
    ShopHours hours;
    const auto sunday = *parse_calendar_day("2026-11-29");
    EXPECT_FALSE(hours.is_closed(sunday)) << "nobody said anything";
    hours.weekdays.at(6).is_said = true;
    EXPECT_TRUE(hours.is_closed(sunday));
    EXPECT_FALSE(hours.is_closed(sunday + std::chrono::days(1)));
    hours.closed.insert(sunday + std::chrono::days(1));
    EXPECT_TRUE(hours.is_closed(sunday + std::chrono::days(1)));
}

}  // namespace
}  // namespace vitrina
