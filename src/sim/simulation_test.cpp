#include "sim/simulation.h"

#include <cmath>
#include <map>
#include <set>

#include <gtest/gtest.h>

namespace vitrina::sim {
namespace {

/// A room of 10 x 8 m with a shelf, an entrance below, and a camera in the upper left corner.
Shop room() {
    Shop shop;
    shop.plan.width_m = 10;
    shop.plan.depth_m = 8;
    shop.plan.walls = {{{0, 0}, {10, 0}}, {{10, 0}, {10, 8}}, {{10, 8}, {0, 8}}, {{0, 8}, {0, 0}}};
    shop.plan.doors = {{"main", {4, 8}, {6, 8}, DoorUse::kEntrance},
                       {"store", {10, 2}, {10, 3}, DoorUse::kStaff}};
    shop.plan.fixtures = {{"shelf", {{4, 3}, {7, 3}, {7, 3.6}, {4, 3.6}}, 1.4}};
    CameraCalibration camera;
    camera.width = 1280;
    camera.height = 720;
    camera.focal_px = 700;
    camera.center = {640, 360};
    camera.place = {0.2, 0.2};
    camera.height_m = 3;
    camera.pan_deg = 39;
    camera.tilt_deg = 30;
    shop.plan.cameras = {{"one", camera}};
    shop.life.seconds = 120;
    shop.life.arrivals_per_minute = 10;
    return shop;
}

struct Day {
    std::vector<View> views;
    std::vector<Passage> passages;
    std::vector<std::vector<Body>> bodies;
};

Day day_of(const Shop& shop, std::uint64_t seed) {
    Day day;
    Listeners listeners;
    listeners.view = [&](std::size_t, const View& view) { day.views.push_back(view); };
    listeners.passage = [&](const Passage& passage) { day.passages.push_back(passage); };
    listeners.bodies = [&](double, const std::vector<Body>& bodies) { day.bodies.push_back(bodies); };
    simulate(shop, seed, listeners);
    return day;
}

TEST(Simulation, TheSameSeedIsTheSameDay) {
    const Day a = day_of(room(), 3);
    const Day b = day_of(room(), 3);
    const Day other = day_of(room(), 4);
    ASSERT_EQ(a.views.size(), b.views.size());
    std::size_t boxes = 0;
    bool differs = a.views.size() != other.views.size();
    for (std::size_t i = 0; i < a.views.size(); ++i) {
        ASSERT_EQ(a.views[i].seen.size(), b.views[i].seen.size());
        for (std::size_t k = 0; k < a.views[i].seen.size(); ++k) {
            EXPECT_EQ(a.views[i].seen[k].detection.box, b.views[i].seen[k].detection.box);
            EXPECT_EQ(a.views[i].seen[k].looks, b.views[i].seen[k].looks);
            ++boxes;
        }
        differs = differs || a.views[i].seen.size() != other.views[i].seen.size();
    }
    EXPECT_GT(boxes, 500U);
    EXPECT_TRUE(differs);
}

TEST(Simulation, NobodyWalksThroughShelvesOrJumps) {
    const Shop shop = room();
    const Day day = day_of(shop, 5);
    std::map<std::int64_t, Point> before;
    for (const auto& bodies : day.bodies) {
        std::map<std::int64_t, Point> now;
        for (const Body& body : bodies) {
            EXPECT_FALSE(contains(shop.plan.fixtures[0].polygon, body.place));
            now[body.person] = body.place;
            const auto was = before.find(body.person);
            if (was == before.end()) continue;
            EXPECT_LT(std::hypot(was->second.x - body.place.x, was->second.y - body.place.y), 1.2);
        }
        before = std::move(now);
    }
}

TEST(Simulation, WhoComesGoesOutAgainAndMayComeBack) {
    Shop shop = room();
    shop.life.seconds = 600;
    shop.life.back_share = 0.5;
    shop.life.back_after_s = 20;
    shop.life.stop_s_median = 3;
    const Day day = day_of(shop, 6);
    std::map<std::int64_t, int> inside;
    int back = 0;
    for (const Passage& passage : day.passages) {
        EXPECT_EQ(passage.door, passage.is_staff ? "store" : "main");
        inside[passage.person] += passage.in ? 1 : -1;
        EXPECT_TRUE(inside[passage.person] == 0 || inside[passage.person] == 1);
        if (passage.in && passage.again && !passage.is_staff) ++back;
    }
    EXPECT_GT(inside.size(), 20U);
    EXPECT_GT(back, 3);
}

TEST(Eye, SeesWhatIsThereWithoutNoise) {
    Shop shop = room();
    Noise& noise = shop.eyes.noise;
    noise.left = noise.right = noise.top = noise.bottom = {0, 0};
    noise.miss = 0;
    noise.visible_half = 0.01;
    noise.visible_width = 0.001;
    noise.height_px_half = 1;
    noise.false_per_minute = 0;
    Eye eye(shop, 0, 1);
    // Before the shelf, whole; behind it, without feet; in the other corner behind nobody.
    const std::vector<Body> bodies = {{1, {3, 2.5}, 1.7, false}, {2, {6.0, 4.2}, 1.7, false}};
    const View view = eye.look(bodies);
    ASSERT_EQ(view.seen.size(), 2U);
    const auto foot = eye.pixel_of({3, 2.5}, 0);
    const auto hidden_foot = eye.pixel_of({6.0, 4.2}, 0);
    ASSERT_TRUE(foot && hidden_foot);
    EXPECT_NEAR(view.seen[0].detection.box.bottom(), foot->y, 1);
    EXPECT_LT(view.seen[1].detection.box.bottom(), hidden_foot->y - 20);
    EXPECT_LT(view.truth[1].visible, 0.9);
    EXPECT_GT(view.truth[0].visible, 0.95);
}

TEST(Eye, WhoIsHiddenIsMissed) {
    Shop shop = room();
    shop.eyes.noise.false_per_minute = 0;
    shop.plan.fixtures[0].height_m = 1.9;  // higher than people, right before them
    Eye eye(shop, 0, 1);
    const std::vector<Body> bodies = {{1, {5.4, 3.9}, 1.5, false}};
    int seen = 0;
    for (int i = 0; i < 50; ++i)
        seen += static_cast<int>(eye.look(bodies).seen.size());
    EXPECT_LT(seen, 10);
}

TEST(Eye, LooksOfOnePersonAreMoreAlikeThanOfTwo) {
    Shop shop = room();
    shop.plan.cameras.push_back(shop.plan.cameras[0]);
    Eye one(shop, 0, 9);
    Eye two(shop, 1, 9);
    const std::vector<Body> bodies = {{1, {3, 2.5}, 1.7, false}, {2, {2, 4}, 1.7, false}};
    double same = 0;
    double different = 0;
    int count = 0;
    for (int i = 0; i < 60; ++i) {
        const View a = one.look(bodies);
        const View b = two.look(bodies);
        for (const Seen& x : a.seen) {
            for (const Seen& y : b.seen) {
                if (x.person == 0 || y.person == 0) continue;
                double cosine = 0;
                for (std::size_t k = 0; k < x.looks.size(); ++k)
                    cosine += double(x.looks[k]) * y.looks[k];
                (x.person == y.person ? same : different) += cosine;
                ++count;
            }
        }
    }
    ASSERT_GT(count, 50);
    EXPECT_GT(same, different + 0.2 * count / 2);
}

TEST(Simulation, NoBoxIsLongerThanThePersonInIt) {
    // Whoever stands before somebody, or below him in the picture without hiding anything, makes his box no
    // longer.
    Shop shop = room();
    shop.life.arrivals_per_minute = 40;
    const Day day = day_of(shop, 5);
    std::size_t cut = 0;
    for (const View& view : day.views)
        for (const Seen& seen : view.seen)
            for (const Truth& truth : view.truth) {
                if (truth.person != seen.person) continue;
                EXPECT_LT(seen.detection.box.height, 1.15 * truth.box.height + 8) << view.frame;
                cut += seen.detection.box.height < 0.8 * truth.box.height ? 1 : 0;
            }
    EXPECT_GT(cut, 20U);
}

}  // namespace
}  // namespace vitrina::sim
