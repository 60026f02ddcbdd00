#include "evaluate/audit_error.h"

#include <algorithm>
#include <cmath>
#include <random>
#include <vector>

#include <gtest/gtest.h>

namespace vitrina::evaluate {
namespace {

TEST(StudentT, IsThatOfTheTables) {
    EXPECT_NEAR(student_t(1), 12.706, 1e-3);
    EXPECT_NEAR(student_t(6), 2.447, 0.012);
    EXPECT_NEAR(student_t(10), 2.228, 0.005);
    EXPECT_NEAR(student_t(30), 2.042, 0.002);
    EXPECT_NEAR(student_t(1e9), 1.960, 1e-3);
}

// Worked out by hand: 100 windows with somebody, 10 answered, two of them one too few; 400 without, 8
// answered, all right.
TEST(CountError, OfTwoStrata) {
    AuditStratum busy{100, {1, 1, 0, 0, 0, 0, 0, 0, 0, 0}};
    AuditStratum quiet{400, {0, 0, 0, 0, 0, 0, 0, 0}};
    const auto error = count_error(120, std::vector{busy, quiet});
    ASSERT_TRUE(error);
    EXPECT_DOUBLE_EQ(error->truth, 140);
    EXPECT_NEAR(*error->share, -20.0 / 140, 1e-12);
    // s^2 = 1.6 / 9; variance 100^2 * 0.9 * 0.17778 / 10 = 160; t of 9 is 2.262; 400 * 0.98 * 3 / 8 = 147.
    EXPECT_NEAR(error->truth_high - error->truth, std::sqrt(2.262 * 2.262 * 160 + 147.0 * 147), 0.5);
    EXPECT_EQ(error->answered, 18);
}

TEST(CountError, WhatWasAnsweredWholeIsCertain) {
    const auto error = count_error(5, std::vector<AuditStratum>{{3, {1, 0, -1}}});
    ASSERT_TRUE(error);
    EXPECT_DOUBLE_EQ(error->truth_low, 5);
    EXPECT_DOUBLE_EQ(error->truth_high, 5);
}

TEST(CountError, NothingIsKnownWhereNobodyAnswered) {
    EXPECT_FALSE(count_error(5, std::vector<AuditStratum>{{3, {0}}, {9, {}}}));
    EXPECT_TRUE(count_error(5, std::vector<AuditStratum>{{3, {0}}, {0, {}}}));
}

TEST(CountError, AShareOfNothingIsNone) {
    const auto error = count_error(0, std::vector<AuditStratum>{{50, {0, 0, 0}}});
    ASSERT_TRUE(error);
    EXPECT_FALSE(error->share);
    EXPECT_FALSE(error->share_high);
    EXPECT_GT(error->truth_high, 0);
}

// A shop whose errors are known: the interval holds the truth about as often as it says.
TEST(CountErrorProperty, TheIntervalHoldsTheTruth) {
    std::mt19937 random(7);
    int held = 0;
    constexpr int kShops = 400;
    for (int shop = 0; shop < kShops; ++shop) {
        std::vector<AuditStratum> strata(2);
        double counted = 0;
        double truth = 0;
        for (std::size_t h = 0; h < 2; ++h) {
            std::vector<double> differences;
            const int all = h == 0 ? 300 : 1200;
            for (int i = 0; i < all; ++i) {
                const int people = h == 0 ? 1 + static_cast<int>(random() % 3) : 0;
                const bool is_wrong = random() % 100 < (h == 0 ? 12 : 2);
                const int seen = is_wrong ? std::max(0, people + (random() % 3 == 0 ? 1 : -1)) : people;
                const int really = is_wrong && h == 1 ? 1 : people;
                counted += h == 0 ? seen : 0;
                truth += really;
                differences.push_back(really - (h == 0 ? seen : 0));
            }
            std::shuffle(differences.begin(), differences.end(), random);
            differences.resize(30);
            strata[h] = {all, differences};
        }
        const auto error = count_error(counted, strata);
        ASSERT_TRUE(error);
        held += error->truth_low <= truth && truth <= error->truth_high ? 1 : 0;
    }
    EXPECT_GT(held, kShops * 90 / 100);
}

}  // namespace
}  // namespace vitrina::evaluate
