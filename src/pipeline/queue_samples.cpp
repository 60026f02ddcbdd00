#include "pipeline/queue_samples.h"

#include <algorithm>
#include <chrono>

#include <fmt/format.h>

namespace vitrina::pipeline {
namespace {

double at_each_till(const insight::Outlook& outlook) {
    return outlook.expected / std::max(1.0, outlook.tills_open);
}

/// The fullest moment of those that were looked at; null where none was.
const insight::Outlook* fullest(const QueueForecast& forecast) {
    const auto most =
        std::max_element(forecast.outlooks.begin(), forecast.outlooks.end(),
                         [](const auto& a, const auto& b) { return at_each_till(a) < at_each_till(b); });
    return most == forecast.outlooks.end() ? nullptr : &*most;
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
    const insight::Outlook* const most = fullest(forecast);
    samples.push_back({rules::Measure::kQueueForecast, forecast.camera, "",
                       most == nullptr ? 0 : at_each_till(*most), now});
    return samples;
}

std::optional<std::string> advice_of(const QueueForecast& forecast, const rules::Engine::ToLocal& to_local) {
    const auto closed = std::find_if(forecast.queues.begin(), forecast.queues.end(),
                                     [](const QueueNow& queue) { return !queue.is_open; });
    const insight::Outlook* const most = fullest(forecast);
    if (closed == forecast.queues.end() || most == nullptr) return std::nullopt;
    const auto advice = unfollowed(forecast);
    const UtcTime when = advice ? advice->open_at
                                : forecast.at + std::chrono::duration_cast<std::chrono::minutes>(most->ahead);
    const int minute = to_local(when).minute;
    return fmt::format("open {} at {:02}:{:02}", advice ? advice->till : closed->till, minute / 60,
                       minute % 60);
}

}  // namespace vitrina::pipeline
