#include "privacy/match_rates.h"

#include <array>

#include <gtest/gtest.h>

#include "perceive/face_reader.h"

namespace vitrina::privacy {
namespace {

constexpr std::array kRates = {MatchRate{.false_match = 0.01, .likeness = 0.6},
                               MatchRate{.false_match = 0.001, .likeness = 0.7}};

TEST(MatchRates, AreThoseThatWereMeasured) {
    // The table of docs/accuracy.md, faces, as bench/face_accuracy printed it: the worst of 14 to 100 px.
    const auto rates = match_rates(perceive::kFaceForm);
    ASSERT_EQ(rates.size(), 2U);
    EXPECT_EQ(rates[0].likeness, 0.640);
    EXPECT_EQ(rates[1].likeness, 0.666);
    EXPECT_NEAR(static_cast<double>(rates[0].false_pairs) / rates[0].different_pairs, 0.0071, 5e-5);
    EXPECT_NEAR(static_cast<double>(rates[1].false_pairs) / rates[1].different_pairs, 0.0024, 5e-5);
    EXPECT_EQ(rates[0].false_pairs, 6);
    EXPECT_EQ(rates[1].false_pairs, 2);
    for (const MatchRate& rate : rates) {
        EXPECT_EQ(rate.true_match, 0.933);
        EXPECT_EQ(rate.same_pairs, 30);
        EXPECT_EQ(rate.different_pairs, 840);
    }
    EXPECT_NEAR(false_match_high(rates[0]), 0.0155, 1e-4);
    EXPECT_NEAR(false_match_high(rates[1]), 0.0086, 1e-4) << "0.1 % can't be promised";
    EXPECT_EQ(false_match_high(MatchRate()), 1) << "nothing was measured";
    EXPECT_TRUE(match_rates("another network").empty());
}

TEST(MatchRates, EachLookAtEachPictureCanBeWrong) {
    // 100 pictures at 0.1 %: 95 of 1,000 in one look, up to 552 in eight that have nothing to do with each
    // other.
    const auto alarms = false_in_thousand(kRates[1], 100, 8, 1);
    EXPECT_NEAR(alarms.as_one, 95.2, 0.1);
    EXPECT_NEAR(alarms.at_most, 552.1, 0.1);
    // Of six looks two must agree: that is three times as often as one look at most.
    EXPECT_NEAR(false_in_thousand(kRates[1], 100, 6, 2).at_most, 259.5, 0.1);
    EXPECT_NEAR(false_in_thousand(kRates[1], 1000, 2, 2).at_most, 632.3, 0.1) << "with 1,000 enrolled";
    EXPECT_EQ(false_in_thousand(kRates[1], 0, 6, 2).at_most, 0);
    EXPECT_LE(false_in_thousand(kRates[0], 1000, 500, 1).at_most, 1000);
    // More of the measured pairs were taken for one than the threshold was chosen for.
    MatchRate measured = kRates[1];
    measured.different_pairs = 840;
    measured.false_pairs = 2;
    EXPECT_NEAR(false_in_thousand(measured, 100, 1, 1).as_one, 212.1, 0.1);
}

TEST(MatchRates, TheMoreAreComparedTheLikerSomebodyMustBe) {
    EXPECT_EQ(likeness_among(kRates, 0.01, 1), 0.6);
    EXPECT_EQ(likeness_among(kRates, 0.01, 10), 0.7) << "a rarer rate was measured";
    EXPECT_EQ(likeness_among(kRates, 0.001, 0), 0.7);
    EXPECT_NEAR(likeness_among(kRates, 0.001, 2), 0.730, 1e-3);
    EXPECT_NEAR(likeness_among(kRates, 0.001, 10), 0.800, 1e-3)
        << "as much more as for ten times rarer pairs";
    EXPECT_EQ(likeness_among(kRates, 0.001, 100'000'000), 0.95) << "and no more than that";
    const auto rates = match_rates(perceive::kFaceForm);
    EXPECT_NEAR(likeness_among(rates, 0.001, 10'000), 0.770, 1e-3);
    EXPECT_EQ(likeness_among(std::span(kRates).first(1), 0.01, 1000), 0.6) << "one rate alone tells no slope";
}

}  // namespace
}  // namespace vitrina::privacy
