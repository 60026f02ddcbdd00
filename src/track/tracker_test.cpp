// What the tracker promises whatever it is given. What it makes of people: scenario_test.cpp,
// simulation_test.cpp.
#include "track/tracker.h"

#include <cmath>
#include <limits>
#include <map>
#include <random>
#include <set>

#include <gtest/gtest.h>

namespace vitrina::track {
namespace {

constexpr double kNan = std::numeric_limits<double>::quiet_NaN();
constexpr double kInfinity = std::numeric_limits<double>::infinity();

Detection person(double x, double score = 0.7) {
    return {{x, 100, 40, 100}, score};
}

/// Ten frames of one person; the tracker then has track 1.
void begin_one(Tracker& tracker) {
    for (int frame = 0; frame < 10; ++frame)
        static_cast<void>(tracker.update(frame, instant_at(0.1 * frame), std::vector{person(200)}));
}

TEST(Tracker, ReportsOnceAndRecoversYouth) {
    Tracker tracker({}, 640, 360);
    std::vector<std::int64_t> frames;
    for (int frame = 0; frame < 20; ++frame) {
        const Update update = tracker.update(frame, instant_at(0.1 * frame), std::vector{person(200)});
        for (const TrackBox& box : update.recovered)
            frames.push_back(box.frame);
        for (const TrackBox& box : update.reported)
            frames.push_back(box.frame);
    }
    ASSERT_EQ(frames.size(), 20U);
    for (int frame = 0; frame < 20; ++frame)
        EXPECT_EQ(frames[frame], frame);
    EXPECT_EQ(tracker.finish(), std::vector<TrackId>{1});
    EXPECT_TRUE(tracker.finish().empty());
}

TEST(Tracker, IgnoresAFrameThatIsNotLater) {
    Tracker tracker({}, 640, 360);
    begin_one(tracker);
    for (const double time : {0.9, 0.5, -3.0}) {
        const Update update = tracker.update(10, instant_at(time), std::vector{person(200)});
        EXPECT_TRUE(update.reported.empty());
        EXPECT_TRUE(update.recovered.empty());
        EXPECT_TRUE(update.ended.empty());
    }
    EXPECT_EQ(tracker.update(11, instant_at(1.0), std::vector{person(200)}).reported.size(), 1U);
}

TEST(Tracker, EndsEverythingInAHoleOfTheSource) {
    Tracker tracker({}, 640, 360);
    begin_one(tracker);
    const Update update = tracker.update(10, instant_at(60), std::vector{person(200)});
    EXPECT_EQ(update.ended, std::vector<TrackId>{1});
    EXPECT_TRUE(update.reported.empty());
}

TEST(Tracker, CountsOnAfterTheEndOfASource) {
    Tracker tracker({}, 640, 360);
    begin_one(tracker);
    static_cast<void>(tracker.finish());
    begin_one(tracker);
    EXPECT_EQ(tracker.finish(), std::vector<TrackId>{2});
}

TEST(Tracker, BadValuesChangeNothing) {
    Tracker clean({}, 640, 360);
    Tracker dirty({}, 640, 360);
    for (int frame = 0; frame < 30; ++frame) {
        const std::vector good = {person(200 + frame)};
        std::vector bad = {person(kNan),
                           person(200, kNan),
                           person(200, 7),
                           person(-kInfinity),
                           Detection{{100, 100, 0, 50}, 0.9},
                           Detection{{100, 100, 50, -50}, 0.9},
                           Detection{{0, 0, kInfinity, kInfinity}, 0.9},
                           good[0]};
        const Update a = clean.update(frame, instant_at(0.04 * frame), good);
        const Update b = dirty.update(frame, instant_at(0.04 * frame), bad);
        ASSERT_EQ(a.reported.size(), b.reported.size());
        for (std::size_t i = 0; i < a.reported.size(); ++i)
            EXPECT_EQ(a.reported[i].box, b.reported[i].box);
    }
}

/// A hundred boxes anywhere, at any time, for as long as it takes: no promise of the header is broken.
TEST(Tracker, KeepsItsPromisesOnNoise) {
    std::mt19937 random(5);
    const auto uniform = [&](double low, double high) {
        return low + (high - low) * random() / 4294967296.0;
    };
    for (int round = 0; round < 5; ++round) {
        Tracker tracker({}, 640, 360);
        std::map<TrackId, SourceTime> last;
        std::set<TrackId> over;
        double time = 0;
        std::vector<Detection> detections(100);
        for (int frame = 0; frame < 300; ++frame) {
            time += uniform(0, 1) < 0.02 ? uniform(0, 6) : uniform(0.001, 0.5);
            for (Detection& detection : detections) {
                // Half of them stay where they were, so that there are tracks.
                if (frame > 0 && uniform(0, 1) < 0.8) continue;
                detection = {{uniform(-60, 640), uniform(-60, 360), uniform(0, 100), uniform(0, 200)},
                             uniform(0, 1.05)};
            }
            const Update update = tracker.update(frame, instant_at(time), detections);
            std::vector<TrackBox> boxes = update.recovered;
            boxes.insert(boxes.end(), update.reported.begin(), update.reported.end());
            for (const TrackBox& box : boxes) {
                EXPECT_GT(box.track, 0);
                EXPECT_FALSE(over.contains(box.track));
                EXPECT_TRUE(!last.contains(box.track) || box.time > last[box.track]);
                last[box.track] = box.time;
                EXPECT_TRUE(std::isfinite(box.box.x) && std::isfinite(box.box.y));
                EXPECT_GT(box.box.width, 0);
                EXPECT_GT(box.box.height, 0);
            }
            for (const TrackBox& box : update.reported)
                EXPECT_EQ(box.frame, frame);
            for (const TrackBox& box : update.recovered)
                EXPECT_LT(box.frame, frame);
            for (const TrackId id : update.ended)
                EXPECT_TRUE(over.insert(id).second);
        }
        for (const TrackId id : tracker.finish())
            EXPECT_TRUE(over.insert(id).second);
        EXPECT_EQ(over.size(), last.size());
        EXPECT_GT(over.size(), 10U);
    }
}

}  // namespace
}  // namespace vitrina::track
