#include "track/look.h"

#include <array>
#include <limits>

#include <gtest/gtest.h>

#include "track/tracker.h"

namespace vitrina::track {
namespace {

TEST(Look, IsTheMeanOfWhatWasSeen) {
    Look look;
    const std::array<float, 3> red = {10, 0, 0};
    const std::array<float, 3> blue = {0, 0, 10};
    EXPECT_FALSE(look.distance(red));
    look.remember(red, 0.5);
    EXPECT_NEAR(*look.distance(red), 0, 1e-6);
    EXPECT_NEAR(*look.distance(blue), 8.165, 1e-3);  // sqrt((100 + 0 + 100) / 3)
    for (int i = 0; i < 50; ++i)
        look.remember(blue, 0.2);
    EXPECT_LT(*look.distance(blue), 0.1);
}

TEST(Look, IgnoresWhatIsNoLook) {
    Look look;
    const std::array<float, 2> broken = {1, std::numeric_limits<float>::quiet_NaN()};
    look.remember(broken, 1);
    look.remember({}, 1);
    EXPECT_FALSE(look.distance(std::array<float, 2>{1, 1}));
    look.remember(std::array<float, 2>{1, 1}, 1);
    EXPECT_FALSE(look.distance(broken));
    EXPECT_FALSE(look.distance(std::array<float, 3>{1, 1, 1}));  // of another kind
}

TEST(LookScale, IsLearntFromPeopleSeenTogether) {
    LookScale scale;
    EXPECT_DOUBLE_EQ(scale.says(0, 1), 0);  // nobody was seen yet
    for (int i = 0; i < 100; ++i)
        scale.see_two(10);
    EXPECT_GT(scale.says(1, 1), 0.3);
    EXPECT_LT(scale.says(10, 1), -0.3);
    EXPECT_DOUBLE_EQ(scale.says(100, 1), -0.5);
    EXPECT_DOUBLE_EQ(scale.says(1, 0), 0);
}

TEST(Look, ClearIsWhatNobodyCovers) {
    const std::array<Detection, 3> detections = {
        Detection{{0, 0, 10, 20}, 0.9}, Detection{{5, 0, 10, 20}, 0.8}, Detection{{50, 0, 10, 20}, 0.8}};
    const auto clear = clear_shares(detections);
    EXPECT_DOUBLE_EQ(clear[0], 0.5);
    EXPECT_DOUBLE_EQ(clear[1], 0.5);
    EXPECT_DOUBLE_EQ(clear[2], 1);
}

/// Two people, red and blue, walk towards each other; both are hidden for a second where they meet, by a
/// pillar, and turn round behind it. Only their looks tell that they did not pass. Before, both are seen for
/// 4 s.
std::array<TrackId, 4> meet_behind_a_pillar(bool with_looks) {
    Tracker tracker({}, 1000, 500);
    std::array<TrackId, 4> ids{};  // red and blue before, red and blue after
    for (int frame = 0; frame < 90; ++frame) {
        if (frame >= 40 && frame < 50) {
            static_cast<void>(tracker.update(frame, instant_at(frame / 10.0), {}));
            continue;
        }
        const double way = frame < 40 ? 10.0 * frame : 10.0 * (90 - frame);
        Detection red{{50 + way, 200, 40, 100}, 0.8};
        Detection blue{{910 - way, 200, 40, 100}, 0.8};
        if (with_looks) {
            red.look = {50, 0, 0};
            blue.look = {0, 0, 50};
        }
        const std::array<Detection, 2> both = {red, blue};
        const Update update = tracker.update(frame, instant_at(frame / 10.0), both);
        for (const TrackBox& box : update.reported) {
            const bool is_red = iou(box.box, red.box) > iou(box.box, blue.box);
            ids[(frame < 40 ? 0U : 2U) + (is_red ? 0U : 1U)] = box.track;
        }
    }
    return ids;
}

TEST(Tracker, KnowsPeopleByTheirLooks) {
    const auto ids = meet_behind_a_pillar(true);
    EXPECT_EQ(ids[0], ids[2]);
    EXPECT_EQ(ids[1], ids[3]);
    EXPECT_NE(ids[0], ids[1]);
}

}  // namespace
}  // namespace vitrina::track
