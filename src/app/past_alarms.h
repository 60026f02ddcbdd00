// Alarms of a simulated shop's past: what its rules would have told then, and that somebody looked after it.
// One thread; borrows the store.
#pragma once

#include <functional>
#include <string>

#include "base/result.h"
#include "pipeline/queue_outlook.h"
#include "records/alarm_store.h"
#include "rules/engine.h"

namespace vitrina::app {

class PastAlarms {
  public:
    /// Rules are those of the store. What is older than its newest alarm is not told again.
    [[nodiscard]] static Result<PastAlarms> create(records::AlarmStore& store,
                                                   rules::Engine::ToLocal to_local);

    /// How queues were at a moment; moments grow.
    [[nodiscard]] Result<void> take(const pipeline::QueueForecast& forecast, UtcTime now);

  private:
    PastAlarms(records::AlarmStore& store, rules::Engine::ToLocal to_local)
        : store_(&store), to_local_(to_local), engine_(std::move(to_local)) {}
    [[nodiscard]] Result<void> follow(const rules::Turn& turn, const pipeline::QueueForecast& forecast);

    records::AlarmStore* store_;
    rules::Engine::ToLocal to_local_;
    rules::Engine engine_;
    UtcTime known_;  // the newest alarm that is there
};

}  // namespace vitrina::app
