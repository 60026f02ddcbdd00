// CLEAR MOT, IDF1 and HOTA of a comparison, by the definitions of TrackEval, the program of their authors and
// of the MOT challenge. Pure functions. Shares are 0..1; MOTA may be below zero.
#pragma once

#include <array>
#include <cstdint>

#include "evaluate/comparison.h"

namespace vitrina::evaluate {

/// Least overlap (IoU) of a box that is on a person, for CLEAR MOT and IDF1.
inline constexpr double kOverlapMin = 0.5;

/// Bernardin and Stiefelhagen 2008. In each frame, pairs of the frame before are kept while they overlap;
/// then as much overlap as possible is matched.
struct ClearMot {
    std::int64_t matched = 0;
    std::int64_t missed = 0;
    std::int64_t false_boxes = 0;
    std::int64_t switches = 0;        // a person is matched with another track than the last time
    std::int64_t fragmentations = 0;  // a person is matched again after frames without a match
    int mostly_tracked = 0;           // people matched in more than 80 % of their frames
    int partly_tracked = 0;
    int mostly_lost = 0;  // in less than 20 %
    double mota = 0;      // 1 - (missed + false + switches) / boxes of the truth
    double motp = 0;      // mean overlap of the matched boxes
};
[[nodiscard]] ClearMot clear_mot(const Comparison& comparison);

/// Ristani et al. 2016: one track for each person for the whole time, so that most boxes are explained.
struct Identity {
    std::int64_t matched = 0;  // boxes of people on the track that is theirs
    std::int64_t missed = 0;
    std::int64_t false_boxes = 0;
    double idf1 = 0;
    double precision = 0;
    double recall = 0;
};
[[nodiscard]] Identity identity(const Comparison& comparison);

/// Luiten et al. 2020.
inline constexpr int kAlphas = 19;  // 0.05, 0.10, ..., 0.95
struct HotaAt {
    double alpha = 0;  // least overlap
    double hota = 0;
    double detection = 0;     // DetA
    double association = 0;   // AssA
    double localisation = 0;  // LocA
};
struct Hota {
    std::array<HotaAt, kAlphas> at;
    HotaAt mean;  // over the alphas; mean.alpha says nothing
};
[[nodiscard]] Hota hota(const Comparison& comparison);

}  // namespace vitrina::evaluate
