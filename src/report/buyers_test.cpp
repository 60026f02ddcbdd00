#include "report/buyers.h"

#include <numeric>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace vitrina::report {
namespace {

using std::chrono::days;
using std::chrono::hours;
using testing::ElementsAre;

UtcTime on(int month, int day, int hour = 12) {
    const std::chrono::sys_days date = std::chrono::year(2026) / month / day;
    return UtcTime(date.time_since_epoch() + hours(hour));
}

BuyersOptions at(UtcTime now) {
    BuyersOptions options;
    options.now = now;
    return options;
}

/// Who comes every so many days.
void come(std::vector<Purchase>& purchases, std::size_t customer, UtcTime from, UtcTime to, days every,
          std::int64_t spends) {
    for (UtcTime when = from; when <= to; when += every)
        purchases.push_back({customer, when, spends, true});
}

Segment segment_in(const Buyers& buyers, std::size_t customer) {
    for (const CustomerFigures& one : buyers.customers)
        if (one.customer == customer) return one.segment;
    ADD_FAILURE() << "customer " << customer << " is missing";
    return Segment::kNew;
}

TEST(Buyers, AreToldApartByWhenHowOftenAndHowMuch) {
    std::vector<Purchase> purchases;
    // Ten who come once in three weeks, as most do.
    for (std::size_t i = 0; i < 10; ++i)
        come(purchases, i, on(1, 5 + static_cast<int>(i)), on(6, 20), days(21), 1000);
    come(purchases, 10, on(1, 5), on(6, 28), days(4), 9000);  // often and much
    come(purchases, 11, on(1, 5), on(6, 28), days(7), 100);   // often and little
    come(purchases, 12, on(1, 5), on(3, 20), days(4), 5000);  // often, once upon a time
    come(purchases, 13, on(2, 1), on(2, 1), days(1), 500);    // once, long ago
    come(purchases, 14, on(6, 25), on(6, 25), days(1), 500);  // the first time
    purchases.push_back({15, on(6, 1), -300, false});         // brought something back, never bought by card
    const Buyers buyers = buyers_of(purchases, at(on(6, 30)));
    EXPECT_EQ(buyers.customers.size(), 15U);
    EXPECT_NEAR(buyers.long_days, 42, 0.5);
    EXPECT_EQ(segment_in(buyers, 0), Segment::kOccasional);
    EXPECT_EQ(segment_in(buyers, 10), Segment::kBest);
    EXPECT_EQ(segment_in(buyers, 11), Segment::kLoyal);
    EXPECT_EQ(segment_in(buyers, 12), Segment::kAtRisk);
    EXPECT_EQ(segment_in(buyers, 13), Segment::kLost);
    EXPECT_EQ(segment_in(buyers, 14), Segment::kNew);
    std::int64_t customers = 0;
    std::int64_t spent = 0;
    for (const SegmentFigures& segment : buyers.segments) {
        customers += segment.customers;
        spent += segment.spent_minor;
    }
    EXPECT_EQ(customers, buyers.all.customers);
    EXPECT_EQ(spent, buyers.all.spent_minor);
    EXPECT_NEAR(buyers.all.hours[12], 1, 1e-9);
    std::int64_t cells = 0;
    for (const auto& row : buyers.recency_by_frequency)
        cells = std::accumulate(row.begin(), row.end(), cells);
    EXPECT_EQ(cells, 15);
}

TEST(Buyers, WhoComesBackForWhatHeForgotIsOnTheSameVisit) {
    const std::vector<Purchase> purchases = {{0, on(6, 1, 10), 100, true},
                                             {0, on(6, 1, 11), 50, true},
                                             {0, on(6, 1, 18), 70, true},
                                             {0, on(6, 2, 10), -50, false}};
    const Buyers buyers = buyers_of(purchases, at(on(6, 30)));
    ASSERT_EQ(buyers.customers.size(), 1U);
    EXPECT_EQ(buyers.customers[0].purchases, 2);
    EXPECT_EQ(buyers.customers[0].spent_minor, 170);
}

TEST(Buyers, WhatIsStillToComeDoesNotCount) {
    const std::vector<Purchase> purchases = {{0, on(6, 1), 100, true}, {1, on(7, 1), 100, true}};
    EXPECT_EQ(buyers_of(purchases, at(on(6, 30))).customers.size(), 1U);
    const Buyers none = buyers_of({}, at(on(6, 30)));
    EXPECT_TRUE(none.customers.empty());
    EXPECT_EQ(none.segments.size(), kSegments);
    EXPECT_EQ(none.all.customers, 0);
}

TEST(Buyers, AreNewOnceAndReturningEver) {
    const std::vector<Purchase> purchases = {{0, on(5, 1), 100, true},  {0, on(6, 2), 100, true},
                                             {0, on(6, 3), 100, true},  {0, on(7, 2), 100, true},
                                             {1, on(6, 10), 30, true},  {1, on(6, 20), 40, true},
                                             {1, on(6, 21), -10, false}};
    const std::vector<UtcTime> edges = {on(6, 1), on(7, 1), on(8, 1)};
    const auto periods = periods_of(purchases, edges);
    ASSERT_EQ(periods.size(), 2U);
    EXPECT_EQ(periods[0].first_time, 1);
    EXPECT_EQ(periods[0].returning, 1);
    EXPECT_EQ(periods[0].purchases, 4);
    EXPECT_EQ(periods[0].spent_minor, 260);
    EXPECT_EQ(periods[1].first_time, 0);
    EXPECT_EQ(periods[1].returning, 1);
}

TEST(Buyers, CohortsAreOfTheShopsMonths) {
    BuyersOptions options = at(on(8, 15));
    options.clock = LocalClock(hours(3));
    // By the shop's clock it is July already.
    const std::vector<Purchase> purchases = {{0, on(6, 30, 22), 100, true},
                                             {0, on(8, 1), 100, true},
                                             {1, on(7, 5), 100, true},
                                             {1, on(7, 9), 100, true},
                                             {2, on(8, 1), 100, true}};
    const auto cohorts = cohorts_of(purchases, options);
    ASSERT_EQ(cohorts.size(), 2U);
    EXPECT_EQ(cohorts[0].month, 7U);
    EXPECT_EQ(cohorts[0].customers, 2);
    EXPECT_THAT(cohorts[0].active, ElementsAre(2, 1));
    EXPECT_THAT(cohorts[1].active, ElementsAre(1));
    EXPECT_EQ(cohorts_of(purchases, options, 1).size(), 1U);
}

TEST(Buyers, SegmentsHaveNames) {
    for (std::size_t i = 0; i < kSegments; ++i)
        EXPECT_EQ(segment_of(to_text(static_cast<Segment>(i))), static_cast<Segment>(i));
    EXPECT_FALSE(segment_of("rich").has_value());
}

}  // namespace
}  // namespace vitrina::report
