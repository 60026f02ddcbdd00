#include "report/visitor_mix.h"

#include <cmath>
#include <random>

#include <gtest/gtest.h>

namespace vitrina::report {
namespace {

std::vector<SeenTraits> people(int women, int men, int age = 30) {
    std::vector<SeenTraits> all(static_cast<std::size_t>(women), {Sex::kFemale, age});
    all.resize(static_cast<std::size_t>(women) + static_cast<std::size_t>(men), {Sex::kMale, age});
    return all;
}

TEST(VisitorMix, NobodyIsNoShare) {
    const VisitorMix mix = visitor_mix({});
    EXPECT_EQ(mix.people, 0);
    EXPECT_EQ(mix.of_sex, 0);
    EXPECT_EQ(mix.women.high, 0);
}

TEST(VisitorMix, WithoutErrorsWhatIsToldIsTrue) {
    const Confusion none{1, 1, 0, 0.01};
    const VisitorMix mix = visitor_mix(people(60, 40), none);
    EXPECT_NEAR(mix.women.share, 0.6, 1e-9);
    EXPECT_EQ(mix.women.raw, 0.6);
    EXPECT_LT(mix.women.low, 0.55);
    EXPECT_GT(mix.women.high, 0.65);
    EXPECT_NEAR(mix.ages[1].share, 1, 1e-6);
}

TEST(VisitorMix, SexesThatAreMistakenAreGivenBack) {
    // Of 700 women 9 in 10 are taken for women, of 300 men 2 in 10: 630 + 60.
    const VisitorMix mix = visitor_mix(people(690, 310), {0.9, 0.8, 0, 5});
    EXPECT_NEAR(mix.women.share, 0.7, 1e-9);
    EXPECT_LT(mix.women.low, 0.7);
    EXPECT_GT(mix.women.high, 0.7);
    EXPECT_NEAR(mix.women.raw, 0.69, 1e-9);
}

TEST(VisitorMix, FewPeopleGiveAWideInterval) {
    const Confusion known{0.98, 0.98, 1.5, 5.1};
    const VisitorMix few = visitor_mix(people(3, 2), known);
    const VisitorMix many = visitor_mix(people(3000, 2000), known);
    EXPECT_GT(few.women.high - few.women.low, 5 * (many.women.high - many.women.low));
}

TEST(VisitorMix, ManyPeopleDontMakeUpForFewOnWhomErrorsWereMeasured) {
    // 55 of 100 told to be women are 60 where one woman in ten and no man is taken for the other, which is
    // compatible with none wrong of 27 people.
    const VisitorMix mix = visitor_mix(people(55'000, 45'000));
    EXPECT_NEAR(mix.women.share, 0.55, 0.01);
    EXPECT_LT(mix.women.low, 0.5);
    EXPECT_GT(mix.women.high, 0.6);
    Confusion known = measured_confusion();
    known.women_tried = known.men_tried = known.ages_tried = 0;
    const VisitorMix certain = visitor_mix(people(55'000, 45'000), known);
    EXPECT_EQ(certain.women.share, mix.women.share);
    EXPECT_LT(certain.women.high - certain.women.low, 0.01);
    // So it is with ages: half are just below an edge and half well above it.
    std::vector<SeenTraits> seen = people(50'000, 0, 22);
    seen.resize(100'000, {Sex::kFemale, 35});
    const VisitorMix ages = visitor_mix(seen);
    const VisitorMix certain_ages = visitor_mix(seen, known);
    EXPECT_GT(ages.ages[0].high - ages.ages[0].low,
              3 * (certain_ages.ages[0].high - certain_ages.ages[0].low));
    // Where more were tried it is surer.
    Confusion better = measured_confusion();
    better.women_tried = better.men_tried = 1000;
    const VisitorMix surer = visitor_mix(people(55'000, 45'000), better);
    EXPECT_LT(surer.women.high - surer.women.low, 0.3 * (mix.women.high - mix.women.low));
}

// People of known ages, told with errors: corrected shares are nearer to the truth than those told.
TEST(VisitorMix, AgesThatAreMistakenAreGivenBack) {
    std::mt19937 random(3);
    const Confusion confusion{1, 1, 3, 9};
    std::normal_distribution<double> error(confusion.age_bias, confusion.age_deviation);
    std::uniform_int_distribution<int> young(5, 24);
    std::uniform_int_distribution<int> old(45, 75);
    std::vector<SeenTraits> seen;
    for (int i = 0; i < 4000; ++i) {
        const int age = i % 4 == 0 ? old(random) : young(random);  // three of four are young, none between
        seen.push_back({Sex::kFemale, static_cast<int>(std::lround(std::max(0.0, age + error(random))))});
    }
    const VisitorMix mix = visitor_mix(seen, confusion);
    EXPECT_GT(mix.ages[1].raw, 0.15);
    EXPECT_LT(mix.ages[1].share, 0.6 * mix.ages[1].raw);
    EXPECT_LT(std::abs(mix.ages[0].share - 0.75), std::abs(mix.ages[0].raw - 0.75));
    double sum = 0;
    for (const TraitShare& share : mix.ages) {
        EXPECT_GE(share.share, 0);
        EXPECT_LE(share.low, share.share);
        EXPECT_GE(share.high, share.share);
        sum += share.share;
    }
    EXPECT_NEAR(sum, 1, 1e-6);
}

TEST(VisitorMix, IsTheSameEachTime) {
    const VisitorMix first = visitor_mix(people(20, 30, 44));
    const VisitorMix again = visitor_mix(people(20, 30, 44));
    EXPECT_EQ(first.women.low, again.women.low);
    EXPECT_EQ(first.ages[1].high, again.ages[1].high);
}

TEST(VisitorMix, WhoseSexIsUnknownCountsOnlyAmongAges) {
    std::vector<SeenTraits> seen = people(10, 0);
    seen.push_back({Sex::kUnknown, 70});
    const VisitorMix mix = visitor_mix(seen);
    EXPECT_EQ(mix.people, 11);
    EXPECT_EQ(mix.of_sex, 10);
    EXPECT_GT(mix.ages[2].raw, 0);
}

}  // namespace
}  // namespace vitrina::report
