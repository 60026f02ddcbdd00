// How wrong counts and dwell times are: what insight says of the result beside what it says of the truth.
// Plain data and a pure function.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "base/time.h"
#include "insight/insight.h"

namespace vitrina::evaluate {

struct LineError {
    std::string line;
    std::int64_t in_truth = 0;
    std::int64_t in_result = 0;
    std::int64_t out_truth = 0;
    std::int64_t out_result = 0;
    double error = 0;  // miscounts of both directions as a share of the crossings of the truth
};

struct ZoneError {
    std::string zone;
    std::int64_t visits_truth = 0;
    std::int64_t visits_result = 0;
    Duration dwell_truth{};  // of all visits together
    Duration dwell_result{};
    double error = 0;  // of the dwell, signed, as a share of the truth's
};

struct CountingErrors {
    std::vector<LineError> lines;  // in the layout's order
    std::vector<ZoneError> zones;
};

/// Both of the same layout. A share of nothing is 0 when the result has nothing either, and else its number.
[[nodiscard]] CountingErrors counting_errors(const insight::Summary& truth, const insight::Summary& result);

}  // namespace vitrina::evaluate
