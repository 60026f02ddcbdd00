// One camera's detections of one person over time. Plain data.
#pragma once

#include <cstdint>

#include "base/geometry.h"
#include "base/time.h"

namespace vitrina {

/// Counts from 1 in the order in which tracks were confirmed; unique within one source.
using TrackId = std::int64_t;

/// Where a track is in one frame.
struct TrackBox {
    TrackId track = 0;
    std::int64_t frame = 0;  // 0-based
    SourceTime time;
    Box box;               // pixels of the frame
    double score = 0;      // of the detection; 0 where nothing was detected and the box is filled in
    bool measured = true;  // false: filled in between two detections
};

}  // namespace vitrina
