// Truth and result side by side, frame by frame: what all metrics read. Plain data and a pure function.
#pragma once

#include <cstdint>
#include <vector>

#include "domain/mot_file.h"
#include "evaluate/truth.h"

namespace vitrina::evaluate {

/// A box of the truth and one of the result that overlap.
struct Overlap {
    int truth = 0;   // place in ComparedFrame::truth
    int result = 0;  // place in ComparedFrame::result
    double iou = 0;  // above zero
};

struct ComparedFrame {
    std::int64_t frame = 0;         // 0-based
    std::vector<int> truth;         // identities, counted from 0 over the whole comparison
    std::vector<int> result;        // likewise
    std::vector<Overlap> overlaps;  // all pairs that touch
};

struct Comparison {
    std::vector<ComparedFrame> frames;  // with a box of either side, in order
    int truth_ids = 0;
    int result_ids = 0;
    std::int64_t truth_boxes = 0;
    std::int64_t result_boxes = 0;
    std::int64_t result_neutral = 0;   // left out: on somebody whom it is neither right nor wrong to report
    std::int64_t result_unjudged = 0;  // left out: in frames that were not labelled
};

/// `result` is by frame, as parse_mot() gives it.
[[nodiscard]] Comparison compare(const Truth& truth, const std::vector<MotRow>& result);

}  // namespace vitrina::evaluate
