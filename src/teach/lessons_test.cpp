#include "teach/lessons.h"

#include <gtest/gtest.h>

namespace vitrina::teach {
namespace {

std::vector<Look> looks(float value) {
    return {{value, 0}, {value, 2}};
}

TEST(Lessons, CustomersAreKeptOnlyAsMeansOfThree) {
    Lessons lessons;
    lessons.add_customer(1, looks(0));
    lessons.add_customer(2, looks(90));
    EXPECT_FALSE(lessons.next_group());
    lessons.add_customer(3, looks(3));
    lessons.add_customer(4, looks(6));
    const auto group = lessons.next_group();
    ASSERT_TRUE(group);
    EXPECT_EQ(group->members, (std::vector<Lessons::Person>{1, 3, 4})) << "those most like the first";
    EXPECT_EQ(group->mean, (Look{3, 1}));
    lessons.add_customers(7, 3, group->mean, group->members);
    EXPECT_FALSE(lessons.next_group());
    EXPECT_EQ(lessons.customers(), 4);
    EXPECT_EQ(lessons.examples().size(), 4U) << "in memory they are still known one by one";
    lessons.let_go(3);
    EXPECT_EQ(lessons.examples().size(), 2U) << "the mean, and the one who waits";
    EXPECT_EQ(lessons.customers(), 4);
    lessons.let_go(2);
    EXPECT_EQ(lessons.examples().size(), 2U);
}

TEST(Lessons, WhoLeftWhileHeWaitedIsNotKnownAloneOnceThereIsAMean) {
    Lessons lessons;
    lessons.add_customer(1, looks(0));
    lessons.let_go(1);
    lessons.add_customer(2, looks(2));
    lessons.add_customer(3, looks(4));
    EXPECT_EQ(lessons.examples().size(), 3U) << "he waits";
    const auto group = lessons.next_group();
    ASSERT_TRUE(group);
    lessons.add_customers(7, 3, group->mean, group->members);
    ASSERT_EQ(lessons.examples().size(), 1U);
    EXPECT_EQ(lessons.examples()[0].looks, std::vector<Look>({group->mean}));
    EXPECT_EQ(lessons.kept_with(1), 7);
    EXPECT_TRUE(lessons.is_of_customers(7));
    EXPECT_EQ(lessons.take_back(2), 7);
    EXPECT_EQ(lessons.customers(), 1) << "only who is still in memory waits again";
}

TEST(Lessons, WhoComesBackWhileHeWaitedIsKnownAsBefore) {
    Lessons lessons;
    lessons.add_customer(1, looks(0));
    lessons.let_go(1);
    lessons.add_customer(1, looks(1));
    lessons.add_customer(2, looks(2));
    lessons.add_customer(3, looks(4));
    const auto group = lessons.next_group();
    ASSERT_TRUE(group);
    lessons.add_customers(7, 3, group->mean, group->members);
    EXPECT_EQ(lessons.examples().size(), 3U);
}

TEST(Lessons, AMarkThatIsTakenBackTakesTheMeanWithIt) {
    Lessons lessons;
    for (Lessons::Person person = 1; person <= 3; ++person)
        lessons.add_customer(person, looks(static_cast<float>(person)));
    lessons.add_customers(7, 3, lessons.next_group()->mean, lessons.next_group()->members);
    EXPECT_EQ(lessons.take_back(2), 7);
    EXPECT_EQ(lessons.customers(), 2);
    EXPECT_FALSE(lessons.next_group());
    EXPECT_EQ(lessons.take_back(1), 0) << "he waits, and nothing is kept of him";
    EXPECT_EQ(lessons.customers(), 1);
    EXPECT_EQ(lessons.take_back(99), 0);
}

TEST(Lessons, StaffAreKeptOneByOne) {
    Lessons lessons;
    lessons.add_staff(3, looks(1), "Anna");
    EXPECT_EQ(lessons.unnamed(), 0);
    EXPECT_EQ(lessons.examples().at(0).member, "Anna");
    lessons.add_staff(3, looks(1));
    EXPECT_EQ(lessons.unnamed(), 1);
    lessons.add_customers(4, 3, {5, 5});
    EXPECT_EQ(lessons.staff(), 1);
    EXPECT_EQ(lessons.customers(), 3);
    const auto examples = lessons.examples();
    ASSERT_EQ(examples.size(), 2U);
    EXPECT_TRUE(examples[0].staff);
    EXPECT_EQ(examples[1].looks, std::vector<Look>({{5, 5}}));
    EXPECT_TRUE(lessons.remove(3));
    EXPECT_FALSE(lessons.remove(3));
    EXPECT_TRUE(lessons.remove(4));
    EXPECT_TRUE(lessons.examples().empty());
    lessons.add_staff(3, looks(1));
    lessons.clear();
    EXPECT_EQ(lessons.staff(), 0);
}

TEST(Lessons, AMeanOfNothingIsNothing) {
    EXPECT_TRUE(mean_of({}).empty());
    EXPECT_EQ(mean_of({{1, 3}, {3, 5}}), (Look{2, 4}));
}

}  // namespace
}  // namespace vitrina::teach
