#include "pipeline/queue_samples.h"

#include <algorithm>
#include <chrono>

namespace vitrina::pipeline {
namespace {

double at_each_till(const insight::Outlook& outlook) {
    return outlook.expected / std::max(1.0, outlook.tills_open);
}

/// The most that is expected at each open till in any minute to come; nothing where nobody knows.
std::optional<double> most_at_each_till(const QueueForecast& forecast) {
    std::optional<double> most;
    for (const insight::Outlook& outlook : forecast.minutes)
        most = std::max(most.value_or(0), at_each_till(outlook));
    return most;
}

/// The first minute by which a till that opens is of use.
std::optional<UtcTime> when_too_long(const QueueForecast& forecast, double limit) {
    const auto found =
        std::find_if(forecast.minutes.begin(), forecast.minutes.end(), [&](const insight::Outlook& outlook) {
            return outlook.ahead >= insight::kAdviceFirst && at_each_till(outlook) >= limit;
        });
    if (found == forecast.minutes.end()) return std::nullopt;
    return forecast.at + std::chrono::duration_cast<std::chrono::milliseconds>(found->ahead);
}

/// What was advised, unless somebody has opened that till.
std::optional<QueueAdvice> unfollowed(const QueueForecast& forecast) {
    const bool is_open =
        forecast.advice &&
        std::any_of(forecast.queues.begin(), forecast.queues.end(), [&](const QueueNow& queue) {
            return queue.till == forecast.advice->till && queue.is_open;
        });
    return is_open ? std::nullopt : forecast.advice;
}

}  // namespace

std::vector<rules::Sample> queue_samples(const QueueForecast& forecast, UtcTime now) {
    std::vector<rules::Sample> samples;
    samples.reserve(2 * forecast.queues.size() + 1);
    for (const QueueNow& queue : forecast.queues) {
        samples.push_back({rules::Measure::kQueueLength, forecast.camera, queue.queue,
                           static_cast<double>(queue.length), now});
        samples.push_back(
            {rules::Measure::kQueueWait, forecast.camera, queue.queue, to_seconds(queue.wait), now});
    }
    if (const auto most = most_at_each_till(forecast))  // else it is unknown, not that nobody is expected
        samples.push_back({rules::Measure::kQueueForecast, forecast.camera, "", *most, now});
    return samples;
}

std::optional<TillToOpen> opening_of(const QueueForecast& forecast, double limit) {
    const auto closed = std::find_if(forecast.queues.begin(), forecast.queues.end(),
                                     [](const QueueNow& queue) { return !queue.is_open; });
    if (closed == forecast.queues.end()) return std::nullopt;
    // What the page shows was said of one limit; another has another minute.
    const auto advice = unfollowed(forecast);
    const auto when =
        advice && limit == forecast.length_limit ? advice->open_at : when_too_long(forecast, limit);
    if (!when) return std::nullopt;
    return TillToOpen{advice ? advice->till : closed->till, *when};
}

}  // namespace vitrina::pipeline
