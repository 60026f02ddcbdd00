// How wrong counts and dwell times are: what insight says of the result beside what it says of the truth.
// Plain data and a pure function.
//
// A sum hides stays that are too long behind others that are too short, so stays are compared one by one too.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/time.h"
#include "domain/event.h"
#include "insight/insight.h"

namespace vitrina::evaluate {

/// What insight says of a file.
struct Counted {
    insight::Summary totals;
    std::vector<Visit> visits;  // in any order
};

struct LineError {
    std::string line;
    std::int64_t in_truth = 0;
    std::int64_t in_result = 0;
    std::int64_t out_truth = 0;
    std::int64_t out_result = 0;
    std::optional<double> error;  // miscounts of both directions per crossing of the truth, if it has some
};

struct ZoneError {
    std::string zone;
    std::int64_t visits_truth = 0;
    std::int64_t visits_result = 0;
    Duration dwell_truth{};  // of all visits together
    Duration dwell_result{};
    std::optional<double> error;  // of the dwell, signed, as a share of the truth's, where it has some
    /// Visits that lie at the same time in both, each with the one with which it has most of its time in
    /// common; and how far their lengths differ on the mean, seconds, where there are some.
    std::int64_t stays_matched = 0;
    std::optional<double> stay_error_s;
};

struct CountingErrors {
    std::vector<LineError> lines;  // in the layout's order
    std::vector<ZoneError> zones;
};

/// Both of the same layout.
[[nodiscard]] CountingErrors counting_errors(const Counted& truth, const Counted& result);

}  // namespace vitrina::evaluate
