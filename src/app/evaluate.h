// `vitrina evaluate`: how good tracks are, and the counts made from them, measured against the truth.
#pragma once

#include <filesystem>
#include <string>

#include "base/result.h"

namespace vitrina::app {

struct EvaluateRequest {
    std::filesystem::path tracks;
    std::filesystem::path truth;
    std::filesystem::path layout;  // empty: no counting
    std::string label;             // of a CVAT export; empty: people
    double frame_rate = 0;         // 0: seqinfo.ini's, or estimated
    bool json = false;
};

/// Prints a table or JSON to the standard output, and what is suspicious to the standard error.
[[nodiscard]] Result<void> evaluate(const EvaluateRequest& request);

}  // namespace vitrina::app
