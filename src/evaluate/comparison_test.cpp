#include "evaluate/comparison.h"

#include <chrono>
#include <random>
#include <string>

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "evaluate/metrics.h"

namespace vitrina::evaluate {
namespace {

std::vector<MotRow> rows_of(const std::string& text) {
    auto rows = parse_mot(text, "f", MotKind::kTracks);
    EXPECT_TRUE(rows);
    return rows.value_or(std::vector<MotRow>{});
}

Truth truth_of(const std::string& text) {
    auto truth = parse_truth(text, "t", "");
    EXPECT_TRUE(truth);
    return truth.value_or(Truth{});
}

TEST(Comparison, PutsFramesSideBySide) {
    const Comparison comparison =
        compare(truth_of("2,5,0,0,10,10\n4,5,0,0,10,10\n"), rows_of("2,9,5,0,10,10\n3,9,0,0,10,10\n"));
    ASSERT_EQ(comparison.frames.size(), 3);
    EXPECT_EQ(comparison.frames[0].frame, 1);
    ASSERT_EQ(comparison.frames[0].overlaps.size(), 1);
    EXPECT_NEAR(comparison.frames[0].overlaps[0].iou, 1.0 / 3, 1e-12);
    EXPECT_TRUE(comparison.frames[1].truth.empty());
    EXPECT_TRUE(comparison.frames[2].result.empty());
    EXPECT_EQ(comparison.truth_ids, 1);
    EXPECT_EQ(comparison.truth_boxes, 2);
    EXPECT_EQ(comparison.result_boxes, 2);
}

TEST(Comparison, LeavesOutWhatNeedNotBeFound) {
    // Person 1; a person on a poster (flag 0, class 7), which track 2 is on; somebody whom the labels don't
    // judge (flag 0, class 1), which leaves track 3 a false box.
    const Truth truth = truth_of("1,1,0,0,10,10,1,1,1\n1,2,50,0,10,10,0,7,1\n1,3,90,0,10,10,0,1,1\n");
    const Comparison comparison = compare(truth, rows_of("1,1,0,0,10,10\n1,2,51,0,10,10\n1,3,90,0,10,10\n"));
    EXPECT_EQ(comparison.result_neutral, 1);
    EXPECT_EQ(comparison.truth_boxes, 1);
    EXPECT_EQ(clear_mot(comparison).false_boxes, 1);
    EXPECT_EQ(clear_mot(comparison).matched, 1);
}

TEST(Comparison, JudgesOnlyLabelledFrames) {
    Truth truth = truth_of("3,1,0,0,10,10\n5,1,0,0,10,10\n");
    truth.first_frame = 2;
    truth.frame_step = 2;
    const Comparison comparison =
        compare(truth, rows_of("1,1,0,0,10,10\n3,1,0,0,10,10\n4,1,0,0,10,10\n5,1,0,0,10,10\n"));
    EXPECT_EQ(comparison.result_unjudged, 2);
    EXPECT_DOUBLE_EQ(clear_mot(comparison).mota, 1);
}

TEST(Comparison, ALongVideoTakesSeconds) {
    // 10,000 frames with 20 people each, who come and go; found with noise, and in pieces.
    std::mt19937 random(1);
    const auto uniform = [&] { return static_cast<double>(random()) / 4294967296.0; };
    std::string truth;
    std::string result;
    for (int frame = 1; frame <= 10'000; ++frame)
        for (int person = 0; person < 20; ++person) {
            const int id = 1 + person + 20 * (frame / 500);
            const double x = 60 * person + 20 * uniform();
            truth += fmt::format("{},{},{:.1f},100,40,100\n", frame, id, x);
            if (uniform() < 0.9)
                result += fmt::format("{},{},{:.1f},100,40,100\n", frame, 1 + person + 20 * (frame / 170),
                                      x + 6 * uniform());
        }
    const auto begin = std::chrono::steady_clock::now();
    const Comparison comparison = compare(truth_of(truth), rows_of(result));
    EXPECT_NEAR(clear_mot(comparison).mota, 0.9, 0.02);
    EXPECT_GT(hota(comparison).mean.hota, identity(comparison).idf1 / 2);
    // Not a benchmark: a bound that only another order of growth would break.
    EXPECT_LT(std::chrono::steady_clock::now() - begin, std::chrono::seconds(60));
}

}  // namespace
}  // namespace vitrina::evaluate
