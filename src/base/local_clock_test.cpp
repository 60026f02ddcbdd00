#include "base/local_clock.h"

#include <gtest/gtest.h>

namespace vitrina {
namespace {

using std::chrono::hours;
using std::chrono::minutes;

SourceTime utc(int year, unsigned month, unsigned day, int hour, int minute) {
    const std::chrono::sys_days date =
        std::chrono::year(year) / std::chrono::month(month) / std::chrono::day(day);
    return SourceTime(date.time_since_epoch() + hours(hour) + minutes(minute));
}

/// Berlin's clock in 2026.
LocalClock berlin() {
    return LocalClock({{utc(2026, 1, 1, 0, 0), hours(1)},
                       {utc(2026, 3, 29, 1, 0), hours(2)},
                       {utc(2026, 10, 25, 1, 0), hours(1)}});
}

std::int64_t day_number(int year, unsigned month, unsigned day) {
    return std::chrono::sys_days(std::chrono::year(year) / std::chrono::month(month) / std::chrono::day(day))
        .time_since_epoch()
        .count();
}

TEST(LocalClock, ShowsTheSourcesClockByItself) {
    const LocalClock clock;
    EXPECT_EQ(clock.day(utc(1970, 1, 1, 23, 59)), 0);
    EXPECT_EQ(clock.weekday(utc(1970, 1, 1, 12, 0)), 3);
    EXPECT_EQ(clock.day(SourceTime(-minutes(1))), -1);
    EXPECT_EQ(clock.of_day(SourceTime(-minutes(1))), hours(24) - minutes(1));
    EXPECT_EQ(LocalClock::weekday_of(-4), 6);
    EXPECT_EQ(LocalClock::weekday_of(-3), 0);
}

TEST(LocalClock, DaysBeginAtTheShopsMidnightAlsoAfterTheClockWasPut) {
    const LocalClock clock = berlin();
    // Sunday in March has 23 hours.
    EXPECT_EQ(clock.day(utc(2026, 3, 28, 22, 59)), day_number(2026, 3, 28));
    EXPECT_EQ(clock.day(utc(2026, 3, 28, 23, 0)), day_number(2026, 3, 29));
    EXPECT_EQ(clock.day(utc(2026, 3, 29, 21, 59)), day_number(2026, 3, 29));
    EXPECT_EQ(clock.day(utc(2026, 3, 29, 22, 0)), day_number(2026, 3, 30));
    EXPECT_EQ(clock.of_day(utc(2026, 3, 29, 0, 59)), hours(1) + minutes(59));
    EXPECT_EQ(clock.of_day(utc(2026, 3, 29, 1, 0)), hours(3));
    EXPECT_EQ(clock.weekday(utc(2026, 3, 29, 21, 59)), 6);
    // Sunday in October has 25.
    EXPECT_EQ(clock.day(utc(2026, 10, 24, 22, 0)), day_number(2026, 10, 25));
    EXPECT_EQ(clock.day(utc(2026, 10, 25, 22, 59)), day_number(2026, 10, 25));
    EXPECT_EQ(clock.of_day(utc(2026, 10, 25, 0, 30)), hours(2) + minutes(30));
    EXPECT_EQ(clock.of_day(utc(2026, 10, 25, 1, 30)), hours(2) + minutes(30));
    EXPECT_EQ(clock.of_day(utc(2026, 10, 25, 22, 59)), hours(23) + minutes(59));
}

TEST(LocalClock, HalfAnHourIsAnOffsetToo) {
    const LocalClock kolkata(hours(5) + minutes(30));
    EXPECT_EQ(kolkata.day(utc(2026, 11, 23, 18, 29)), day_number(2026, 11, 23));
    EXPECT_EQ(kolkata.day(utc(2026, 11, 23, 18, 30)), day_number(2026, 11, 24));
    // Lord Howe is put back by half an hour: half past one comes twice.
    const LocalClock howe(
        {{utc(2026, 1, 1, 0, 0), hours(11)}, {utc(2026, 4, 4, 15, 0), hours(10) + minutes(30)}});
    EXPECT_EQ(howe.of_day(utc(2026, 4, 4, 15, 10)), hours(1) + minutes(40));
}

}  // namespace
}  // namespace vitrina
