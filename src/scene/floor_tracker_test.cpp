// People who walk through a room as its cameras see them -> who is who.
#include "scene/floor_tracker.h"

#include <algorithm>
#include <cmath>
#include <functional>
#include <limits>
#include <map>
#include <random>
#include <set>
#include <string>
#include <vector>

#include <gtest/gtest.h>

namespace vitrina::scene {
namespace {

CameraCalibration calibration(Point place, double pan_deg) {
    CameraCalibration camera;
    camera.width = 1280;
    camera.height = 720;
    camera.focal_px = 700;
    camera.center = {640, 360};
    camera.place = place;
    camera.height_m = 3;
    camera.pan_deg = pan_deg;
    camera.tilt_deg = 24;
    camera.error_m = 0.05;
    return camera;
}

/// 20 x 10 m, the entrance left, the staff's door right, a wall with a gap in the middle; cameras 0 and 1 see
/// the left half, 2 the right one.
Plan plan() {
    Plan plan;
    plan.width_m = 20;
    plan.depth_m = 10;
    plan.walls = {{{10, 0}, {10, 4}}, {{10, 6}, {10, 10}}};
    plan.doors = {{"main", {0, 4}, {0, 6}, DoorUse::kEntrance},
                  {"gap", {10, 4}, {10, 6}, DoorUse::kInner},
                  {"store", {20, 4}, {20, 6}, DoorUse::kStaff}};
    plan.cameras = {{"a", calibration({9.8, 0.2}, 150)},
                    {"b", calibration({9.8, 9.8}, 210)},
                    {"c", calibration({19.8, 0.2}, 135)}};
    return plan;
}

/// Vectors of people: 1 is nothing like 2.
std::vector<float> looks_of(int person, std::mt19937& noise) {
    std::mt19937 random(static_cast<unsigned>(person));
    std::normal_distribution<float> normal(0, 1);
    std::vector<float> looks(32);
    for (float& value : looks)
        value = normal(random) + 0.3F * normal(noise);
    float sum = 0;
    for (const float value : looks)
        sum += value * value;
    for (float& value : looks)
        value /= std::sqrt(sum);
    return looks;
}

using Way = std::function<Point(double)>;

Way along(Point from, double speed_x, double speed_y, double since_s) {
    return [=](double at) {
        return Point{from.x + speed_x * (at - since_s), from.y + speed_y * (at - since_s)};
    };
}

class Scene {
  public:
    /// Stamps of camera 1 are late by `late_s`.
    explicit Scene(bool with_looks = true, double late_s = 0) : with_looks_(with_looks), late_s_(late_s) {}

    /// Somebody walks from `begin_s` to `end_s`, and some cameras see him.
    void walk(int person, double begin_s, double end_s, Way way, std::set<std::size_t> cameras = {0, 1, 2}) {
        walks_.push_back({person, begin_s, end_s, std::move(way), std::move(cameras)});
    }

    void run(double until_s) {
        const Plan shop = plan();
        std::vector<BodyCamera> cameras;
        cameras.reserve(shop.cameras.size());
        for (const PlacedCamera& camera : shop.cameras)
            cameras.emplace_back(*camera.calibration, shop, BodyOptions{});
        FloorTrackerOptions options;
        options.clocks = clocks;
        options.appearance = appearance;
        options.lost_memory = lost_memory;
        options.back_within = back_within;
        FloorTracker tracker(shop, options);
        for (int step = 0; step * 0.2 < until_s; ++step) {
            for (std::size_t camera = 0; camera < cameras.size(); ++camera)
                look(tracker, cameras[camera], camera, step, step * 0.2 + 0.03 * static_cast<double>(camera));
            take(tracker.advance(instant_at(100 + step * 0.2)));
            meetings_most = std::max(meetings_most, tracker.meetings());
        }
        take(tracker.advance(instant_at(100 + until_s + 10)));
        remembered = tracker.remembered();
        learnt = tracker.clocks();
        settle();
    }

