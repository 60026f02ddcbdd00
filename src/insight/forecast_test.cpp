#include "insight/forecast.h"

#include <sstream>

#include <gtest/gtest.h>

namespace vitrina::insight {
namespace {

Layout one_till() {
    return {"test",
            10,
            10,
            {{"queue", {{2, 1}, {4, 1}, {4, 6}, {2, 6}}, ZoneKind::kQueue, "till-1"},
             {"service", {{2, 6}, {4, 6}, {4, 8}, {2, 8}}, ZoneKind::kService, "till-1"},
             {"cashier", {{1, 6}, {2, 6}, {2, 8}, {1, 8}}, ZoneKind::kCashier, "till-1"},
             {"queue 2", {{6, 1}, {8, 1}, {8, 6}, {6, 6}}, ZoneKind::kQueue, "till-2"},
             {"cashier 2", {{5, 6}, {6, 6}, {6, 8}, {5, 8}}, ZoneKind::kCashier, "till-2"}},
            {}};
}

/// Customers come steadily, walk for two minutes and are served for a minute each, one after the other.
class Shop {
  public:
    explicit Shop(double every_s) : every_s_(every_s), queues_(one_till(), {}), forecaster_({}) {}

    void run(double until_s) {
        for (; now_s_ < until_s; now_s_ += 0.5) {
            see(1'000'000, {1.5, 7}, true);
            if (now_s_ >= next_s_) {
                next_s_ += every_s_;
                came_s_.push_back(now_s_);
            }
            for (std::size_t i = 0; i < came_s_.size(); ++i)
                move(i);
            const auto tell = [](const Fact&) { return Result<void>(); };
            ASSERT_TRUE(queues_.advance(instant_at(now_s_), tell));
            for (const auto& joined : queues_.take_joined())
                forecaster_.joined(joined.person, joined.at);
            if (static_cast<int>(now_s_ * 2) % 120 == 0) {
                forecaster_.learn(instant_at(now_s_), queues_);
                outlooks = forecaster_.outlooks(instant_at(now_s_), queues_);
                if (const auto said = forecaster_.advice(instant_at(now_s_), queues_))
                    advice.push_back(*said);
            }
        }
    }
    [[nodiscard]] const Forecaster& forecaster() const { return forecaster_; }
    [[nodiscard]] int waiting() const { return queues_.tills()[0].watch.waiting(); }

    std::vector<Outlook> outlooks;
    std::vector<TillAdvice> advice;

  private:
    void move(std::size_t index) {
        const double age = now_s_ - came_s_[index];
        const auto person = static_cast<PersonId>(index + 1);
        if (age < 120) return see(person, {9, 1 + age / 20}, false);
        if (index < served_) return;
        if (index > served_)
            return see(person, {3, 5.5 - 0.3 * static_cast<double>((index - served_) % 14)}, false);
        if (served_since_s_ < 0) served_since_s_ = now_s_;
        see(person, {3, 7}, false);
        if (now_s_ - served_since_s_ < 60) return;
        served_since_s_ = -1;
        ++served_;
    }
    void see(PersonId person, Point place, bool staff) {
        Sighting sighting;
        sighting.person = person;
        sighting.at = instant_at(now_s_);
        sighting.place = place;
        sighting.body_height = 1.7;
        sighting.score = 1;
        sighting.labels.staff = staff;
        const auto tell = [](const Fact&) { return Result<void>(); };
        ASSERT_TRUE(queues_.observe(sighting, tell));
        forecaster_.observe(sighting);
    }

