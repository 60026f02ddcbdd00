// The forecast of one camera's queues as it goes on: what is seen is learnt from, and once a minute it is
// said how many will wait. One thread at a time.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/time.h"
#include "domain/sighting.h"
#include "insight/forecast.h"
#include "insight/queues.h"

namespace vitrina::pipeline {

/// Which till should open when, as it was said; until its time has come.
struct QueueAdvice {
    std::string till;
    UtcTime said;
    UtcTime open_at;
    double expected = 0;  // people waiting at each till without it
    double chance = 0;    // that the limit is passed
};

/// One queue, as it is known now; what is told of it later may differ a little.
struct QueueNow {
    std::string queue;
    std::string till;
    int length = 0;   // people who wait
    Duration wait{};  // what somebody who joins may expect
    bool is_open = false;
};

/// Of all queues of a camera together.
struct QueueForecast {
    std::string camera;
    UtcTime at;
    std::vector<QueueNow> queues;            // at the last second
    int waiting = 0;                         // at `at`
    double days = 0;                         // that were learnt from; of none it says little
    double length_limit = 0;                 // people at each open till from which another should open
    std::vector<insight::Outlook> outlooks;  // none while not all queues are seen
    std::vector<insight::Outlook> minutes;   // the same of each of the twenty minutes to come
    std::optional<QueueAdvice> advice;
};

/// How many of the queues are seen: what nobody sees says nothing of how it usually is.
enum class QueuesSeen : std::uint8_t { kNone, kSome, kAll };

class QueueOutlook {
  public:
    QueueOutlook(std::string camera, const insight::ForecastOptions& options);

    void observe(const Sighting& sighting) { forecaster_.observe(sighting); }
    /// The clock, every second or so; `queues` as they are known then. While some are not seen, it is said
    /// how long queues are, and nothing is learnt or said of what is to come.
    void advance(SourceTime now, insight::Queues& queues, QueuesSeen seen = QueuesSeen::kAll);
    /// As it was said last; nothing before the first minute, and where there are no queues.
    [[nodiscard]] const std::optional<QueueForecast>& forecast() const { return forecast_; }

    [[nodiscard]] std::string memory() const { return forecaster_.memory(); }
    [[nodiscard]] bool remember(std::string_view text) { return forecaster_.remember(text); }

  private:
    std::string camera_;
    insight::ForecastOptions options_;
    insight::Forecaster forecaster_;
    std::optional<QueueForecast> forecast_;
    SourceTime next_;
};

}  // namespace vitrina::pipeline