    /// Who the boxes of somebody's walk belong to in the end, by number of boxes.
    [[nodiscard]] PersonId owner(int person, double from_s = 0, double to_s = 1e9) const {
        std::map<PersonId, int> votes;
        for (const Told& told : told_)
            if (told.person == person && told.at >= from_s && told.at <= to_s) ++votes[told.owner];
        PersonId best = 0;
        for (const auto& [id, count] : votes)
            if (count > (best != 0 ? votes[best] : 0)) best = id;
        return best;
    }
    /// Share of somebody's boxes that are with whom they belong to.
    [[nodiscard]] double purity(int person) const {
        const PersonId best = owner(person);
        double right = 0;
        double all = 0;
        for (const Told& told : told_) {
            if (told.person != person) continue;
            ++all;
            right += told.owner == best ? 1 : 0;
        }
        return all > 0 ? right / all : 0;
    }

    std::set<PersonId> entered;
    FloorTrackerOptions::Clocks clocks = FloorTrackerOptions::Clocks::kLearnt;
    AppearanceOptions appearance;
    std::vector<ClockOffsets::Offset> learnt;
    Duration lost_memory = FloorTrackerOptions().lost_memory;
    Duration back_within = FloorTrackerOptions().back_within;
    /// Whether a picture of the moment tells what he looks like.
    std::function<bool(int person, double at)> has_looks = [](int, double) { return true; };
    std::size_t remembered = 0;
    std::size_t meetings_most = 0;
    int revised = 0;                  // belongings told again
    std::string log;                  // of everything, to compare runs
    std::vector<BodyHeight> heights;  // as they were told

  private:
    struct Walk {
        int person;
        double begin_s;
        double end_s;
        Way way;
        std::set<std::size_t> cameras;
    };
    struct Told {
        TrackletId tracklet;
        double at;
        int person;
        PersonId owner;
    };

    void look(FloorTracker& tracker, const BodyCamera& camera, std::size_t index, int frame, double at) {
        std::normal_distribution<double> normal(0, 1);
        std::vector<Detection> detections;
        std::vector<Appearance> looks;
        for (const Walk& walk : walks_) {
            if (at < walk.begin_s || at > walk.end_s || !walk.cameras.contains(index)) continue;
            const auto view = camera.view(walk.way(at), 1.65 + 0.03 * (walk.person % 5));
            if (!view || view->visible < 0.4) continue;
            Box box = view->open;
            box.x += 0.005 * box.height * normal(noise_);
            box.y += 0.003 * box.height * normal(noise_);
            box.height *= 1 + 0.008 * normal(noise_);
            detections.push_back({clip(box, 1280, 720), 0.75});
            const bool is_known = with_looks_ && has_looks(walk.person, at);
            looks.push_back(is_known ? Appearance{looks_of(walk.person, noise_), 1} : Appearance{});
            truth_[{index, frame}].emplace_back(box, walk.person);
        }
        tracker.see(index, frame, instant_at(100 + at + (index == 1 ? late_s_ : 0)), detections, looks);
    }
    void take(const FloorOutput& output) {
        std::set<std::pair<std::pair<int, std::int64_t>, TrackletId>> once;
        for (const FloorBox& box : output.boxes) {
            const auto camera = static_cast<std::size_t>(box.sighting.camera);
            int who = 0;
            double best = 0.3;
            for (const auto& [truth, person] : truth_[{camera, static_cast<int>(box.frame)}])
                if (const double overlap = iou(truth, box.box); overlap > best) {
                    best = overlap;
                    who = person;
                }
            told_.push_back({box.sighting.tracklet, to_seconds(box.sighting.at) - 100, who, 0});
            EXPECT_TRUE(once.insert({{box.sighting.camera, box.frame}, box.sighting.tracklet}).second);
            pictures_.push_back({box.sighting.camera, box.frame});
        }
        for (const Belonging& belonging : output.belongings) {
            int& revision = revisions_[{belonging.tracklet, belonging.since}];
            EXPECT_GT(belonging.revision, revision);
            revised += revision > 0 ? 1 : 0;
            revision = belonging.revision;
            owners_[belonging.tracklet][to_seconds(belonging.since) - 100] = belonging.person;
            log += std::to_string(belonging.tracklet) + ":" + std::to_string(belonging.person) + " ";
        }
        for (const PersonNow& person : output.people)
            if (person.height) heights.push_back(*person.height);
        entered.insert(output.entered.begin(), output.entered.end());
        for (const PersonId person : output.not_entered)
            EXPECT_EQ(entered.erase(person), 1U);
    }
    void settle() {
        std::set<std::pair<std::pair<int, std::int64_t>, PersonId>> seen;
        for (std::size_t i = 0; i < told_.size(); ++i) {
            Told& told = told_[i];
            const auto owners = owners_.find(told.tracklet);
            if (owners == owners_.end()) continue;
            auto since = owners->second.upper_bound(told.at + 1e-3);
            if (since == owners->second.begin()) continue;
            told.owner = std::prev(since)->second;
            EXPECT_TRUE(seen.insert({pictures_[i], told.owner}).second)
                << "one picture shows person " << told.owner << " twice";
        }
    }

