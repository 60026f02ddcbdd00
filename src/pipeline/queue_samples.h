// What rules want to know of queues, out of their forecast; and what is to be done about it. Pure functions;
// any thread.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/time.h"
#include "pipeline/queue_outlook.h"
#include "rules/rule.h"

namespace vitrina::pipeline {

/// How long each queue is, what somebody who joins may expect, and the most that is expected at each open
/// till.
[[nodiscard]] std::vector<rules::Sample> queue_samples(const QueueForecast& forecast, UtcTime now);

struct TillToOpen {
    std::string till;
    UtcTime at;
};

/// Which till should open when, before so many people are expected at each open till; nothing where all tills
/// are open, or it is over before anybody could come to a till.
[[nodiscard]] std::optional<TillToOpen> opening_of(const QueueForecast& forecast, double limit);

}  // namespace vitrina::pipeline
