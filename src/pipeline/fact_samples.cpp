#include "pipeline/fact_samples.h"

#include <algorithm>
#include <variant>

namespace vitrina::pipeline {
namespace {

/// Camera and place.
using SampledPlace = std::pair<std::string, std::string>;

}  // namespace

Result<std::vector<rules::Sample>> touch_samples(const records::FactStore& facts, const Shop& shop,
                                                 UtcTime now) {
    std::map<SampledPlace, double> touches;
    for (const CameraState& camera : shop.cameras()) {
        const auto layout = shop.layout(camera.settings.id);
        if (camera.status != CameraStatus::kLive || !layout) continue;
        for (const Shelf& shelf : layout->shelves)
            touches[{camera.settings.id, shelf.name}] = 0;
    }
    TRY_ASSIGN(const auto events, facts.facts_of("touch", std::nullopt, now - kFactSamplesSpan, now));
    for (const LiveEvent& event : events)
        if (const auto* const touch = std::get_if<Touch>(&event.event.fact))
            if (const auto found = touches.find({event.event.camera, touch->shelf}); found != touches.end())
                ++found->second;
    std::vector<rules::Sample> samples;
    samples.reserve(touches.size());
    for (const auto& [place, count] : touches)
        samples.push_back({rules::Measure::kTouches, place.first, place.second, count, now});
    return samples;
}

Result<std::vector<rules::Sample>> consult_samples(const records::FactStore& facts, UtcTime now) {
    struct Waits {
        double sum_s = 0;
        double count = 0;
    };
    std::map<SampledPlace, Waits> waits;
    TRY_ASSIGN(const auto events, facts.facts_of("talk", std::nullopt, now - kFactSamplesSpan, now,
                                                 records::People::kCustomers));
    for (const LiveEvent& event : events) {
        const auto* const talk = std::get_if<Talk>(&event.event.fact);
        if (talk == nullptr || talk->approach != Approach::kStaff) continue;
        Waits& place = waits[{event.event.camera, talk->zone}];
        place.sum_s += to_seconds(talk->wait);
        ++place.count;
    }
    std::vector<rules::Sample> samples;
    samples.reserve(waits.size());
    for (const auto& [place, wait] : waits)
        samples.push_back(
            {rules::Measure::kConsultWait, place.first, place.second, wait.sum_s / wait.count, now});
    return samples;
}

std::vector<rules::Sample> UnattendedTills::take(const QueueForecast& forecast, UtcTime now) {
    std::vector<rules::Sample> samples;
    samples.reserve(forecast.queues.size());
    for (const QueueNow& queue : forecast.queues) {
        const SampledPlace place(forecast.camera, queue.queue);
        const bool is_unattended = queue.length > 0 && !queue.is_open;
        if (!is_unattended) since_.erase(place);
        double waited_s = 0;
        if (is_unattended) {
            Spell& spell = since_.try_emplace(place, Spell{now, now}).first->second;
            // A clock that was set back begins anew, too.
            if (now < spell.seen || now - spell.seen > kUnseenMax) spell.since = now;
            spell.seen = now;
            waited_s = std::chrono::duration<double>(now - spell.since).count();
        }
        samples.push_back({rules::Measure::kUnattended, forecast.camera, queue.queue, waited_s, now});
    }
    return samples;
}

}  // namespace vitrina::pipeline