    bool with_looks_;
    double late_s_;
    std::mt19937 noise_{5};
    std::vector<Walk> walks_;
    std::map<std::pair<std::size_t, int>, std::vector<std::pair<Box, int>>> truth_;
    std::vector<Told> told_;
    std::vector<std::pair<int, std::int64_t>> pictures_;
    std::map<std::pair<TrackletId, SourceTime>, int> revisions_;
    std::map<TrackletId, std::map<double, PersonId>> owners_;
};

TEST(FloorTracker, TwoCamerasSeeOnePerson) {
    Scene scene;
    scene.walk(1, 0, 8, along({0.5, 5}, 0.8, 0, 0));
    scene.run(12);
    EXPECT_NE(scene.owner(1), 0);
    EXPECT_EQ(scene.purity(1), 1);
    EXPECT_EQ(scene.entered.size(), 1U);
}

TEST(FloorTracker, WhoWalksIsKnownToBeAsTallAsHeIs) {
    for (const int person : {4, 5}) {  // of 1.77 and 1.65 m
        Scene scene;
        scene.walk(person, 0, 8, along({0.5, 5}, 1, 0, 0));
        scene.run(12);
        ASSERT_FALSE(scene.heights.empty());
        for (const BodyHeight& height : scene.heights)
            EXPECT_LE(height.spread_m, 0.05);
        EXPECT_NEAR(scene.heights.back().height_m, person == 4 ? 1.77 : 1.65, 0.05);
    }
}

TEST(FloorTracker, HowTallWhoStandsIsNobodySays) {
    Scene scene;
    scene.walk(1, 0, 12, [](double) { return Point{3, 5}; });
    scene.run(14);
    EXPECT_TRUE(scene.heights.empty());
}

TEST(FloorTracker, TwoWhoWalkSideBySideAreTwo) {
    Scene scene(false);
    scene.walk(1, 0, 8, along({0.5, 4.6}, 0.8, 0, 0));
    scene.walk(2, 0, 8, along({0.5, 5.4}, 0.8, 0, 0));
    scene.run(12);
    EXPECT_NE(scene.owner(1), scene.owner(2));
    EXPECT_GT(scene.purity(1), 0.97);
    EXPECT_GT(scene.purity(2), 0.97);
    EXPECT_EQ(scene.entered.size(), 2U);
}

TEST(FloorTracker, WhoGoesWhereNobodySeesIsFoundBehindIt) {
    Scene scene;
    scene.walk(1, 0, 9, along({0.5, 5}, 1, 0, 0));
    scene.walk(2, 3, 12, along({0.5, 4}, 0.6, 0.2, 3));
    scene.walk(1, 20, 27, along({12, 5}, 0.9, 0.1, 20));
    scene.run(32);
    EXPECT_EQ(scene.owner(1, 0, 10), scene.owner(1, 20, 30));
    EXPECT_NE(scene.owner(2), scene.owner(1));
    EXPECT_EQ(scene.entered.size(), 2U);
}

TEST(FloorTracker, WhoComesThroughTheStaffDoorEntersNothing) {
    Scene scene;
    scene.walk(1, 0, 8, along({19.5, 5}, -0.8, 0, 0));
    scene.run(12);
    EXPECT_NE(scene.owner(1), 0);
    EXPECT_TRUE(scene.entered.empty());
}

TEST(FloorTracker, WhoStepsOutAndComesBackGoesOn) {
    Scene scene;
    scene.walk(1, 0, 6, along({0.5, 5}, 0.8, 0, 0));
    scene.walk(1, 6, 12, along({5.3, 5}, -0.8, 0, 6));
    scene.walk(1, 60, 66, along({0.5, 5}, 0.8, 0, 60));
    scene.walk(2, 90, 96, along({0.5, 5}, 0.8, 0, 90));
    scene.run(110);
    EXPECT_EQ(scene.owner(1, 0, 12), scene.owner(1, 60, 66));
    EXPECT_NE(scene.owner(1), scene.owner(2));
    EXPECT_EQ(scene.entered.size(), 2U);
}

TEST(FloorTracker, ATrackletThatGoesOverToAnotherIsCutAndToldAgain) {
    Scene scene;
    // Both vanish at 6 s, and come out in one another's place as if they had gone on.
    scene.walk(1, 0, 6, along({0.5, 4.0}, 0.6, 0, 0));
    scene.walk(2, 0, 6, along({0.5, 6.0}, 0.6, 0, 0));
    scene.walk(2, 6.4, 12, along({4.3, 4.0}, 0.6, 0, 6.4));
    scene.walk(1, 6.4, 12, along({4.3, 6.0}, 0.6, 0, 6.4));
    scene.run(16);
    EXPECT_NE(scene.owner(1), scene.owner(2));
    EXPECT_EQ(scene.owner(1, 0, 6), scene.owner(1, 7, 12));
    EXPECT_EQ(scene.owner(2, 0, 6), scene.owner(2, 7, 12));
    EXPECT_EQ(scene.entered.size(), 2U);
}

// Before it is known that it was another whom the boxes followed, that one is at the door. Whoever was lost
// on the way to it is not out, and is known again after more than five minutes.
TEST(FloorTracker, WhomABoxLeftIsWhereItLeftHim) {
    Scene scene;
    scene.walk(1, 0, 6, along({8, 4.2}, -0.6, 0, 0));
    scene.walk(6, 6.4, 12.4, along({4.16, 4.2}, -0.6, 0.1, 6.4));  // as tall, and where he would be
    scene.walk(1, 400, 406, along({4.2, 4.6}, 0.2, 0, 400));
    // Looks are described now and then: once on the way, and again at the door.
    scene.has_looks = [](int person, double at) {
        const bool is_on_the_way = at > 6.75 && at < 6.95;
        return person != 6 || is_on_the_way || at > 10.3;
    };
    scene.run(410);
    EXPECT_NE(scene.owner(1, 0, 6), 0);
    EXPECT_NE(scene.owner(6, 11.5, 12.4), scene.owner(1, 0, 6)) << "told again";
    EXPECT_EQ(scene.owner(1, 401, 406), scene.owner(1, 0, 6));
}

TEST(FloorTracker, WhoWentOutIsExpectedBackForAsLongAsIsAsked) {
    for (const auto back_within : {std::chrono::seconds(5), std::chrono::seconds(60)}) {
        Scene scene;
        scene.back_within = back_within;
        scene.walk(1, 0, 6, along({5, 5}, -0.8, 0, 0));
        scene.run(20);
        EXPECT_EQ(scene.remembered, back_within > std::chrono::seconds(24) ? 1U : 0U);
    }
}

TEST(FloorTracker, WhomSomebodyMetInADayIsForgotten) {
    Scene scene(false);
    scene.lost_memory = std::chrono::seconds(60);
    scene.walk(1, 0, 310, [](double) { return Point{5, 5}; });
    for (int i = 0; i < 150; ++i)  // one every two seconds
        scene.walk(10 + i, 2.0 * i, 2.0 * i + 6, along({2, 3.8}, 0.9, 0, 2.0 * i));
    scene.run(310);
    EXPECT_GT(scene.meetings_most, 10U);
    EXPECT_LT(scene.meetings_most, 100U) << "of the last minute, and of those who are there";
}

TEST(FloorTracker, LaterEvidenceJoinsTwoWhoAreOne) {
    Scene scene;
    // Only camera 0 sees him, then only camera 1, before he is told to be lost.
    scene.walk(1, 0, 6, along({0.5, 5}, 0.6, 0, 0), {0});
    scene.walk(1, 6.2, 12, along({4.22, 5}, 0.6, 0, 6.2), {1});
    scene.walk(1, 40, 46, along({6, 3}, -0.5, 0, 40), {0, 1});
    scene.run(50);
    EXPECT_EQ(scene.owner(1, 0, 6), scene.owner(1, 7, 12));
    EXPECT_EQ(scene.owner(1, 0, 6), scene.owner(1, 41, 46));
    EXPECT_EQ(scene.entered.size(), 1U);
}

TEST(FloorTracker, TwoOfWhomEachCameraSeesOneAreTwo) {
    Scene scene;
    for (int i = 3; i < 9; ++i)  // what looks are like here is learnt from others
        scene.walk(i, 3.0 * i, 3.0 * i + 9, along({0.5, 5}, 0.9, 0, 3.0 * i));
    scene.walk(1, 50, 60, along({0.5, 4.8}, 0.6, 0, 50), {0});
    scene.walk(2, 50, 60, along({0.5, 5.2}, 0.6, 0, 50), {1});
    scene.run(66);
    EXPECT_NE(scene.owner(1, 57, 60), scene.owner(2, 57, 60));
    EXPECT_EQ(scene.entered.size(), 8U);
}

TEST(FloorTracker, WhoComesInAsAnotherGoesOutIsSomebodyElse) {
    Scene scene(false);
    scene.walk(1, 0, 6, along({5, 5}, -0.8, 0, 0));
    scene.walk(2, 6.8, 12, along({0.2, 5}, 0.9, 0, 6.8));
    scene.run(16);
    EXPECT_NE(scene.owner(1), 0);
    EXPECT_NE(scene.owner(2), 0);
    EXPECT_NE(scene.owner(1), scene.owner(2));
    EXPECT_EQ(scene.entered.size(), 2U);
}

TEST(FloorTracker, WhoIsMissedOnHisWayOutGoesOn) {
    Scene scene(false);
    scene.walk(1, 0, 5.5, along({5, 5}, -0.8, 0, 0));
    scene.walk(1, 5.9, 6.6, along({0.28, 5}, -0.8, 0, 5.9));
    scene.run(16);
    EXPECT_NE(scene.owner(1), 0);
    EXPECT_EQ(scene.owner(1, 0, 5.5), scene.owner(1, 5.9, 6.6));
    EXPECT_EQ(scene.entered.size(), 1U);
}

TEST(FloorTracker, WhoTurnsRoundInTheDoorIsKnownByHisLooks) {
    Scene scene;
    scene.walk(1, 0, 6, along({5, 5}, -0.8, 0, 0));
    scene.walk(1, 7.2, 12, along({0.2, 5}, 0.9, 0, 7.2));
    scene.run(16);
    EXPECT_NE(scene.owner(1), 0);
    EXPECT_EQ(scene.owner(1, 0, 6), scene.owner(1, 7.2, 12));
    EXPECT_EQ(scene.entered.size(), 1U);
}

/// Two meet, stand before one another for two seconds, and go on past each other, while camera 1 stamps its
/// pictures 250 ms late. Whether both are in the end who they were.
bool are_kept(bool with_looks) {
    Scene scene(with_looks, 0.25);
    scene.clocks = FloorTrackerOptions::Clocks::kTrusted;
    scene.appearance = appearance_of("a network that nobody measured");
    for (int i = 3; i < 13; ++i)  // what looks are like here is learnt from others
        scene.walk(i, 2.0 * i, 2.0 * i + 9, along({0.5, 4.4 + 0.1 * i}, 0.9, 0, 2.0 * i));
    const auto towards = [](double from_x, double speed, double y) -> Way {
        return [=](double at) {
            const double since = at - 50;
            const double walked = since < 4 ? since : (since < 6 ? 4 : since - 2);
            return Point{from_x + speed * walked, y};
        };
    };
    scene.walk(1, 50, 60, towards(1, 0.9, 4.9));
    scene.walk(2, 50, 60, towards(8.9, -0.9, 5.1));
    scene.run(66);
    return scene.owner(1, 50, 53) == scene.owner(1, 57, 60) &&
           scene.owner(2, 50, 53) == scene.owner(2, 57, 60);
}

TEST(FloorTracker, WhoMeetWhileClocksDifferAreToldByTheirLooks) {
    EXPECT_TRUE(are_kept(true));
}

TEST(FloorTracker, LearnsHowFarClocksAreApart) {
    Scene scene(false, 0.3);
    for (int i = 0; i < 10; ++i)
        scene.walk(i + 1, 10.0 * i, 10.0 * i + 8,
                   i % 2 == 0 ? along({1, 4.0 + 0.2 * i}, 0.9, 0.1, 10.0 * i)
                              : along({8.2, 6.0 - 0.2 * i}, -0.9, 0.1, 10.0 * i));
    scene.run(110);
    ASSERT_EQ(scene.learnt.size(), 3U) << "camera 2 sees them through the gap";
    for (std::size_t camera = 0; camera < 3; ++camera)
        EXPECT_EQ(scene.learnt[camera].camera, camera);
    EXPECT_NEAR(scene.learnt[1].offset_s - scene.learnt[0].offset_s, 0.3, 0.05);
    EXPECT_NEAR(scene.learnt[2].offset_s - scene.learnt[0].offset_s, 0, 0.05);
}

TEST(FloorTracker, TheSamePicturesGiveTheSame) {
    const auto day = [] {
        Scene scene;
        for (int i = 0; i < 6; ++i)
            scene.walk(i + 1, 2.0 * i, 2.0 * i + 9, along({0.5, 4.2 + 0.3 * i}, 0.9, 0, 2.0 * i));
        scene.run(30);
        return scene.log;
    };
    EXPECT_FALSE(day().empty());
    EXPECT_EQ(day(), day());
}

TEST(FloorTracker, ForgetsThoseWhoLeft) {
    Scene scene;
    for (int i = 0; i < 12; ++i)
        scene.walk(10 + i, 20.0 * i, 20.0 * i + 4, [i](double at) {
            const double since = at - 20.0 * i;
            return Point{since < 2 ? 0.5 + since : 4.5 - since, 5};
        });
    scene.run(240 + 320);
    EXPECT_EQ(scene.entered.size(), 12U);
    EXPECT_EQ(scene.remembered, 0U);
}

// Camera 1 is an hour ahead, camera 2 an hour behind, and whom camera 0 sees is joined all the same.
TEST(FloorTracker, PicturesOfClocksThatAreFarApartAreCountedAndDoNotWait) {
    FloorTracker tracker(plan(), {});
    for (int i = 0; i < 50; ++i) {
        const double at_s = 10'000 + i * 0.2;
        tracker.see(1, i, instant_at(at_s + 3'600), {}, {});
        tracker.see(2, i, instant_at(at_s - 3'600), {}, {});
        tracker.see(0, i, instant_at(at_s), {}, {});
        static_cast<void>(tracker.advance(instant_at(at_s)));
    }
    const auto passed = tracker.take_passed_over();
    ASSERT_EQ(passed.size(), 2U) << "camera 0 is on time";
    EXPECT_EQ(passed.at(1).ahead, 50);
    EXPECT_EQ(passed.at(1).late, 0);
    EXPECT_NEAR(passed.at(1).apart_s, 3'600, 1);
    EXPECT_EQ(passed.at(2).ahead, 0);
    EXPECT_GE(passed.at(2).late, 48) << "the first is what time begins with";
    EXPECT_NEAR(passed.at(2).apart_s, -3'600, 1);
    EXPECT_TRUE(tracker.take_passed_over().empty()) << "it was told";
}

TEST(FloorTracker, NonsenseIsIgnored) {
    FloorTracker tracker(plan(), {});
    constexpr double kNan = std::numeric_limits<double>::quiet_NaN();
    const std::vector<Detection> detections = {{{kNan, 0, 10, 10}, 0.9},
                                               {{0, 0, -5, 10}, 0.9},
                                               {{0, 0, 1e300, 1e300}, 0.9},
                                               {{5, 5, 10, 40}, kNan},
                                               {{1e9, 1e9, 10, 40}, 0.9}};
    for (int i = 0; i < 20; ++i) {
        tracker.see(0, i, instant_at(100 + i * 0.2), detections, {});
        tracker.see(77, i, instant_at(100 + i * 0.2), detections, {});  // no such camera
        tracker.see(0, i, instant_at(90), detections, {});              // too late
        EXPECT_TRUE(tracker.advance(instant_at(100 + i * 0.2)).belongings.empty());
    }
}

}  // namespace
}  // namespace vitrina::scene
