#include "mosaic/two_classes.h"

#include <cmath>
#include <limits>
#include <random>

#include <gtest/gtest.h>

namespace mosaic::train {
namespace {

constexpr std::size_t kWidth = 40;

/// People who look like their class along one direction, like themselves along all others, and a little
/// different at each look.
TwoClassExamples people(std::uint32_t seed, int of_each, int looks, double apart) {
    std::mt19937 random(seed);
    std::normal_distribution<double> unit;
    TwoClassExamples examples;
    examples.width = kWidth;
    for (int person = 0; person < 2 * of_each; ++person) {
        std::vector<double> self(kWidth);
        for (double& value : self)
            value = unit(random);
        self[3] += person % 2 == 0 ? apart : -apart;
        for (int look = 0; look < looks; ++look) {
            for (const double value : self)
                examples.features.push_back(static_cast<float>(value + 0.3 * unit(random)));
            examples.positive.push_back(person % 2 == 0 ? 1 : 0);
            examples.group.push_back(person);
        }
    }
    return examples;
}

std::span<const float> row_of(const TwoClassExamples& examples, std::size_t row) {
    return std::span(examples.features).subspan(row * kWidth, kWidth);
}

TEST(TwoClasses, TellsWhomItHasNotSeen) {
    const auto head = TwoClassHead::fit(people(1, 10, 4, 4));
    ASSERT_TRUE(head) << head.error().message;
    const TwoClassExamples others = people(2, 50, 1, 4);
    int right = 0;
    for (std::size_t i = 0; i < others.positive.size(); ++i)
        right +=
            (head->probability(head->score(row_of(others, i)), 1) > 0.5) == (others.positive[i] != 0) ? 1 : 0;
    EXPECT_GE(right, 90);
}

TEST(TwoClasses, LeavesGroupsOutAsAWhole) {
    // Nothing tells the classes apart, but each person is easily known again: who leaves out looks one by one
    // would say that all is right.
    const auto head = TwoClassHead::fit(people(3, 20, 5, 0));
    ASSERT_TRUE(head) << head.error().message;
    int right = 0;
    for (const LeftOut& left : head->left_out())
        right += (left.probability > 0.5) == left.positive ? 1 : 0;
    EXPECT_EQ(head->left_out().size(), 40U);
    EXPECT_GT(right, 8);
    EXPECT_LT(right, 32);
}

TEST(TwoClasses, WhatIsLeftOutIsAsIfItHadNotBeenThere) {
    TwoClassExamples examples = people(4, 6, 3, 1.5);
    TwoClassOptions options;
    options.strengths = {0.3};
    options.sharpnesses = {0};
    const auto whole = TwoClassHead::fit(examples, options);
    ASSERT_TRUE(whole);
    // Without the first person, by hand. Its centre and scale are of the others alone, so that it is near and
    // not the same.
    TwoClassExamples rest = examples;
    rest.features.erase(rest.features.begin(), rest.features.begin() + 3 * kWidth);
    rest.positive.erase(rest.positive.begin(), rest.positive.begin() + 3);
    rest.group.erase(rest.group.begin(), rest.group.begin() + 3);
    const auto without = TwoClassHead::fit(rest, options);
    ASSERT_TRUE(without);
    double mean = 0;
    for (std::size_t i = 0; i < 3; ++i)
        mean += without->score(row_of(examples, i)) / 3;
    EXPECT_NEAR(whole->left_out()[0].score, mean, 0.15);
}

TEST(TwoClasses, KnowsAClassThatLooksLikeTwoThings) {
    // Positive at either end of a line, negative in its middle: no plane parts them.
    std::mt19937 random(11);
    std::normal_distribution<double> unit;
    const auto make = [&](int count) {
        TwoClassExamples examples;
        examples.width = 4;
        for (int i = 0; i < count; ++i) {
            const bool positive = i % 2 == 0;
            const double place = positive ? (i % 4 == 0 ? 4 : -4) : 0;
            for (std::size_t k = 0; k < examples.width; ++k)
                examples.features.push_back(static_cast<float>((k == 0 ? place : 0) + 0.5 * unit(random)));
            examples.positive.push_back(positive ? 1 : 0);
            examples.group.push_back(i);
        }
        return examples;
    };
    const auto head = TwoClassHead::fit(make(40));
    ASSERT_TRUE(head) << head.error().message;
    EXPECT_GT(head->sharpness(), 0);
    const TwoClassExamples others = make(100);
    int right = 0;
    for (std::size_t i = 0; i < others.positive.size(); ++i)
        right += (head->score(std::span(others.features).subspan(4 * i, 4)) > 0) == (others.positive[i] != 0)
                     ? 1
                     : 0;
    EXPECT_GE(right, 97);
}

TEST(TwoClasses, MoreLooksAreSurer) {
    const auto head = TwoClassHead::fit(people(5, 10, 6, 2));
    ASSERT_TRUE(head);
    const double one = head->probability(1.0, 1);
    const double several = head->probability(1.0, 6);
    EXPECT_GE(several, one - 0.02);
    EXPECT_GT(one, 0.6);
    EXPECT_LT(head->probability(-1.0, 6), 0.4);
}

TEST(TwoClasses, SaysWhyItCannotLearn) {
    TwoClassExamples examples = people(6, 1, 4, 2);
    EXPECT_NE(TwoClassHead::fit(examples).error().message.find("two groups of each class"),
              std::string::npos);
    examples = people(6, 4, 1, 2);
    examples.features[5] = std::numeric_limits<float>::quiet_NaN();
    EXPECT_NE(TwoClassHead::fit(examples).error().message.find("not a number"), std::string::npos);
    examples = people(6, 4, 2, 2);
    examples.positive[1] = 0;
    EXPECT_NE(TwoClassHead::fit(examples).error().message.find("both classes"), std::string::npos);
    examples = people(6, 4, 1, 2);
    std::fill(examples.features.begin(), examples.features.end(), 1.0F);
    EXPECT_NE(TwoClassHead::fit(examples).error().message.find("all the same"), std::string::npos);
    examples.features.pop_back();
    EXPECT_FALSE(TwoClassHead::fit(examples));
}

}  // namespace
}  // namespace mosaic::train
