// What rules want to know of the last hour's facts, and of tills that nobody serves.
#pragma once

#include <chrono>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "base/result.h"
#include "base/time.h"
#include "pipeline/queue_outlook.h"
#include "pipeline/shop.h"
#include "records/fact_store.h"
#include "rules/rule.h"

namespace vitrina::pipeline {

inline constexpr std::chrono::hours kFactSamplesSpan{1};
/// Of fewer entries the share that bought says nothing: with 20, one buyer more or less is 5 points.
inline constexpr std::int64_t kConversionEntriesMin = 20;

/// Hands in each shelf that is drawn in a camera's picture, in the last hour. Nothing of cameras that give no
/// pictures now: their shelves are not untouched. Any thread.
[[nodiscard]] Result<std::vector<rules::Sample>> touch_samples(const records::FactStore& facts,
                                                               const Shop& shop, UtcTime now);

/// How long customers whom staff went to in the last hour had waited, the mean of each place where there were
/// any. Any thread.
[[nodiscard]] Result<std::vector<rules::Sample>> consult_samples(const records::FactStore& facts,
                                                                 UtcTime now);

/// For how long somebody has waited at each queue's till while nobody served there; 0 where that is not so.
/// One thread.
class UnattendedTills {
  public:
    [[nodiscard]] std::vector<rules::Sample> take(const QueueForecast& forecast, UtcTime now);
    /// Whether it is so as of the last take().
    [[nodiscard]] bool is_unattended(const std::string& camera, const std::string& queue) const {
        return since_.contains({camera, queue});
    }

  private:
    /// Not seen for longer: whether it went on meanwhile nobody knows.
    static constexpr std::chrono::seconds kUnseenMax{60};
    struct Spell {
        UtcTime since;
        UtcTime seen;  // last
    };
    std::map<std::pair<std::string, std::string>, Spell> since_;  // by camera and queue
};

}  // namespace vitrina::pipeline
