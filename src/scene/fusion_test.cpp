#include "scene/fusion.h"

#include <cmath>
#include <functional>
#include <random>
#include <set>

#include <gtest/gtest.h>

namespace vitrina::scene {
namespace {

/// 20 x 10 m, a wall in the middle with a gap, the entrance left and the staff's door right.
Plan plan() {
    Plan plan;
    plan.width_m = 20;
    plan.depth_m = 10;
    plan.walls = {{{10, 0}, {10, 10}}};
    plan.doors = {{"main", {0, 4}, {0, 6}, DoorUse::kEntrance},
                  {"gap", {10, 4}, {10, 6}, DoorUse::kInner},
                  {"store", {20, 4}, {20, 6}, DoorUse::kStaff}};
    return plan;
}

/// Vectors of people: 1 is nothing like 2.
Appearance looks_of(int person) {
    std::mt19937 random(static_cast<unsigned>(person));
    std::normal_distribution<float> normal(0, 1);
    Appearance looks{std::vector<float>(32), 1};
    float sum = 0;
    for (float& value : looks.vector) {
        value = normal(random);
        sum += value * value;
    }
    for (float& value : looks.vector)
        value /= std::sqrt(sum);
    return looks;
}

class Scene {
  public:
    /// A walk seen by one camera: from `begin_s` to `end_s`, `place` by seconds.
    void walk(TrackletId tracklet, int camera, int person, double begin_s, double end_s,
              const std::function<Point(double)>& place) {
        for (double at = begin_s; at <= end_s; at += 0.2)
            sightings_.push_back({at, {tracklet, camera, person, place(at)}});
        ends_[tracklet] = end_s;
    }

    void run(double until_s) {
        std::mt19937 random(5);
        std::normal_distribution<double> normal(0, 0.08);
        Fusion fusion(plan(), {});
        std::set<TrackletId> ended;
        for (double now = 0; now < until_s; now += 0.1) {
            for (const auto& [at, seen] : sightings_) {
                if (at < now || at >= now + 0.1) continue;
                PlanSighting sighting;
                sighting.tracklet = seen.tracklet;
                sighting.camera = seen.camera;
                sighting.at = instant_at(100 + at);
                sighting.place = {seen.place.x + normal(random), seen.place.y + normal(random)};
                sighting.covariance = {0.02, 0, 0.02};
                sighting.score = 0.8;
                const Appearance looks = looks_of(seen.person);
                fusion.see(sighting, &looks);
            }
            for (const auto& [tracklet, end] : ends_)
                if (end < now && ended.insert(tracklet).second) fusion.tracklet_ended(tracklet);
            take(fusion.advance(instant_at(100 + now)));
        }
        remembered = fusion.remembered();
    }

    std::map<TrackletId, PersonId> owner;
    std::map<TrackletId, int> told;  // how often
    std::set<PersonId> entered;
    std::size_t remembered = 0;

  private:
    struct Seen {
        TrackletId tracklet;
        int camera;
        int person;
        Point place;
    };
    void take(const FusionOutput& output) {
        for (const Belonging& belonging : output.belongings) {
            owner[belonging.tracklet] = belonging.person;
            EXPECT_GT(belonging.revision, told[belonging.tracklet]);
            told[belonging.tracklet] = belonging.revision;
        }
        entered.insert(output.entered.begin(), output.entered.end());
        for (const PersonId person : output.not_entered)
            entered.erase(person);
    }