    double every_s_;
    Queues queues_;
    Forecaster forecaster_;
    double now_s_ = 0;
    double next_s_ = 0;
    std::vector<double> came_s_;
    std::size_t served_ = 0;
    double served_since_s_ = -1;
};

TEST(Forecaster, NobodyComesSoNobodyWillWait) {
    Shop shop(1e9);
    shop.run(3600);
    ASSERT_EQ(shop.outlooks.size(), 3U);
    for (const Outlook& outlook : shop.outlooks)
        EXPECT_LT(outlook.expected, 0.1);
    EXPECT_TRUE(shop.advice.empty());
}

TEST(Forecaster, MoreThanTheTillServesGrowsAndIsSaidInTime) {
    Shop shop(40);
    shop.run(1000);
    const int now = shop.waiting();
    ASSERT_EQ(shop.outlooks.size(), 3U);
    // 1.5 a minute come, one is served.
    EXPECT_GT(shop.outlooks[1].expected, now + 2);
    EXPECT_GT(shop.outlooks[2].expected, shop.outlooks[1].expected + 2);
    EXPECT_LE(shop.outlooks[1].low, shop.outlooks[1].median);
    EXPECT_LE(shop.outlooks[1].median, shop.outlooks[1].high);
    ASSERT_FALSE(shop.advice.empty());
    EXPECT_EQ(shop.advice[0].till, "till-2");
    EXPECT_GT(shop.advice[0].open_at, shop.advice[0].said);
}

TEST(Forecaster, LessThanTheTillServesStaysShort) {
    Shop shop(120);
    shop.run(3600);
    ASSERT_EQ(shop.outlooks.size(), 3U);
    EXPECT_LT(shop.outlooks[2].expected, 1.5);
    EXPECT_TRUE(shop.advice.empty());
}

TEST(Forecaster, WhatWasLearntOutlivesARestart) {
    Shop shop(600);
    shop.run(90'000);  // into the second day
    const std::string memory = shop.forecaster().memory();
    Forecaster again({});
    ASSERT_TRUE(again.remember(memory));
    EXPECT_EQ(again.days(), 1);
    EXPECT_EQ(again.memory(), memory);
    // What memory() doesn't give changes nothing.
    for (const std::string& wrong :
         {std::string(), std::string("1 2 3"), memory + "7", memory + "x", "3" + memory.substr(1),
          memory.substr(0, memory.size() / 2), "2 nan " + memory.substr(4), "2 -5 " + memory.substr(4)}) {
        EXPECT_FALSE(again.remember(wrong)) << wrong.substr(0, 40);
        EXPECT_EQ(again.memory(), memory);
    }
}

std::vector<double> numbers_in(const std::string& text) {
    std::istringstream stream(text);
    std::vector<double> numbers;
    for (double number = 0; stream >> number;)
        numbers.push_back(number);
    return numbers;
}

constexpr std::ptrdiff_t kProfileAt = 5;  // of the numbers of a memory
constexpr std::ptrdiff_t kWeekdaysAt = kProfileAt + 96;
constexpr std::size_t kTillsAt = 5 + 96 + 7 + 7 + 2 * 240;

/// A usual day as it was learnt: entries by quarter of an hour.
std::vector<double> profile_of(const Forecaster& forecaster) {
    const std::vector<double> numbers = numbers_in(forecaster.memory());
    return {numbers.begin() + kProfileAt, numbers.begin() + kProfileAt + 96};
}

/// Days of a shop in which one comes in the middle of each quarter of the given ones, by its own clock.
class Days {
  public:
    explicit Days(const LocalClock& clock) : clock_(clock), queues_(one_till(), {}), forecaster_(options()) {}

    void run(SourceTime from, SourceTime to, int first, int last) {
        for (SourceTime at = from; at < to; at += std::chrono::minutes(1)) {
            const auto minute = static_cast<int>(to_seconds(clock_.of_day(at)) / 60);
            if (minute / 15 >= first && minute / 15 < last && minute % 15 == 7) enter(at);
            forecaster_.learn(at, queues_);
        }
    }
    [[nodiscard]] std::vector<double> profile() const { return profile_of(forecaster_); }

  private:
    [[nodiscard]] ForecastOptions options() const {
        ForecastOptions options;
        options.clock = clock_;
        return options;
    }
    void enter(SourceTime at) {
        Sighting sighting;
        sighting.person = ++people_;
        sighting.at = at;
        sighting.place = {9, 5};
        forecaster_.observe(sighting);
    }

    LocalClock clock_;
    Queues queues_;
    Forecaster forecaster_;
    PersonId people_ = 0;
};

SourceTime at_noon(int year, unsigned month, unsigned day) {
    const std::chrono::sys_days date =
        std::chrono::year(year) / std::chrono::month(month) / std::chrono::day(day);
    return SourceTime(date.time_since_epoch() + std::chrono::hours(12));
}

TEST(Forecaster, AUsualDayKeepsItsHoursWhenTheClockIsPut) {
    using std::chrono::hours;
    // Berlin, put forward on 29 March and back on 25 October 2026, at one o'clock in UTC.
    const LocalClock spring({{at_noon(2026, 3, 1), hours(1)}, {at_noon(2026, 3, 29) - hours(11), hours(2)}});
    const LocalClock autumn(
        {{at_noon(2026, 10, 1), hours(2)}, {at_noon(2026, 10, 25) - hours(11), hours(1)}});
    const auto learnt = [](const LocalClock& clock, SourceTime from, SourceTime to) {
        Days days(clock);
        days.run(from - hours(12), to - hours(12), 9 * 4, 20 * 4);
        return days.profile();
    };
    for (const auto& profile : {learnt(spring, at_noon(2026, 3, 26), at_noon(2026, 4, 1)),
                                learnt(autumn, at_noon(2026, 10, 22), at_noon(2026, 10, 28))}) {
        for (std::size_t quarter = 0; quarter < 96; ++quarter) {
            if (quarter < 36 || quarter >= 80)
                EXPECT_EQ(profile[quarter], 0) << "closed at quarter " << quarter;
            else
                EXPECT_NEAR(profile[quarter], 1, 0.05) << "open at quarter " << quarter;
        }
    }
}

TEST(Forecaster, AnHourThatComesTwiceIsNoBusierAndOneLeftOutNoQuieter) {
    using std::chrono::hours;
    const LocalClock spring({{at_noon(2026, 3, 1), hours(1)}, {at_noon(2026, 3, 29) - hours(11), hours(2)}});
    const LocalClock autumn(
        {{at_noon(2026, 10, 1), hours(2)}, {at_noon(2026, 10, 25) - hours(11), hours(1)}});
    Days before(spring);
    before.run(at_noon(2026, 3, 26) - hours(13), at_noon(2026, 3, 31) - hours(14), 0, 96);  // whole days
    Days after(autumn);
    after.run(at_noon(2026, 10, 22) - hours(14), at_noon(2026, 10, 27) - hours(13), 0, 96);
    for (const auto& profile : {before.profile(), after.profile()})
        for (std::size_t quarter = 0; quarter < 96; ++quarter)
            EXPECT_NEAR(profile[quarter], 1, 0.1) << quarter;
}

TEST(Forecaster, AnEveningGoesOnPastMidnight) {
    // Open from 20 to 2 o'clock, half an hour off UTC.
    Days days(LocalClock(std::chrono::hours(5) + std::chrono::minutes(30)));
    days.run(at_noon(2026, 5, 1), at_noon(2026, 5, 6), 80, 96);
    Days late(LocalClock(std::chrono::hours(5) + std::chrono::minutes(30)));
    late.run(at_noon(2026, 5, 1), at_noon(2026, 5, 6), 0, 8);
    EXPECT_GT(days.profile()[95], 0.5);
    EXPECT_EQ(days.profile()[0], 0);
    EXPECT_GT(late.profile()[0], 0.5);
    EXPECT_EQ(late.profile()[8], 0);
}

/// A shop into which somebody comes in each of the first twelve minutes of every quarter of an hour from 9 to
/// 21, and goes to the queue five minutes later; nobody is ever served.
class SteadyShop {
  public:
    SteadyShop() : queues_(one_till(), {}), forecaster_({}) {}
    /// Goes on in this one with what it learnt.
    SteadyShop(const Forecaster& before, PersonId people) : SteadyShop() {
        EXPECT_TRUE(forecaster_.remember(before.memory()));
        people_ = people;
    }

    /// In minutes since the first midnight.
    void run(int from, int to) {
        for (int minute = from; minute < to; ++minute) {
            const SourceTime at = SourceTime(std::chrono::minutes(minute));
            // Whoever is inside is seen, also by who begins to look only now.
            for (int came = minute - 5; came <= minute; ++came)
                if (comes(came)) see(came, minute - came == 5, at);
            forecaster_.learn(at, queues_);
        }
        now_ = SourceTime(std::chrono::minutes(to - 1));
    }
    /// People who are expected in twenty minutes.
    [[nodiscard]] double expected() { return forecaster_.outlooks(now_, queues_).back().expected; }
    [[nodiscard]] const Forecaster& forecaster() const { return forecaster_; }

  private:
    static bool comes(int minute) {
        const int of_day = minute % 1440;
        return of_day >= 9 * 60 && of_day < 21 * 60 && of_day % 15 < 12;
    }
    void see(int came, bool joins, SourceTime at) {
        Sighting sighting;
        sighting.person = people_ + came;
        sighting.at = at;
        sighting.place = {9, 5};
        forecaster_.observe(sighting);
        if (joins) forecaster_.joined(sighting.person, at);
    }

    Queues queues_;
    Forecaster forecaster_;
    PersonId people_ = 1;  // the number of who comes at the first midnight
    SourceTime now_;
};

constexpr int kDayMinutes = 1440;

TEST(Forecaster, AfterARestartTodayIsAsBusyAsItWas) {
    SteadyShop without;
    without.run(0, 4 * kDayMinutes + 16 * 60);
    SteadyShop with(without.forecaster(), 1'000'000);
    without.run(4 * kDayMinutes + 16 * 60, 4 * kDayMinutes + 17 * 60);
    with.run(4 * kDayMinutes + 16 * 60, 4 * kDayMinutes + 17 * 60);
    const double usual = without.expected();
    EXPECT_GT(usual, 8);
    EXPECT_NEAR(with.expected(), usual, 0.15 * usual);
    // And the day counts as the usual one that it was.
    without.run(4 * kDayMinutes + 17 * 60, 5 * kDayMinutes + 1);
    with.run(4 * kDayMinutes + 17 * 60, 5 * kDayMinutes + 1);
    const auto learnt = profile_of(with.forecaster());
    const auto expected = profile_of(without.forecaster());
    for (std::size_t quarter = 0; quarter < 96; ++quarter)
        EXPECT_NEAR(learnt[quarter], expected[quarter], 0.5) << quarter;
}

TEST(Forecaster, HoursThatNobodyWatchedAreNotQuietOnes) {
    SteadyShop shop;
    shop.run(0, 4 * kDayMinutes + 12 * 60);
    const double usual = shop.expected();
    shop.run(4 * kDayMinutes + 16 * 60, 4 * kDayMinutes + 17 * 60);
    EXPECT_NEAR(shop.expected(), usual, 0.15 * usual);
    shop.run(4 * kDayMinutes + 17 * 60, 5 * kDayMinutes + 1);
    const auto profile = profile_of(shop.forecaster());
    for (std::size_t quarter = 0; quarter < 96; ++quarter)
        EXPECT_NEAR(profile[quarter], quarter >= 36 && quarter < 84 ? 12 : 0, 0.8) << quarter;
    const std::vector<double> numbers = numbers_in(shop.forecaster().memory());
    for (std::ptrdiff_t weekday = 0; weekday < 7; ++weekday)
        EXPECT_NEAR(numbers.at(static_cast<std::size_t>(kWeekdaysAt + weekday)), 1, 0.05) << weekday;
}

TEST(Forecaster, TheDayOnWhichItBeganToLookHadAMorningToo) {
    SteadyShop shop;
    shop.run(15 * 60, 2 * kDayMinutes + 1);  // and a whole day after
    const auto profile = profile_of(shop.forecaster());
    EXPECT_NEAR(profile[10 * 4], 12, 0.8);
    EXPECT_NEAR(profile[18 * 4], 12, 0.8);
}

TEST(Forecaster, ReadsWhatWasWrittenBeforeTodayWasKept) {
    SteadyShop shop;
    shop.run(0, 2 * kDayMinutes);
    const std::vector<double> numbers = numbers_in(shop.forecaster().memory());
    const std::size_t shared_at = kTillsAt + 1 + 96 * static_cast<std::size_t>(numbers.at(kTillsAt));
    const std::size_t end = shared_at + 1 + 4 * static_cast<std::size_t>(numbers.at(shared_at));
    ASSERT_LT(end, numbers.size());
    std::ostringstream old;
    old << 1;
    for (std::size_t i = 1; i < end; ++i)
        old << ' ' << numbers[i];
    Forecaster forecaster({});
    ASSERT_TRUE(forecaster.remember(old.str()));
    EXPECT_EQ(forecaster.days(), 1);
    EXPECT_EQ(profile_of(forecaster), profile_of(shop.forecaster()));
}

}  // namespace
}  // namespace vitrina::insight
