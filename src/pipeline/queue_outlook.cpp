#include "pipeline/queue_outlook.h"

#include <algorithm>
#include <chrono>
#include <utility>

#include "pipeline/shop_clock.h"

namespace vitrina::pipeline {
namespace {

constexpr Duration kEvery = std::chrono::minutes(1);

bool is_open(const std::vector<QueueNow>& queues, const std::string& till) {
    return std::any_of(queues.begin(), queues.end(),
                       [&](const QueueNow& queue) { return queue.till == till && queue.is_open; });
}

}  // namespace

QueueOutlook::QueueOutlook(std::string camera, const insight::ForecastOptions& options)
    : camera_(std::move(camera)), options_(options), forecaster_(options) {}

void QueueOutlook::advance(SourceTime now, insight::Queues& queues) {
    if (queues.empty()) {
        forecast_.reset();
        return;
    }
    for (const insight::Queues::Joined& joined : queues.take_joined())
        forecaster_.joined(joined.person, joined.at);
    std::vector<QueueNow> now_queues;
    now_queues.reserve(queues.tills().size());
    for (std::size_t i = 0; i < queues.tills().size(); ++i) {
        const insight::Queues::Till& till = queues.tills()[i];
        now_queues.push_back({till.queue, till.till, till.watch.waiting(), till.watch.expected_wait(now),
                              queues.is_open(i, now)});
    }
    if (now < next_) {
        if (!forecast_) return;
        if (forecast_->advice && is_open(now_queues, forecast_->advice->till)) forecast_->advice.reset();
        forecast_->queues = std::move(now_queues);
        return;
    }
    next_ = now + kEvery;
    forecaster_.learn(now, queues);
    QueueForecast forecast;
    forecast.camera = camera_;
    forecast.at = to_utc(now);
    forecast.days = forecaster_.days();
    forecast.length_limit = options_.length_limit;
    for (const QueueNow& queue : now_queues)
        forecast.waiting += queue.length;
    forecast.queues = std::move(now_queues);
    forecast.outlooks = forecaster_.outlooks(now, queues);
    if (const auto advice = forecaster_.advice(now, queues))
        forecast.advice = QueueAdvice{advice->till, to_utc(advice->said), to_utc(advice->open_at),
                                      advice->expected, advice->chance};
    else if (forecast_ && forecast_->advice && forecast_->advice->open_at > forecast.at &&
             !is_open(forecast.queues, forecast_->advice->till))
        forecast.advice = forecast_->advice;
    forecast_ = std::move(forecast);
}

}  // namespace vitrina::pipeline
