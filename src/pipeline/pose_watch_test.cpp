#include "pipeline/pose_watch.h"

#include <map>
#include <vector>

#include <gtest/gtest.h>

#include "pipeline/reach_of_pose.h"
#include "pipeline/test_finder.h"

namespace vitrina::pipeline {
namespace {

Frame frame(std::int64_t index) {
    Frame frame;
    frame.index = index;
    frame.time = instant_at(0.04 * static_cast<double>(index));
    return frame;
}

TrackBox box(TrackId track, std::int64_t index, double x) {
    return {track, index, frame(index).time, {x, 50, 50, 130}, 0.8, true};
}

TEST(PoseWatch, LooksOftenEnoughAndNotInEveryFrame) {
    Finder finder;
    PoseWatch watch(finder);
    int sightings = 0;
    for (std::int64_t i = 0; i < 250; ++i) {  // 10 s
        const std::vector<TrackBox> boxes = {box(1, i, 100), box(2, i, 300)};
        sightings += static_cast<int>(watch.look(frame(i), boxes).value().size());
    }
    EXPECT_GE(sightings, 2 * 80);
    EXPECT_LE(sightings, 2 * 90);
    EXPECT_EQ(watch.looks(), sightings);
}

TEST(PoseWatch, InACrowdEverybodyHasHisTurn) {
    Finder finder;
    PoseWatchOptions options;
    options.looks_max = 3;
    PoseWatch watch(finder, options);
    std::map<PersonId, int> looks;
    for (std::int64_t i = 0; i < 40; ++i) {
        std::vector<TrackBox> boxes;
        boxes.reserve(20);
        for (TrackId track = 1; track <= 20; ++track)
            boxes.push_back(box(track, i, 60.0 * static_cast<double>(track)));
        const std::vector<PoseSighting> sightings = watch.look(frame(i), boxes).value();
        for (const PoseSighting& sighting : sightings)
            ++looks[sighting.person];
    }
    EXPECT_EQ(finder.looks, 120);
    ASSERT_EQ(looks.size(), 20U);
    for (const auto& [person, count] : looks)
        EXPECT_NEAR(count, 6, 1) << person;
}

TEST(PoseWatch, GuessedBoxesAndSmallPeopleAreNotLookedAt) {
    Finder finder;
    PoseWatch watch(finder);
    TrackBox guessed = box(1, 0, 100);
    guessed.measured = false;
    TrackBox small = box(2, 0, 200);
    small.box.height = 20;
    const std::vector<TrackBox> boxes = {guessed, small};
    EXPECT_TRUE(watch.look(frame(0), boxes).value().empty());
    EXPECT_EQ(finder.looks, 0);
}

TEST(PoseWatch, SomebodyElseInTheBoxIsNotTaken) {
    Finder finder;
    PoseWatch watch(finder);
    const std::vector<TrackBox> before = {box(1, 0, 100), box(2, 0, 130)};
    ASSERT_EQ(watch.look(frame(0), before).value().size(), 2U);
    finder.found = box(1, 0, 100).box.center();  // the network sees the first person in both boxes
    const std::vector<TrackBox> now = {box(1, 5, 100), box(2, 5, 130)};
    const std::vector<PoseSighting> sightings = watch.look(frame(5), now).value();
    ASSERT_EQ(sightings.size(), 1U);
    EXPECT_EQ(sightings[0].person, 1);
}

TEST(ReachOfPose, IsInPixelsOfTheLayoutAndQuantised) {
    Finder finder;
    PoseWatch watch(finder);
    const std::vector<TrackBox> boxes = {box(1, 3, 100)};
    const std::vector<PoseSighting> sightings = watch.look(frame(3), boxes).value();
    ASSERT_EQ(sightings.size(), 1U);
    const auto reach = reach_of_pose(sightings[0], whole_picture(320, 240), 640, 480);
    ASSERT_TRUE(reach);
    EXPECT_EQ(reach->at, instant_at(0.12));
    EXPECT_DOUBLE_EQ(reach->torso, 20);
    EXPECT_DOUBLE_EQ(reach->hands[0].place.x, 62.5);
    EXPECT_DOUBLE_EQ(reach->hands[0].score, 0.8);
}

}  // namespace
}  // namespace vitrina::pipeline
