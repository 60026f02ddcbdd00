// The small parts of the tracker, one by one.
#include <limits>

#include <gtest/gtest.h>

#include "track/edge.h"
#include "track/evidence.h"
#include "track/intake.h"
#include "track/overlap.h"
#include "track/path.h"
#include "track/visibility.h"

namespace vitrina::track {
namespace {

constexpr double kNan = std::numeric_limits<double>::quiet_NaN();
constexpr double kInfinity = std::numeric_limits<double>::infinity();
constexpr Box kPerson{100, 100, 40, 100};
constexpr PictureSize kPicture{640, 360};

std::vector<Detection> taken(const std::vector<Detection>& detections) {
    return usable(detections, kPicture.width, kPicture.height, 0.1, 0.7);
}

TEST(Intake, IgnoresWhatIsNoBoxOrNoScore) {
    for (const Box& box : {Box{kNan, 100, 40, 100}, Box{100, kInfinity, 40, 100}, Box{100, 100, kNan, 100},
                           Box{100, 100, 40, -kInfinity}, Box{100, 100, 0, 100}, Box{100, 100, 40, -100},
                           Box{-100, 100, 40, 100}, Box{100, 361, 40, 100}, Box{100, 100, 1e300, 1e300},
                           Box{100, 100, 1e-300, 1e-300}})
        EXPECT_TRUE(taken({{box, 0.9}}).empty()) << box.x << ' ' << box.y << ' ' << box.width;
    for (const double score : {kNan, kInfinity, -kInfinity, -0.5, 0.0, 0.05, 1.5, 90.0})
        EXPECT_TRUE(taken({{kPerson, score}}).empty()) << score;
    EXPECT_EQ(taken({{kPerson, 1.0}, {{300, 100, 40, 100}, 0.1}}).size(), 2U);
}

TEST(Intake, StrongestFirstWithoutDoubles) {
    const auto kept = taken({{{103, 102, 40, 100}, 0.5}, {kPerson, 0.8}, {{120, 100, 40, 100}, 0.9}});
    ASSERT_EQ(kept.size(), 2U);
    EXPECT_EQ(kept[0].score, 0.9);
    EXPECT_EQ(kept[1].score, 0.8);
}

TEST(Intake, IsBounded) {
    std::vector<Detection> many;
    many.reserve(5000);
    for (int row = 0; row < 50; ++row)
        for (int column = 0; column < 100; ++column)
            many.push_back({{column * 6.0, row * 7.0, 5, 6}, 0.5});
    EXPECT_EQ(taken(many).size(), static_cast<std::size_t>(kDetectionsMax));
}

TEST(Intake, ScoreIsDiscountedByWhatAnotherBoxExplains) {
    EXPECT_DOUBLE_EQ(discounted(0.7, kPerson, {300, 100, 40, 100}), 0.7);
    EXPECT_LT(discounted(0.7, {105, 100, 30, 40}, kPerson), 0.2);    // a torso in a body
    EXPECT_LT(discounted(0.7, {90, 90, 120, 120}, kPerson), 0.2);    // a box around two people
    EXPECT_GT(discounted(0.7, {125, 100, 40, 100}, kPerson), 0.55);  // side by side
}

TEST(Overlap, Containment) {
    EXPECT_DOUBLE_EQ(containment(kPerson, {110, 110, 10, 10}), 1);
    EXPECT_DOUBLE_EQ(containment(kPerson, {120, 100, 40, 200}), 0.5);
    EXPECT_DOUBLE_EQ(containment(kPerson, {140, 100, 40, 100}), 0);
}

TEST(Evidence, OneFrameIsNeverEnoughAndWeakOnesAddUp) {
    Evidence evidence;
    evidence.see(1.0, 0.2, 1);
    EXPECT_EQ(evidence.detections(), 1);
    EXPECT_LT(evidence.nats(), 6);
    Evidence weak;
    for (int frame = 0; frame < 10; ++frame)
        weak.see(0.3, 0.2, 1);
    EXPECT_GT(weak.nats(), 5);
    EXPECT_EQ(weak.detections(), 10);
}

TEST(Evidence, BeginsAnewAtZero) {
    Evidence evidence;
    evidence.see(0.4, 0.2, 1);
    EXPECT_FALSE(evidence.none());
    evidence.see(0.1, 0.2, 1);
    evidence.see(0.1, 0.2, 1);
    EXPECT_TRUE(evidence.none());
    EXPECT_EQ(evidence.detections(), 0);
}

TrackBox box_of(int frame, double x) {
    return {7, frame, instant_at(0.1 * frame), {x, 100, 40, 100}, 0.5, true};
}

TEST(Path, FillsGapsOnAStraightLine) {
    Path path;
    path.skip(0, instant_at(0.0));  // before the first box: no part of the path
    path.hold(box_of(1, 10));
    path.skip(2, instant_at(0.2));
    const auto youth = path.release(box_of(3, 30));
    ASSERT_EQ(youth.size(), 2U);
    EXPECT_TRUE(youth[0].measured);
    EXPECT_FALSE(youth[1].measured);
    EXPECT_DOUBLE_EQ(youth[1].box.x, 20);
    EXPECT_EQ(youth[1].track, 7);
    EXPECT_EQ(youth[1].score, 0);

    path.skip(4, instant_at(0.4));
    path.skip(5, instant_at(0.5));
    path.hold(box_of(6, 60));
    path.skip(7, instant_at(0.7));
    const auto gap = path.release(box_of(8, 40));
    ASSERT_EQ(gap.size(), 4U);
    EXPECT_DOUBLE_EQ(gap[0].box.x, 40);
    EXPECT_DOUBLE_EQ(gap[1].box.x, 50);
    EXPECT_TRUE(gap[2].measured);
    EXPECT_DOUBLE_EQ(gap[3].box.x, 50);
    EXPECT_TRUE(path.release(box_of(9, 40)).empty());
}

TEST(Path, ForgetsWhatWaitedForTooLong) {
    Path path;
    for (int frame = 0; frame < 2000; ++frame)
        path.hold(box_of(frame, 10));
    EXPECT_LE(path.release(box_of(2000, 10)).size(), 301U);
}

TEST(Edge, LeavingIsMovingOut) {
    const Box right{610, 100, 40, 100};
    EXPECT_TRUE(cut_by_edge(right, kPicture).horizontal);
    EXPECT_FALSE(cut_by_edge(right, kPicture).vertical);
    EXPECT_TRUE(leaving(right, {50, 0}, kPicture));
    EXPECT_FALSE(leaving(right, {-50, 0}, kPicture));
    EXPECT_FALSE(leaving(right, {2, 50}, kPicture));
    EXPECT_TRUE(leaving({630, 100, 40, 100}, {0, 0}, kPicture));
    EXPECT_FALSE(leaving(kPerson, {50, 0}, kPicture));
}

TEST(Visibility, OfSomeoneWhoComesInFromBelow) {
    // Walks up at 100 pixels a second; whole after one second.
    std::vector<TrackBox> path;
    path.reserve(50);
    for (int frame = 1; frame <= 30; ++frame) {
        const double top = 360 - 10.0 * frame;
        path.push_back(
            {1, frame, instant_at(0.1 * frame), {300, top, 40, std::min(100.0, 360 - top)}, 0.7, true});
    }
    const std::vector<double> shares = visible_shares(path, kPicture);
    ASSERT_EQ(shares.size(), path.size());
    for (std::size_t i = 0; i < shares.size(); ++i)
        EXPECT_NEAR(shares[i], std::min(1.0, path[i].box.height / 100), 0.02) << i;
}

TEST(Visibility, OfSomeoneWhoGoesToTheRightAndComesNearer) {
    // Grows by half on the way, so the last whole height is too small a measure.
    std::vector<TrackBox> path;
    path.reserve(50);
    for (int frame = 0; frame < 19; ++frame) {
        const double scale = 1 + 0.02 * frame;
        const double left = 480 + 8.0 * frame;
        path.push_back({1,
                        frame,
                        instant_at(0.1 * frame),
                        {left, 100, std::min(60 * scale, 640 - left), 150 * scale},
                        0.7,
                        true});
    }
    const std::vector<double> shares = visible_shares(path, kPicture);
    for (std::size_t i = 0; i < shares.size(); ++i)
        EXPECT_NEAR(shares[i], path[i].box.width / (60 * (1 + 0.02 * i)), 0.12) << i;
}

TEST(Visibility, OfSomeoneNeverWholeIsRelativeToTheMostSeen) {
    std::vector<TrackBox> path;
    path.reserve(50);
    for (int frame = 0; frame < 50; ++frame)
        path.push_back(
            {1, frame, instant_at(0.1 * frame), {300, frame < 5 ? 310.0 : 260.0, 60, 100}, 0.7, true});
    const std::vector<double> shares = visible_shares(path, kPicture);
    EXPECT_NEAR(shares[0], 0.5, 0.01);
    EXPECT_DOUBLE_EQ(shares[20], 1);
    EXPECT_TRUE(visible_shares({}, kPicture).empty());
}

}  // namespace
}  // namespace vitrina::track
