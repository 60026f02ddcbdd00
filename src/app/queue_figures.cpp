#include "app/queue_figures.h"

#include <algorithm>
#include <cmath>
#include <numeric>

#include <nlohmann/json.hpp>

namespace vitrina::app {
namespace {

double rounded(double value) {
    return std::round(value * 1000) / 1000;
}

nlohmann::ordered_json spread_of(std::vector<double> values) {
    nlohmann::ordered_json json{{"count", values.size()}};
    if (values.empty()) return json;
    std::sort(values.begin(), values.end());
    const auto at = [&](double share) {
        return values[static_cast<std::size_t>(std::lround(share * static_cast<double>(values.size() - 1)))];
    };
    json["mean_s"] =
        rounded(std::accumulate(values.begin(), values.end(), 0.0) / static_cast<double>(values.size()));
    json["median_s"] = rounded(at(0.5));
    json["p90_s"] = rounded(at(0.9));
    json["longest_s"] = rounded(values.back());
    return json;
}

}  // namespace

void QueueFigures::take(const Fact& fact) {
    if (const auto* queue = std::get_if<Queue>(&fact)) {
        OfQueue& of = queues_[queue->queue];
        const double at_s = to_seconds(queue->at);
        of.people_seconds += of.length * (at_s - of.since_s);
        of.since_s = at_s;
        of.length = queue->length;
        of.longest = std::max(of.longest, queue->length);
    } else if (const auto* wait = std::get_if<Wait>(&fact)) {
        OfQueue& of = queues_[wait->queue];
        if (wait->outcome == WaitEnd::kServed) of.waits_s.push_back(to_seconds(wait->end - wait->begin));
        if (wait->outcome == WaitEnd::kAbandoned) ++of.abandoned;
        if (wait->outcome == WaitEnd::kMoved) ++of.moved;
    } else if (const auto* service = std::get_if<Service>(&fact)) {
        tills_[service->till].services_s.push_back(to_seconds(service->end - service->begin));
    }
}

nlohmann::ordered_json QueueFigures::json() const {
    nlohmann::ordered_json json{{"queues", nlohmann::json::array()}, {"tills", nlohmann::json::array()}};
    for (const auto& [name, of] : queues_)
        json["queues"].push_back({{"queue", name},
                                  {"waits", spread_of(of.waits_s)},
                                  {"abandoned", of.abandoned},
                                  {"moved", of.moved},
                                  {"longest", of.longest},
                                  {"people_hours_waited", rounded(of.people_seconds / 3600)}});
    for (const auto& [name, of] : tills_)
        json["tills"].push_back({{"till", name}, {"services", spread_of(of.services_s)}});
    return json;
}

}  // namespace vitrina::app
