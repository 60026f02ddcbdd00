#include "pipeline/live_poses.h"

#include <algorithm>
#include <map>

#include <gtest/gtest.h>

#include "pipeline/test_finder.h"

namespace vitrina::pipeline {
namespace {

LiveTracks tracks(int people, double shift = 0) {
    LiveTracks tracks;
    for (int i = 1; i <= people; ++i) {
        LivePerson person;
        person.person = i;
        person.box = {100.0 * i + shift, 50, 50, 130};
        person.score = 0.8;
        tracks.people.push_back(person);
    }
    return tracks;
}

Frame frame(int index) {
    Frame frame;
    frame.index = index;
    frame.time = instant_at(0.2 * index);
    return frame;
}

TEST(LivePoses, TwoInAPictureAndEverybodyHasHisTurn) {
    LivePoses poses;
    Finder finder;
    std::map<PersonId, int> looks;
    for (int i = 0; i < 12; ++i) {
        const auto sightings = poses.look(finder, frame(i), tracks(4)).value();
        EXPECT_LE(sightings.size(), 2U);
        for (const PoseSighting& sighting : sightings)
            ++looks[sighting.person];
    }
    ASSERT_EQ(looks.size(), 4U);
    for (const auto& [person, count] : looks)
        EXPECT_NEAR(count, 6, 1);
}

TEST(LivePoses, AnotherThreadsNetworkGoesOn) {
    LivePoses poses;
    Finder first;
    Finder second;
    EXPECT_EQ(poses.look(first, frame(0), tracks(1)).value().size(), 1U);
    EXPECT_EQ(poses.look(second, frame(1), tracks(1)).value().size(), 1U);
    EXPECT_EQ(first.looks + second.looks, 2);
}

TEST(LivePoses, IsDrawnWhereThePersonIsNowAndNotForLong) {
    LivePoses poses;
    Finder finder;
    ASSERT_EQ(poses.look(finder, frame(0), tracks(1)).value().size(), 1U);
    LiveTracks moved = tracks(1, 30);
    poses.draw_into(moved, instant_at(0.4));
    ASSERT_TRUE(moved.people[0].pose);
    EXPECT_NEAR((*moved.people[0].pose)[Joint::kNose].place.x, 100 + 30 + 25, 1e-6);
    // The finder's shoulders are half as far apart as those of somebody who turns his back.
    ASSERT_TRUE(moved.people[0].facing_deg);
    EXPECT_NEAR(*moved.people[0].facing_deg, 309.7, 0.5);
    LiveTracks later = tracks(1);
    poses.draw_into(later, instant_at(2));
    EXPECT_FALSE(later.people[0].pose);
    EXPECT_FALSE(later.people[0].facing_deg);
    LiveTracks other = tracks(0);
    poses.draw_into(other, instant_at(0.1));
}

TEST(LivePoses, WhoIsSeenForAMomentAndNeverLookedAtIsForgotten) {
    LivePoses poses;
    Finder finder;
    std::size_t most = 0;
    for (int i = 0; i < 1000; ++i) {  // 200 s, three new tracks in each picture: two are looked at
        LiveTracks passing = tracks(3);
        for (LivePerson& person : passing.people)
            person.person += 3 * i;
        ASSERT_TRUE(poses.look(finder, frame(i), passing));
        most = std::max(most, poses.people());
    }
    EXPECT_LE(most, 3U * 51U) << "of ten seconds";
    EXPECT_GE(most, 3U * 50U);
}

TEST(ShareOfTime, GivesItsShareAndSavesALittle) {
    ShareOfTime share;
    int looks = 0;
    for (int i = 0; i < 1000; ++i)  // a picture each 100 ms, 50 ms a look
        if (share.is_left(instant_at(0.1 * i))) {
            share.spend(std::chrono::milliseconds(50));
            ++looks;
        }
    EXPECT_NEAR(looks * 0.05 / 100, ShareOfTime::kShare, 0.02);
}

}  // namespace
}  // namespace vitrina::pipeline
