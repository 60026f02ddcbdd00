// How many people at each open till are too many, as the shop's rules about the forecast of queues say. Any
// thread may call anything.
#pragma once

#include <algorithm>
#include <optional>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "base/mutex.h"
#include "rules/rule.h"

namespace vitrina::pipeline {

class QueueLimits {
  public:
    /// From now on these are the rules.
    void set(std::span<const rules::Rule> rules) {
        std::vector<Limit> limits;
        for (const rules::Rule& rule : rules)
            if (rule.enabled && rule.above && rule.measure == rules::Measure::kQueueForecast)
                limits.push_back({rule.camera, rule.limit});
        const MutexLock lock(mutex_);
        limits_ = std::move(limits);
    }
    /// The lowest of them that is about this camera's queues; nothing where none is.
    [[nodiscard]] std::optional<double> of(const std::string& camera) const {
        const MutexLock lock(mutex_);
        std::optional<double> lowest;
        for (const Limit& limit : limits_)
            if (limit.camera.empty() || limit.camera == camera)
                lowest = std::min(lowest.value_or(limit.people), limit.people);
        return lowest;
    }

  private:
    struct Limit {
        std::string camera;  // empty: any
        double people = 0;
    };
    mutable Mutex mutex_;
    std::vector<Limit> limits_ GUARDED_BY(mutex_);
};

}  // namespace vitrina::pipeline