    std::vector<std::pair<double, Seen>> sightings_;
    std::map<TrackletId, double> ends_;
};

std::function<Point(double)> along(Point from, double speed_x, double speed_y, double since_s) {
    return [=](double at) {
        return Point{from.x + speed_x * (at - since_s), from.y + speed_y * (at - since_s)};
    };
}

TEST(Fusion, TwoCamerasSeeOnePerson) {
    Scene scene;
    scene.walk(1, 0, 1, 0, 8, along({0.5, 5}, 1, 0, 0));
    scene.walk(2, 1, 1, 2, 8, along({0.5, 5}, 1, 0, 0));
    scene.run(12);
    EXPECT_EQ(scene.owner[1], scene.owner[2]);
    EXPECT_EQ(scene.entered.size(), 1U);
}

TEST(Fusion, TwoWhoWalkSideBySideAreTwo) {
    Scene scene;
    scene.walk(1, 0, 1, 0, 8, along({0.5, 4.6}, 1, 0, 0));
    scene.walk(2, 0, 2, 0, 8, along({0.5, 5.4}, 1, 0, 0));
    scene.walk(3, 1, 1, 1, 8, along({0.5, 4.6}, 1, 0, 0));
    scene.walk(4, 1, 2, 1, 8, along({0.5, 5.4}, 1, 0, 0));
    scene.run(12);
    EXPECT_NE(scene.owner[1], scene.owner[2]);
    EXPECT_EQ(scene.owner[1], scene.owner[3]);
    EXPECT_EQ(scene.owner[2], scene.owner[4]);
    EXPECT_EQ(scene.entered.size(), 2U);
}

TEST(Fusion, WhoGoesThroughWhereNobodySeesIsFoundBehindIt) {
    Scene scene;
    scene.walk(1, 0, 1, 0, 6, along({0.5, 5}, 1, 0, 0));
    scene.walk(2, 0, 2, 3, 8, along({0.5, 5}, 0.6, 0.4, 3));
    scene.walk(3, 1, 1, 12, 18, along({0.5, 5}, 1, 0, 0));
    scene.run(25);
    EXPECT_EQ(scene.owner[1], scene.owner[3]);
    EXPECT_NE(scene.owner[2], scene.owner[3]);
    EXPECT_EQ(scene.entered.size(), 2U);
}

TEST(Fusion, WhoComesThroughTheStaffDoorEntersNothing) {
    Scene scene;
    scene.walk(1, 0, 1, 0, 6, along({19.5, 5}, -1, 0, 0));
    scene.run(10);
    EXPECT_NE(scene.owner[1], 0);
    EXPECT_TRUE(scene.entered.empty());
}

TEST(Fusion, WhoStepsOutAndComesBackGoesOn) {
    Scene scene;
    scene.walk(1, 0, 1, 0, 6, along({0.5, 5}, 0.8, 0, 0));
    scene.walk(2, 0, 1, 8, 13.5, along({5, 5}, -0.8, 0, 8));
    scene.walk(3, 0, 1, 60, 66, along({0.5, 5}, 0.8, 0, 60));  // the same
    scene.walk(4, 0, 2, 90, 96, along({0.5, 5}, 0.8, 0, 90));  // somebody else
    scene.run(110);
    EXPECT_EQ(scene.owner[1], scene.owner[2]);
    EXPECT_EQ(scene.owner[1], scene.owner[3]);
    EXPECT_NE(scene.owner[1], scene.owner[4]);
    EXPECT_EQ(scene.entered.size(), 2U);
}

TEST(Fusion, ATrackletThatGoesOverToAnotherIsCut) {
    Scene scene;
    // Camera 0 exchanges its two people at 6 s; camera 1 does not.
    const auto one = along({0.5, 4.0}, 0.8, 0, 0);
    const auto two = along({0.5, 6.0}, 0.8, 0, 0);
    scene.walk(1, 1, 1, 0, 12, one);
    scene.walk(2, 1, 2, 0, 12, two);
    scene.walk(3, 0, 1, 1, 6, one);
    scene.walk(3, 0, 2, 6.2, 12, two);
    scene.walk(4, 0, 2, 1, 6, two);
    scene.walk(4, 0, 1, 6.2, 12, one);
    scene.run(16);
    EXPECT_EQ(scene.owner[3], scene.owner[2]);  // in the end
    EXPECT_EQ(scene.owner[4], scene.owner[1]);
    EXPECT_EQ(scene.entered.size(), 2U);
}

TEST(Fusion, ForgetsThoseWhoLeft) {
    Scene scene;
    for (int i = 0; i < 20; ++i)
        scene.walk(100 + i, 0, 10 + i, 20.0 * i, 20.0 * i + 3, [i](double at) {
            const double since = at - 20.0 * i;
            return Point{since < 1.5 ? 0.5 + since : 3.5 - since, 5};
        });
    scene.run(400 + 320);
    EXPECT_EQ(scene.entered.size(), 20U);
    EXPECT_EQ(scene.remembered, 0U);
}

}  // namespace
}  // namespace vitrina::scene
