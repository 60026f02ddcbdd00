// A person at a place on the floor plan at a moment, as one camera saw him, with how sure that is: what
// `scene` makes of a camera's tracks and what it joins to people. Plain data.
#pragma once

#include <cstdint>
#include <vector>

#include "base/geometry.h"
#include "base/time.h"

namespace vitrina {

/// A short sure piece of one camera's track; unique in the shop, never used twice. Tracklets never change,
/// who they belong to may.
using TrackletId = std::int64_t;

/// Of a place on the plan, in square metres: symmetric.
struct Covariance {
    double xx = 0;
    double xy = 0;
    double yy = 0;
    friend bool operator==(const Covariance&, const Covariance&) = default;
};

struct PlanSighting {
    TrackletId tracklet = 0;
    int camera = 0;         // its place in Plan::cameras
    SourceTime at;          // on the shop's clock, whole milliseconds
    Duration time_error{};  // standard deviation of `at` against the shop's clock
    Point place;            // m, of the feet, in whole centimetres
    Covariance covariance;  // of the place at `at`, clock apart
    double score = 0;       // 0..1; 0 where it was filled in between two detections
    double visible = 1;     // 0..1: how much of the body is in the picture
    bool feet_seen = true;  // false: told from head and shoulders
};

/// What somebody looks like, of one moment or of many: vectors of the same network can be compared.
struct Appearance {
    std::vector<float> vector;  // of length 1; empty: unknown
    double weight = 0;          // how many good looks it is the mean of
};

}  // namespace vitrina
