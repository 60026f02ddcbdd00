// Spans of time. Pure; any thread.
#pragma once

#include <algorithm>
#include <utility>
#include <vector>

#include "base/time.h"

namespace vitrina {

using UtcSpans = std::vector<std::pair<UtcTime, UtcTime>>;  // begin and end of each

/// In the order of their begins, those that touch or lie over each other joined, the empty ones left out.
[[nodiscard]] inline UtcSpans joined_spans(UtcSpans spans) {
    std::sort(spans.begin(), spans.end());
    UtcSpans result;
    for (const auto& [begin, end] : spans) {
        if (end <= begin) continue;
        if (!result.empty() && begin <= result.back().second)
            result.back().second = std::max(result.back().second, end);
        else
            result.emplace_back(begin, end);
    }
    return result;
}

}  // namespace vitrina
