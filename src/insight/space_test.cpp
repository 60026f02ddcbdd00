#include "insight/space.h"

#include <numeric>

#include <gtest/gtest.h>

namespace vitrina::insight {
namespace {

Plan floor() {
    Plan plan;
    plan.version = "test";
    plan.width_m = 12;
    plan.depth_m = 6;
    plan.zones = {{"left", {{0, 0}, {4, 0}, {4, 6}, {0, 6}}, ZoneKind::kDepartment, {}},
                  {"right", {{8, 0}, {12, 0}, {12, 6}, {8, 6}}, ZoneKind::kDepartment, {}}};
    plan.fixtures = {{"shelf", {{9, 0}, {11, 0}, {11, 0.5}, {9, 0.5}}, 1.8}};
    return plan;
}

class SpaceTest : public ::testing::Test {
  protected:
    /// Seen five times a second at a place, from the next moment on.
    static void stay(Space& space, PersonId person, Point place, double seconds, double& at_s,
                     Labels labels = {}) {
        for (int i = 0; i < seconds * 5; ++i, at_s += 0.2) {
            Sighting sighting;
            sighting.person = person;
            sighting.at = instant_at(at_s);
            sighting.place = place;
            sighting.body_height = 1.7;
            sighting.score = 1;
            sighting.labels = labels;
            space.observe(sighting);
        }
    }
};

TEST_F(SpaceTest, WhoPassesStopsAndTouchesIsCounted) {
    Space space(floor(), {});
    double at_s = 0;
    stay(space, 1, {2, 3}, 4, at_s);  // passes left: long enough for a path, too short for a stop
    stay(space, 1, {6, 3}, 2, at_s);
    stay(space, 1, {10, 1}, 20, at_s);  // stops at the shelf
    stay(space, 1, {10, 1}, 1, at_s, {false, true, Sex::kFemale, AgeGroup::kAdult});
    space.paid(1);
    at_s = 0;
    stay(space, 2, {2, 3}, 10, at_s);
    const SpaceUse use = space.finish();
    EXPECT_EQ(use.people, 2);
    EXPECT_EQ(use.zones[0].passed, 2);
    EXPECT_EQ(use.zones[0].stopped, 1);
    EXPECT_EQ(use.zones[1].passed, 1);
    EXPECT_EQ(use.zones[1].stopped, 1);
    EXPECT_EQ(use.zones[1].touched, 1);
    EXPECT_EQ(use.zones[1].paid, 1);
    EXPECT_NEAR(use.zones[1].dwell_median_s, 21, 0.5);
    EXPECT_EQ(use.fixtures[0].stopped, 1);
    EXPECT_EQ(use.fixtures[0].touched, 1);
    EXPECT_EQ(use.flows.at({0, 1}), 1);
    EXPECT_EQ(use.flows.at({kNowhere, 0}), 2);
    EXPECT_EQ(use.flows.at({1, kNowhere}), 1);
    ASSERT_EQ(use.paths.size(), 2U);
    const double presence = std::accumulate(space.presence().begin(), space.presence().end(), 0.0);
    EXPECT_NEAR(presence, 27 + 10, 1);
    const double standing = std::accumulate(space.standing().begin(), space.standing().end(), 0.0);
    EXPECT_NEAR(standing, 4 + 21 + 10, 1.5);
}

TEST_F(SpaceTest, WhoWentSoonAndStoppedNowhereBounced) {
    Space space(floor(), {});
    for (const PersonId person : {1, 2, 3, 4}) {
        double at_s = 0;
        for (int i = 0; i < 6; ++i)
            stay(space, person, {2.0 + i, 3}, 1, at_s);
        if (person == 2) stay(space, person, {7, 3}, 6, at_s);  // stops
        if (person == 3)
            stay(space, person, {7, 3}, 0.4, at_s, {false, true, Sex::kUnknown, AgeGroup::kUnknown});
        if (person != 4) space.entered(person, person <= 3);
    }
    space.entered(9, true);  // was never seen
    const SpaceUse use = space.finish();
    EXPECT_EQ(use.people, 4);
    EXPECT_EQ(use.entered, 3);
    EXPECT_EQ(use.bounced, 1);
}

TEST_F(SpaceTest, AFilterLeavesOthersAndOtherHoursOut) {
    SpaceOptions options;
    options.filter.sex = Sex::kFemale;
    options.filter.hours = 1U << 1U;  // from one to two
    Space space(floor(), options);
    const Labels woman{false, false, Sex::kFemale, AgeGroup::kAdult};
    double at_s = 10;
    stay(space, 1, {2, 3}, 10, at_s, woman);
    at_s = 3700;
    stay(space, 2, {2, 3}, 10, at_s, woman);
    at_s = 3700;
    stay(space, 3, {2, 3}, 10, at_s, {false, false, Sex::kMale, AgeGroup::kAdult});
    at_s = 3700;
    stay(space, 4, {2, 3}, 10, at_s, {true, false, Sex::kFemale, AgeGroup::kAdult});
    EXPECT_EQ(space.finish().people, 1);
}

TEST_F(SpaceTest, FloorWhereNobodyGoesIsFound) {
    Space space(floor(), {});
    for (PersonId person = 1; person <= 20; ++person) {
        double at_s = 0;
        for (double x = 0.5; x < 7.5; x += 0.4)
            for (double y = 0.2; y < 6; y += 0.4)
                stay(space, person, {x, y}, 1, at_s);
    }
    const SpaceUse use = space.finish();
    ASSERT_FALSE(use.dead.empty());
    EXPECT_GT(use.dead[0].bounds.x, 7);
    EXPECT_GT(use.dead[0].square_m, 15);
    EXPECT_EQ(use.dead[0].zones, 2U);
}

/// Whether somebody counts who stands somewhere at a moment.
bool is_counted(const LocalClock& clock, std::uint32_t hours, std::uint32_t weekdays, SourceTime at) {
    SpaceOptions options;
    options.clock = clock;
    options.filter.hours = hours;
    options.filter.weekdays = weekdays;
    Space space(floor(), options);
    Sighting sighting;
    sighting.person = 1;
    sighting.at = at;
    sighting.place = {2, 3};
    space.observe(sighting);
    return space.finish().people == 1;
}

constexpr std::uint32_t hour_bit(int hour) {
    return std::uint32_t{1} << static_cast<unsigned>(hour);
}

SourceTime october(int day, int hour, int minute) {
    const std::chrono::sys_days date = std::chrono::year(2026) / 10 / day;
    return SourceTime(date.time_since_epoch() + std::chrono::hours(hour) + std::chrono::minutes(minute));
}

TEST(SpaceFilter, HoursAreTheShopsAfterTheClockWasPutBack) {
    using std::chrono::hours;
    const LocalClock berlin({{october(1, 0, 0), hours(2)}, {october(25, 1, 0), hours(1)}});
    constexpr std::uint32_t kAll = 0x7f;
    constexpr std::uint32_t kSunday = 0x40;
    constexpr std::uint32_t kMonday = 0x01;
    // Noon of the day before, of the day and of the day after: 10, 11 and 11 o'clock in UTC.
    for (const SourceTime noon : {october(24, 10, 30), october(25, 11, 30), october(26, 11, 30)}) {
        EXPECT_TRUE(is_counted(berlin, hour_bit(12), kAll, noon));
        EXPECT_FALSE(is_counted(berlin, hour_bit(11) | hour_bit(13), kAll, noon));
    }
    // The hour that comes twice counts twice.
    EXPECT_TRUE(is_counted(berlin, hour_bit(2), kAll, october(25, 0, 30)));
    EXPECT_TRUE(is_counted(berlin, hour_bit(2), kAll, october(25, 1, 30)));
    // Open past midnight: the last hour of the long Sunday is not Monday's.
    EXPECT_TRUE(is_counted(berlin, hour_bit(23), kSunday, october(25, 22, 30)));
    EXPECT_FALSE(is_counted(berlin, 0xffffff, kMonday, october(25, 22, 30)));
    EXPECT_TRUE(is_counted(berlin, hour_bit(0), kMonday, october(25, 23, 30)));
}

TEST(SpaceFilter, HoursOfAShopHalfAnHourOff) {
    const LocalClock kolkata(std::chrono::hours(5) + std::chrono::minutes(30));
    EXPECT_TRUE(is_counted(kolkata, hour_bit(17), 0x7f, october(5, 12, 29)));
    EXPECT_TRUE(is_counted(kolkata, hour_bit(18), 0x7f, october(5, 12, 30)));
    EXPECT_TRUE(is_counted(kolkata, hour_bit(0), 0x02, october(5, 18, 30)));  // Tuesday there
}

}  // namespace
}  // namespace vitrina::insight
