#include "teach/staff_model.h"

#include <random>

#include <gtest/gtest.h>

namespace vitrina::teach {
namespace {

constexpr std::size_t kWidth = 30;

StaffExample person(std::mt19937& random, bool staff, int looks, double apart = 3) {
    std::normal_distribution<double> unit;
    std::vector<double> self(kWidth);
    for (double& value : self)
        value = unit(random);
    self[0] += staff ? apart : -apart;
    StaffExample example{staff, {}};
    for (int i = 0; i < looks; ++i) {
        Look look;
        for (const double value : self)
            look.push_back(static_cast<float>(value + 0.3 * unit(random)));
        example.looks.push_back(std::move(look));
    }
    return example;
}

std::vector<StaffExample> shop(std::mt19937& random, int staff, int customers) {
    std::vector<StaffExample> people;
    for (int i = 0; i < staff; ++i)
        people.push_back(person(random, true, 4));
    for (int i = 0; i < customers; ++i)
        people.push_back(person(random, false, 1 + i % 9));
    return people;
}

TEST(StaffModel, LearnsFromTwentyMarks) {
    std::mt19937 random(7);
    const auto model = StaffModel::train(shop(random, 6, 14));
    ASSERT_TRUE(model) << model.error().message;
    EXPECT_EQ(model->right().all, 20);
    EXPECT_GE(model->right().right, 18);
    EXPECT_EQ(model->staff_found().all, 6);
    EXPECT_EQ(model->customers_let_be().all, 14);
    EXPECT_LT(model->right().low, model->right().share);
    int right = 0;
    for (int i = 0; i < 100; ++i) {
        const bool staff = i % 2 == 0;
        const StaffExample other = person(random, staff, 2);
        right += (model->staff_probability(other.looks) >= 0.5) == staff ? 1 : 0;
    }
    EXPECT_GE(right, 92);
}

TEST(StaffModel, NeedsTwoOfEach) {
    std::mt19937 random(1);
    EXPECT_FALSE(StaffModel::train({}));
    EXPECT_FALSE(StaffModel::train(shop(random, 1, 20)));
    EXPECT_TRUE(StaffModel::train(shop(random, 2, 2)));
    auto odd = shop(random, 3, 3);
    odd[2].looks[0].pop_back();
    EXPECT_FALSE(StaffModel::train(odd));
}

TEST(StaffModel, TakesTheNewestOfMany) {
    std::mt19937 random(3);
    auto people = shop(random, 70, 300);
    for (StaffExample& example : people)
        example.looks.resize(1);
    const auto model = StaffModel::train(people);
    ASSERT_TRUE(model) << model.error().message;
    EXPECT_EQ(model->staff_found().all, 70);
    EXPECT_EQ(model->customers_let_be().all, 130);
    EXPECT_EQ(model->left_out().size(), people.size());
    EXPECT_EQ(model->left_out()[70], 0.5);  // the oldest customer
    EXPECT_NE(model->left_out().back(), 0.5);
}

TEST(StaffModel, MarksOfOneNameAreLeftOutTogether) {
    std::mt19937 random(11);
    std::vector<StaffExample> people;
    for (int i = 0; i < 20; ++i)
        people.push_back(person(random, false, 4, 0));
    // Two members without a uniform, each marked five times in what he wears today: nothing but himself tells
    // him, so that who was left out wholly can't be told.
    for (int member = 0; member < 2; ++member) {
        const StaffExample one = person(random, true, 20, 0);
        for (std::size_t mark = 0; mark < 5; ++mark) {
            StaffExample marked{true,
                                {one.looks.begin() + 4 * static_cast<std::ptrdiff_t>(mark),
                                 one.looks.begin() + 4 * static_cast<std::ptrdiff_t>(mark) + 4}};
            people.push_back(marked);
        }
    }
    const auto apart = StaffModel::train(people);
    ASSERT_TRUE(apart) << apart.error().message;
    EXPECT_EQ(apart->staff_found().all, 10);
    EXPECT_GE(apart->staff_found().right, 8) << "each mark is told by the others of the same person";
    for (std::size_t i = 20; i < people.size(); ++i)
        people[i].member = i < 25 ? "Anna" : "Boris";
    const auto together = StaffModel::train(people);
    ASSERT_TRUE(together) << together.error().message;
    EXPECT_EQ(together->staff_found().all, 2) << "people, not marks";
    EXPECT_LT(together->left_out()[20], apart->left_out()[20]);
    EXPECT_EQ(together->left_out()[20], together->left_out()[24]) << "all marks of one";
    for (std::size_t i = 25; i < people.size(); ++i)
        people[i].member = "Anna";
    const auto alone = StaffModel::train(people);
    ASSERT_FALSE(alone) << "one person";
    EXPECT_NE(alone.error().message.find("marks of one name are one person"), std::string::npos);
}

TEST(StaffModel, OfNobodyItKnowsNothing) {
    std::mt19937 random(4);
    const auto model = StaffModel::train(shop(random, 4, 4));
    ASSERT_TRUE(model);
    EXPECT_EQ(model->staff_probability({}), 0.5);
    const std::vector<Look> other_kind{{1.0F, 2.0F}};
    EXPECT_EQ(model->staff_probability(other_kind), 0.5);
}

TEST(StaffModel, RatesHaveWilsonsInterval) {
    const Rate rate = rate_of(19, 20);
    EXPECT_NEAR(rate.share, 0.95, 1e-9);
    EXPECT_NEAR(rate.low, 0.7639, 1e-4);
    EXPECT_NEAR(rate.high, 0.9911, 1e-4);
    EXPECT_EQ(rate_of(0, 0).high, 1);
}

TEST(Behaviour, TheStoreRoomSpeaksForStaffAndNothingAgainst) {
    EXPECT_NEAR(with_behaviour(0.3, {10, 0}), 0.3, 1e-9);
    EXPECT_GT(with_behaviour(0.3, {60, 30}), 0.9);
    EXPECT_GT(with_behaviour(0.5, {7200, 0}), 0.7);
    EXPECT_TRUE(behaves_like_staff({60, 31}));
    EXPECT_FALSE(behaves_like_staff({9000, 5}));
}

TEST(UniformWatch, WarnsWhenMostOfTheSureStaffLookLikeCustomers) {
    UniformWatch watch;
    watch.see(0.1);
    watch.see(0.2);
    EXPECT_FALSE(watch.has_changed());
    watch.see(0.3);
    EXPECT_TRUE(watch.has_changed());
    for (std::size_t i = 0; i < UniformWatch::kKept; ++i)
        watch.see(0.9);
    EXPECT_FALSE(watch.has_changed());
    watch.reset();
    EXPECT_FALSE(watch.has_changed());
}

}  // namespace
}  // namespace vitrina::teach
