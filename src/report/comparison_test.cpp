#include "report/comparison.h"

#include <cstdint>
#include <random>

#include <gtest/gtest.h>

namespace vitrina::report {
namespace {

TEST(Comparison, ADifferenceHasItsIntervalAndChance) {
    // By hand: 40 of 200 and 60 of 200, z = 0.1 / sqrt(0.25 * 0.75 * 0.01) = 2.3094, p = 0.0209;
    // Wilson's intervals are 0.1503 to 0.2608 and 0.2407 to 0.3668.
    const Difference difference = difference_of({40, 200}, {60, 200});
    EXPECT_NEAR(difference.difference, 0.1, 1e-9);
    EXPECT_NEAR(difference.p, 0.0209, 1e-4);
    EXPECT_NEAR(difference.low, 0.0153, 1e-3);
    EXPECT_NEAR(difference.high, 0.1833, 1e-3);
}

TEST(Comparison, OfNobodyNothingIsKnown) {
    for (const Difference& difference : {difference_of({0, 0}, {3, 5}), difference_of({3, 5}, {0, 0})}) {
        EXPECT_EQ(difference.p, 1);
        EXPECT_EQ(difference.low, -1);
        EXPECT_EQ(difference.high, 1);
    }
    const Difference same = difference_of({5, 5}, {7, 7});
    EXPECT_EQ(same.p, 1);
    EXPECT_EQ(same.difference, 0);
}

TEST(Comparison, FewAreComparedExactly) {
    // By hand: 2 of the C(10, 5) = 252 ways to choose who; then 1 + 25 on each side of them.
    EXPECT_NEAR(difference_of({0, 5}, {5, 5}).p, 2 / 252.0, 1e-9);
    EXPECT_NEAR(difference_of({5, 5}, {0, 5}).p, 2 / 252.0, 1e-9);
    EXPECT_NEAR(difference_of({1, 5}, {4, 5}).p, 52 / 252.0, 1e-9);
    EXPECT_NEAR(difference_of({2, 5}, {3, 5}).p, 1, 1e-9);
    // Fisher's tea: 3 of 4 and 1 of 4.
    EXPECT_NEAR(difference_of({3, 4}, {1, 4}).p, 34 / 70.0, 1e-9);
    // Few of very many, and nobody of them.
    EXPECT_NEAR(difference_of({0, 1'000'000}, {5, 1'000'000}).p, 2 / 32.0, 1e-4);
    EXPECT_EQ(difference_of({0, 5}, {0, 7}).p, 1);
}

TEST(Comparison, ChanceAloneIsRarelySignificant) {
    std::mt19937 random(7);
    Plan plan;
    for (int i = 0; i < 6; ++i)
        plan.zones.push_back({"zone " + std::to_string(i), {}, ZoneKind::kDepartment, {}});
    const auto day = [&](double attraction) {
        insight::SpaceUse use;
        use.people = 800;
        for (int i = 0; i < 6; ++i) {
            insight::ZoneUse zone;
            zone.passed = std::binomial_distribution<std::int64_t>(800, 0.4)(random);
            zone.stopped =
                std::binomial_distribution<std::int64_t>(zone.passed, i == 0 ? attraction : 0.3)(random);
            zone.touched = std::binomial_distribution<std::int64_t>(zone.stopped, 0.5)(random);
            zone.paid = std::binomial_distribution<std::int64_t>(zone.stopped, 0.6)(random);
            use.zones.push_back(zone);
        }
        return use;
    };
    int wrong = 0;
    int found = 0;
    for (int i = 0; i < 400; ++i) {
        bool any = false;
        for (const ComparedZone& zone : compare(plan, day(0.3), day(0.3)))
            any = any || zone.difference.significant;
        wrong += any ? 1 : 0;
        for (const ComparedZone& zone : compare(plan, day(0.3), day(0.5)))
            if (zone.zone == 0 && zone.what == ComparedShare::kAttraction)
                found += zone.difference.significant ? 1 : 0;
    }
    EXPECT_LE(wrong, 32) << "5 % of 400 are 20, and 32 is three deviations more";
    EXPECT_GE(found, 380);
}

}  // namespace
}  // namespace vitrina::report
