#include "report/effect.h"

#include <cmath>
#include <random>
#include <vector>

#include <gtest/gtest.h>

namespace vitrina::report {
namespace {

double uniform(std::mt19937_64& random) {
    return (static_cast<double>(random() >> 11U) + 0.5) * 0x1p-53;
}

/// Who stays longer is approached more often, and is likelier to buy all the same.
std::vector<Occasion> made_up(std::uint64_t seed, double factor, double* truth, int count = 2000) {
    std::mt19937_64 random(seed);
    std::vector<Occasion> occasions;
    double added = 0;
    double treated_count = 0;
    for (int i = 0; i < count; ++i) {
        const auto stratum = static_cast<std::int64_t>(random() % 8);
        const double keen = uniform(random);
        const double stays_s = -std::log(uniform(random)) * 40 * keen;
        const double approached_s = -std::log(uniform(random)) * 60;
        const bool treated = approached_s < stays_s;
        const double chance = 0.1 + 0.3 * keen;
        const double with = treated ? chance * factor : chance;
        occasions.push_back({stratum, treated ? approached_s : stays_s, treated,
                             uniform(random) < with ? 1.0 : 0.0, 0, false});
        if (treated) added += with - chance, ++treated_count;
    }
    if (truth != nullptr) *truth = added / treated_count;
    return occasions;
}

TEST(Effect, WithoutTimeItIsTheComparisonOfShares) {
    // 40 treated of whom 20 buy, 80 untreated of whom 20 do: 0.25 more, twice as many.
    std::vector<Occasion> occasions;
    occasions.reserve(120);
    for (int i = 0; i < 40; ++i)
        occasions.push_back({1, 0, true, i < 20 ? 1.0 : 0.0, 0, false});
    for (int i = 0; i < 80; ++i)
        occasions.push_back({1, 0, false, i < 20 ? 1.0 : 0.0, 0, false});
    const Effect effect = effect_of(occasions);
    ASSERT_TRUE(effect.is_known);
    EXPECT_EQ(effect.compared, 40);
    EXPECT_NEAR(effect.added.value, 0.25, 1e-12);
    EXPECT_NEAR(effect.factor.value, 2, 1e-12);
    EXPECT_NEAR(effect.naive.value, 0.25, 1e-12);
    // Of two independent shares: sqrt(0.25 / 40 + 0.1875 / 80).
    EXPECT_NEAR(effect.added.high - effect.added.low, 2 * 1.96 * 0.0927, 0.03);
}

TEST(Effect, ThinStrataAreComparedInTheWiderOne) {
    // Each alone in his stratum: 40 treated of whom 20 buy, 40 untreated of whom 10 do.
    std::vector<Occasion> occasions;
    for (int i = 0; i < 40; ++i) {
        occasions.push_back({2 * i + 10, 0, true, i < 20 ? 1.0 : 0.0, 0, false, -1});
        occasions.push_back({2 * i + 11, 0, false, i < 10 ? 1.0 : 0.0, 0, false, -1});
    }
    // Those of a stratum of which enough are untreated stay in it.
    for (int i = 0; i < 10; ++i)
        occasions.push_back({1, 0, false, 0, 0, false, -1});
    const Effect effect = effect_of(occasions);
    ASSERT_TRUE(effect.is_known);
    EXPECT_EQ(effect.compared, 40);
    EXPECT_NEAR(effect.factor.value, 2, 1e-12);
    for (Occasion& one : occasions)
        one.wider = 0;
    EXPECT_FALSE(effect_of(occasions).is_known);
}

TEST(Effect, WhatMakesBothLikelierIsNotTakenForIt) {
    int held = 0;
    int naive_held = 0;
    for (std::uint64_t seed = 1; seed <= 200; ++seed) {
        double truth = 0;
        const Effect effect = effect_of(made_up(seed, 1.4, &truth));
        ASSERT_TRUE(effect.is_known);
        held += effect.added.low <= truth && truth <= effect.added.high ? 1 : 0;
        naive_held += effect.naive.low <= truth && truth <= effect.naive.high ? 1 : 0;
    }
    // 95 % of 200, within three deviations.
    EXPECT_GE(held, 181);
    EXPECT_LE(held, 199);
    EXPECT_LT(naive_held, 120);
}

TEST(Effect, NothingAddsNothing) {
    double sum = 0;
    for (std::uint64_t seed = 1; seed <= 100; ++seed)
        sum += effect_of(made_up(seed, 1, nullptr)).added.value / 100;
    EXPECT_NEAR(sum, 0, 0.012);
}

TEST(Effect, OccasionsOfOnePersonAreNotMoreThanOnePerson) {
    const std::vector<Occasion> once = made_up(5, 1.4, nullptr);
    std::vector<Occasion> often;
    for (std::size_t i = 0; i < once.size(); ++i) {
        for (int k = 0; k < 4; ++k) {
            often.push_back(once[i]);
            often.back().whose = static_cast<std::int64_t>(i) + 1;
        }
    }
    const Effect one = effect_of(once);
    const Effect four = effect_of(often);
    EXPECT_NEAR(four.added.value, one.added.value, 1e-9);
    EXPECT_NEAR(four.added.high - four.added.low, one.added.high - one.added.low, 0.02);
    EXPECT_NEAR(four.naive.high, one.naive.high, 1e-9);
}

TEST(Effect, TheOrderOfOccasionsSaysNothing) {
    std::vector<Occasion> occasions = made_up(7, 1.4, nullptr);
    const Effect first = effect_of(occasions);
    std::reverse(occasions.begin(), occasions.end());
    const Effect second = effect_of(occasions);
    EXPECT_NEAR(second.added.value, first.added.value, 1e-9);
    EXPECT_NEAR(second.added.low, first.added.low, 1e-9);
}

TEST(Effect, WhoIsTreatedInTwoPlacesAtOnceIsOne) {
    std::vector<Occasion> occasions;
    for (int i = 0; i < 200; ++i)
        for (const int place : {0, 1})
            occasions.push_back({place, 10, i % 2 == 0, i % 3 == 0 ? 1.0 : 0.0, i + 1, false});
    const Effect effect = effect_of(occasions);
    EXPECT_EQ(effect.treated, 100);
    EXPECT_EQ(effect.compared, 100);
}

TEST(Effect, TooLittleIsSaidToBeTooLittle) {
    EXPECT_FALSE(effect_of({}).is_known);
    std::vector<Occasion> occasions;
    occasions.reserve(400);
    for (int i = 0; i < 400; ++i)
        occasions.push_back({i, 0, i % 2 == 0, 1, 0, false});  // nobody is like anybody
    const Effect alone = effect_of(occasions);
    EXPECT_FALSE(alone.is_known);
    EXPECT_EQ(alone.compared, 0);
    EXPECT_EQ(alone.treated, 200);
    for (Occasion& one : occasions)
        one.stratum = 0, one.outcome = one.treated ? 0 : 1;  // and of the treated nothing comes
    EXPECT_FALSE(effect_of(occasions).is_known);
}

}  // namespace
}  // namespace vitrina::report
