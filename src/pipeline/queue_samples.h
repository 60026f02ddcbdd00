// What rules want to know of queues, out of their forecast; and what is to be done about it. Pure functions;
// any thread.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "base/time.h"
#include "pipeline/queue_outlook.h"
#include "rules/engine.h"
#include "rules/rule.h"

namespace vitrina::pipeline {

/// How long each queue is, what somebody who joins may expect, and the most that is expected at each open
/// till.
[[nodiscard]] std::vector<rules::Sample> queue_samples(const QueueForecast& forecast, UtcTime now);

/// "open till-3 at 17:40"; nothing where all tills are open.
[[nodiscard]] std::optional<std::string> advice_of(const QueueForecast& forecast,
                                                   const rules::Engine::ToLocal& to_local);

}  // namespace vitrina::pipeline
