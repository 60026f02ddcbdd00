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

void QueueOutlook::advance(SourceTime now, insight::Queues& queues, QueuesSeen seen) {
    if (queues.empty() || seen == QueuesSeen::kNone) {
        forecaster_.forget(now);
        forecast_.reset();
        next_ = {};  // it is said again as soon as there is something to say
        return;
    }
    std::vector<QueueNow> now_queues;
    now_queues.reserve(queues.tills().size());
    for (std::size_t i = 0; i < queues.tills().size(); ++i) {
        const insight::Queues::Till& till = queues.tills()[i];
        now_queues.push_back({till.queue, till.till, till.watch.waiting(), till.watch.expected_wait(now),
                              queues.is_open(i, now)});
    }
    if (seen == QueuesSeen::kSome) {
        forecaster_.forget(now);
        forecast_ = QueueForecast{};
        forecast_->camera = camera_;
        forecast_->at = to_utc(now);
        forecast_->days = forecaster_.days();
        forecast_->length_limit = forecaster_.length_limit();
        for (const QueueNow& queue : now_queues)
            forecast_->waiting += queue.length;
        forecast_->queues = std::move(now_queues);
        next_ = {};  // the next look at all of them says what is to come
        return;
    }
    for (const insight::Queues::Joined& joined : queues.take_joined())
        forecaster_.joined(joined.person, joined.at);
    if (now < next_ && next_ - now <= kEvery) {  // else the clock was set back
        if (!forecast_) return;
        if (forecast_->advice && is_open(now_queues, forecast_->advice->till)) forecast_->advice.reset();
        forecast_->queues = std::move(now_queues);
        return;
    }
    next_ = now + kEvery;
    forecaster_.learn(now, queues);
    const auto limit = options_.limit_now ? options_.limit_now(camera_) : std::nullopt;
    forecaster_.set_length_limit(limit.value_or(options_.length_limit));
    QueueForecast forecast;
    forecast.camera = camera_;
    forecast.at = to_utc(now);
    forecast.days = forecaster_.days();
    forecast.length_limit = forecaster_.length_limit();
    for (const QueueNow& queue : now_queues)
        forecast.waiting += queue.length;
    forecast.queues = std::move(now_queues);
    forecast.outlooks = forecaster_.outlooks(now, queues);
    forecast.minutes = forecaster_.minutes();
    if (const auto advice = forecaster_.advice(now, queues))
        forecast.advice = QueueAdvice{advice->till, to_utc(advice->said), to_utc(advice->open_at),
                                      advice->expected, advice->chance};
    else if (forecast_ && forecast_->advice && forecast_->advice->open_at > forecast.at &&
             !is_open(forecast.queues, forecast_->advice->till))
        forecast.advice = forecast_->advice;
    forecast_ = std::move(forecast);
}

}  // namespace vitrina::pipeline
