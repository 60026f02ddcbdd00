// Cases small enough to work out by hand; the working is in the comments. All boxes are 10 wide and 10 high
// unless a case says otherwise.
#include "evaluate/metrics.h"

#include <cmath>
#include <string>

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "domain/mot_file.h"
#include "evaluate/truth.h"

namespace vitrina::evaluate {
namespace {

constexpr double kNear = 1e-9;

/// A line for each frame from `first` to `last`: box of `id` at x.
std::string stays(int id, int first, int last, double x = 0, double y = 0) {
    std::string lines;
    for (int frame = first; frame <= last; ++frame)
        lines += fmt::format("{},{},{},{},10,10,1,1,1\n", frame, id, x, y);
    return lines;
}

Comparison comparison_of(const std::string& truth, const std::string& result) {
    const auto read_truth = parse_truth(truth, "truth", "");
    const auto read_result = parse_mot(result, "result", MotKind::kTracks);
    EXPECT_TRUE(read_truth && read_result);
    return compare(*read_truth, *read_result);
}

TEST(Metrics, PerfectTracksAreOne) {
    const std::string truth = stays(1, 1, 5) + stays(2, 3, 9, 100);
    const Comparison comparison = comparison_of(truth, stays(8, 1, 5) + stays(3, 3, 9, 100));
    const ClearMot clear = clear_mot(comparison);
    EXPECT_NEAR(clear.mota, 1, kNear);
    EXPECT_NEAR(clear.motp, 1, kNear);
    EXPECT_EQ(clear.mostly_tracked, 2);
    EXPECT_EQ(clear.fragmentations, 0);
    EXPECT_NEAR(identity(comparison).idf1, 1, kNear);
    const Hota hota = evaluate::hota(comparison);
    EXPECT_NEAR(hota.mean.hota, 1, kNear);
    EXPECT_NEAR(hota.mean.localisation, 1, kNear);
    EXPECT_NEAR(hota.at[0].alpha, 0.05, kNear);
    EXPECT_NEAR(hota.at[18].alpha, 0.95, kNear);
}

TEST(Metrics, OneSwitch) {
    // A person for 6 frames; track 1 for the first half, track 2 for the second.
    const Comparison comparison = comparison_of(stays(1, 1, 6), stays(1, 1, 3) + stays(2, 4, 6));
    const ClearMot clear = clear_mot(comparison);
    EXPECT_EQ(clear.switches, 1);
    EXPECT_EQ(clear.fragmentations, 0);  // he was matched all the time
    EXPECT_EQ(clear.mostly_tracked, 1);
    EXPECT_NEAR(clear.mota, 1 - 1.0 / 6, kNear);
    // He is track 1 (or 2): 3 boxes right, 3 missed, 3 false: 2 x 3 / (2 x 3 + 3 + 3).
    const Identity id = identity(comparison);
    EXPECT_EQ(id.matched, 3);
    EXPECT_EQ(id.missed, 3);
    EXPECT_EQ(id.false_boxes, 3);
    EXPECT_NEAR(id.idf1, 0.5, kNear);
    // Each of the 6 matched boxes: 3 together, 6 of the person, 3 of the track: 3 / (6 + 3 - 3) = 0.5.
    const Hota hota = evaluate::hota(comparison);
    EXPECT_NEAR(hota.mean.detection, 1, kNear);
    EXPECT_NEAR(hota.mean.association, 0.5, kNear);
    EXPECT_NEAR(hota.mean.hota, std::sqrt(0.5), kNear);
}

TEST(Metrics, OneTrackForTwoPeople) {
    // The other way round: nobody switches, so CLEAR MOT sees nothing wrong.
    const Comparison comparison = comparison_of(stays(1, 1, 4) + stays(2, 5, 8), stays(7, 1, 8));
    EXPECT_NEAR(clear_mot(comparison).mota, 1, kNear);
    EXPECT_NEAR(identity(comparison).idf1, 0.5, kNear);  // 4 right, 4 missed, 4 false
    // 4 together, 4 of the person, 8 of the track: 4 / (4 + 8 - 4).
    EXPECT_NEAR(evaluate::hota(comparison).mean.association, 0.5, kNear);
}

TEST(Metrics, AMissAndAFalseBox) {
    // A person for 5 frames, not found in the third; a false box of another track in the first.
    const Comparison comparison =
        comparison_of(stays(1, 1, 5), stays(1, 1, 2) + stays(1, 4, 5) + stays(9, 1, 1, 500));
    const ClearMot clear = clear_mot(comparison);
    EXPECT_EQ(clear.matched, 4);
    EXPECT_EQ(clear.missed, 1);
    EXPECT_EQ(clear.false_boxes, 1);
    EXPECT_EQ(clear.switches, 0);
    EXPECT_EQ(clear.fragmentations, 1);
    EXPECT_EQ(clear.mostly_tracked, 0);  // 80 % is not more than 80 %
    EXPECT_EQ(clear.partly_tracked, 1);
    EXPECT_NEAR(clear.mota, 1 - 2.0 / 5, kNear);
    const Identity id = identity(comparison);
    EXPECT_NEAR(id.precision, 4.0 / 5, kNear);
    EXPECT_NEAR(id.recall, 4.0 / 5, kNear);
    EXPECT_NEAR(id.idf1, 2 * 4.0 / (2 * 4 + 1 + 1), kNear);
    // DetA = 4 / (4 + 1 + 1); AssA = 4 / (5 + 4 - 4).
    const Hota hota = evaluate::hota(comparison);
    EXPECT_NEAR(hota.mean.detection, 4.0 / 6, kNear);
    EXPECT_NEAR(hota.mean.association, 4.0 / 5, kNear);
    EXPECT_NEAR(hota.mean.hota, std::sqrt(4.0 / 6 * 4 / 5), kNear);
}

TEST(Metrics, BoxesThatAreOff) {
    // Shifted by 2.5: 7.5 of 12.5 overlap, 0.6.
    const Comparison comparison = comparison_of(stays(1, 1, 4), stays(1, 1, 4, 2.5));
    EXPECT_NEAR(clear_mot(comparison).motp, 0.6, kNear);
    EXPECT_NEAR(clear_mot(comparison).mota, 1, kNear);
    // Matched at 0.05 ... 0.60, which are 12 of the 19; where nothing is matched LocA is 1 by definition.
    const Hota hota = evaluate::hota(comparison);
    EXPECT_NEAR(hota.mean.hota, 12.0 / 19, kNear);
    EXPECT_NEAR(hota.mean.localisation, (12 * 0.6 + 7) / 19, kNear);
    EXPECT_NEAR(hota.at[11].hota, 1, kNear);  // 0.60
    EXPECT_NEAR(hota.at[12].hota, 0, kNear);  // 0.65
    // Shifted by 5: 5 of 15 overlap. Every box is missed, and every box is false: 1 - 8 / 4.
    const Comparison far_off = comparison_of(stays(1, 1, 4), stays(1, 1, 4, 5));
    EXPECT_NEAR(clear_mot(far_off).mota, -1, kNear);
    EXPECT_EQ(clear_mot(far_off).mostly_lost, 1);
    EXPECT_NEAR(identity(far_off).idf1, 0, kNear);
}

TEST(Metrics, HalfIsEnough) {
    // 10 x 5 in 10 x 10 overlaps by exactly 0.5, which counts.
    const Comparison comparison = comparison_of(stays(1, 1, 1), "1,1,0,0,10,5\n");
    EXPECT_NEAR(clear_mot(comparison).mota, 1, kNear);
    EXPECT_NEAR(identity(comparison).idf1, 1, kNear);
}

TEST(Metrics, WhoeverStaysOnHisTrackGoesFirst) {
    // Two people at 0 and 4. In the second frame track 1 stands at 2.5: it overlaps its own person by
    // 7.5 / 12.5 = 0.6, the other by 8.5 / 11.5 = 0.74, and there is no other track. It stays with its own.
    const Comparison comparison = comparison_of(stays(1, 1, 2) + stays(2, 1, 2, 4),
                                                stays(1, 1, 1) + stays(2, 1, 1, 4) + stays(1, 2, 2, 2.5));
    const ClearMot clear = clear_mot(comparison);
    EXPECT_EQ(clear.switches, 0);
    EXPECT_EQ(clear.missed, 1);
    EXPECT_NEAR(clear.mota, 1 - 1.0 / 4, kNear);
    EXPECT_NEAR(clear.motp, (1 + 1 + 0.6) / 3, kNear);
}

TEST(Metrics, ASwitchIsCountedAcrossAGap) {
    // Found again by another track after two frames: one switch, one fragmentation.
    const Comparison comparison = comparison_of(stays(1, 1, 6), stays(1, 1, 2) + stays(2, 5, 6));
    EXPECT_EQ(clear_mot(comparison).switches, 1);
    EXPECT_EQ(clear_mot(comparison).fragmentations, 1);
}

TEST(Metrics, SomebodyWhoWasAwayIsNotInterrupted) {
    // The person himself is not in the picture in frames 3 and 4; somebody else is.
    const std::string truth = stays(1, 1, 2) + stays(1, 5, 6) + stays(2, 1, 6, 100);
    EXPECT_EQ(clear_mot(comparison_of(truth, truth)).fragmentations, 0);
}

TEST(Metrics, IdentitiesAreMatchedBestForAll) {
    // Person 1 (10 frames): track 1 for 6, track 2 for 4. Person 2 (5 frames): track 1. The longest first
    // would be 6 and nothing; the best is 4 + 5 of 15 boxes on either side.
    const Comparison comparison = comparison_of(stays(1, 1, 10) + stays(2, 11, 15),
                                                stays(1, 1, 6) + stays(2, 7, 10) + stays(1, 11, 15));
    EXPECT_EQ(identity(comparison).matched, 9);
    EXPECT_NEAR(identity(comparison).idf1, 2 * 9.0 / 30, kNear);
    // HOTA: 6 boxes with 6 / (10 + 11 - 6), 4 with 4 / (10 + 4 - 4), 5 with 5 / (5 + 11 - 5), of 15.
    EXPECT_NEAR(evaluate::hota(comparison).mean.association,
                (6 * 6.0 / 15 + 4 * 4.0 / 10 + 5 * 5.0 / 11) / 15, kNear);
}

TEST(Metrics, ASecondBoxOnSomebodyIsFalse) {
    const Comparison comparison = comparison_of(stays(1, 1, 4), stays(1, 1, 4) + stays(2, 1, 4, 1));
    EXPECT_EQ(clear_mot(comparison).false_boxes, 4);
    EXPECT_NEAR(clear_mot(comparison).mota, 0, kNear);
    EXPECT_NEAR(identity(comparison).idf1, 2 * 4.0 / (4 + 8), kNear);
    // DetA 4 / 8. Over the whole time track 1 fits best, so it is matched: AssA 1.
    EXPECT_NEAR(evaluate::hota(comparison).mean.hota, std::sqrt(0.5), kNear);
}

TEST(Metrics, NothingFoundAndNothingThere) {
    const Comparison nothing_found = comparison_of(stays(1, 1, 4), "");
    EXPECT_NEAR(clear_mot(nothing_found).mota, 0, kNear);
    EXPECT_EQ(clear_mot(nothing_found).missed, 4);
    EXPECT_NEAR(identity(nothing_found).idf1, 0, kNear);
    EXPECT_NEAR(evaluate::hota(nothing_found).mean.hota, 0, kNear);
    const Comparison nothing_there = comparison_of("", stays(1, 1, 4));
    EXPECT_EQ(clear_mot(nothing_there).false_boxes, 4);
    EXPECT_NEAR(identity(nothing_there).idf1, 0, kNear);
    EXPECT_NEAR(evaluate::hota(comparison_of("", "")).mean.hota, 0, kNear);
}

}  // namespace
}  // namespace vitrina::evaluate
