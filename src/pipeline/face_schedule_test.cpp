#include "pipeline/face_schedule.h"

#include <map>

#include <gtest/gtest.h>

namespace vitrina::pipeline {
namespace {

const Picture& picture() {
    static const Picture kPicture{1920, 1080, {}};
    return kPicture;
}

LivePerson person(PersonId id, double height, double x = 400) {
    LivePerson person;
    person.person = id;
    person.box = {x, 100, height / 3, height};
    person.score = 0.9;
    return person;
}

TEST(FaceSchedule, SmallPeopleAreNotLookedAt) {
    FaceSchedule schedule;
    const std::vector<LivePerson> people = {person(1, 120), person(2, 600)};
    const auto choices = schedule.choose(instant_at(0), picture(), people, 5);
    ASSERT_EQ(choices.size(), 1U);
    EXPECT_EQ(choices[0].person, 1U);
}

TEST(FaceSchedule, GoodLooksBecomeSeldom) {
    FaceSchedule schedule;
    const std::vector<LivePerson> people = {person(1, 600)};
    std::vector<double> looks;
    for (int i = 0; i < 5 * 60; ++i) {
        const SourceTime now = instant_at(i / 5.0);
        for (const auto& choice : schedule.choose(now, picture(), people, 2)) {
            looks.push_back(i / 5.0);
            schedule.looked(1, now, choice.head, 0.8);
        }
    }
    EXPECT_EQ(looks.at(0), 0);
    EXPECT_LE(looks.at(2), 1.5);
    EXPECT_LE(looks.size(), 9U);
}

TEST(FaceSchedule, WhereNoFaceIsItIsSoughtAgainSoonAndThenMoreSeldom) {
    FaceSchedule schedule;
    const std::vector<LivePerson> people = {person(1, 600)};
    std::vector<double> looks;
    for (int i = 0; i < 10 * 20; ++i) {
        const SourceTime now = instant_at(i / 10.0);
        for (const auto& choice : schedule.choose(now, picture(), people, 2)) {
            looks.push_back(i / 10.0);
            schedule.looked(1, now, choice.head, 0);
        }
    }
    ASSERT_GT(looks.size(), 20U);
    EXPECT_LE(looks[4], 1.3);
    EXPECT_GE(looks.back() - looks[looks.size() - 2], 0.9);
    EXPECT_LE(looks.size(), 40U);
}

TEST(FaceSchedule, WhoComesNearerIsLookedAtAtOnce) {
    FaceSchedule schedule;
    std::vector<LivePerson> people = {person(1, 330)};
    for (int i = 0; i < 20; ++i) {
        const SourceTime now = instant_at(i / 5.0);
        for (const auto& choice : schedule.choose(now, picture(), people, 2))
            schedule.looked(1, now, choice.head, 0.6);
    }
    EXPECT_TRUE(schedule.choose(instant_at(4.0), picture(), people, 2).empty());
    people = {person(1, 600)};
    EXPECT_EQ(schedule.choose(instant_at(4.4), picture(), people, 2).size(), 1U);
}

TEST(FaceSchedule, EverybodyHasHisTurnAndWhoIsNewComesFirst) {
    FaceSchedule schedule;
    std::vector<LivePerson> people;
    people.reserve(9);
    for (PersonId id = 1; id <= 8; ++id)
        people.push_back(person(id, 500, 200.0 * static_cast<double>(id)));
    std::map<PersonId, int> looks;
    for (int i = 0; i < 10; ++i) {
        const SourceTime now = instant_at(i / 5.0);
        const auto choices = schedule.choose(now, picture(), people, 2);
        EXPECT_LE(choices.size(), 2U);
        for (const auto& choice : choices) {
            ++looks[people[choice.person].person];
            schedule.looked(people[choice.person].person, now, choice.head, i % 2 == 0 ? 0.7 : 0);
        }
    }
    EXPECT_EQ(looks.size(), 8U);
    people.push_back(person(9, 500, 1700));
    const auto choices = schedule.choose(instant_at(2.4), picture(), people, 1);
    ASSERT_EQ(choices.size(), 1U);
    EXPECT_EQ(people[choices[0].person].person, 9);
}

TEST(FaceSchedule, TheHeadIsWhereThePoseHasIt) {
    LivePerson somebody = person(1, 600);
    const auto by_box = head_of(somebody, picture()).value();
    EXPECT_NEAR(by_box.center.x, 500, 1);
    EXPECT_NEAR(by_box.center.y, 151, 1);
    Pose pose;
    pose[Joint::kNose] = {{560, 170}, 0.9};
    pose[Joint::kLeftShoulder] = {{620, 250}, 0.9};
    pose[Joint::kRightShoulder] = {{480, 250}, 0.9};
    somebody.pose = pose;
    const auto by_pose = head_of(somebody, picture()).value();
    EXPECT_EQ(by_pose.center, (Point{560, 170}));
    EXPECT_NEAR(by_pose.eyes_px, 22, 2);
    EXPECT_NEAR(by_pose.eyes_px, by_box.eyes_px, 3);
}

TEST(FaceSchedule, ABodyThatGoesOnBelowThePictureIsTallerThanItsBox) {
    LivePerson near_one;
    near_one.person = 1;
    near_one.box = {700, 300, 500, 780};
    near_one.score = 0.9;
    EXPECT_GT(head_of(near_one, picture())->eyes_px, 0.037 * 1000);
    near_one.box = {0, 0, 0, 100};
    EXPECT_FALSE(head_of(near_one, picture()));
}

}  // namespace
}  // namespace vitrina::pipeline
