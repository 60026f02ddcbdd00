#include "insight/occupancy.h"

#include <algorithm>

#include "base/result.h"

namespace vitrina::insight {

void OccupancyCounter::change(std::size_t zone, SourceTime at, int by, double confidence) {
    VITRINA_ASSERT(at >= settled_);
    Change& change = pending_[{at, zone}];
    change.by += by;
    change.confidence_sum += confidence;
    change.visits += 1;
}

std::vector<OccupancyStep> OccupancyCounter::settle(SourceTime before) {
    std::vector<OccupancyStep> steps;
    while (!pending_.empty() && pending_.begin()->first.first < before) {
        const auto [at, index] = pending_.begin()->first;
        const Change change = pending_.begin()->second;
        pending_.erase(pending_.begin());
        if (change.by == 0) continue;  // one came as another went
        Zone& zone = zones_[index];
        zone.microseconds += zone.people * (at - zone.since).count();
        zone.since = at;
        zone.people += change.by;
        VITRINA_ASSERT(zone.people >= 0);
        zone.peak = std::max(zone.peak, zone.people);
        steps.push_back({index, at, zone.people, change.confidence_sum / change.visits});
    }
    settled_ = std::max(settled_, before);
    return steps;
}

double OccupancyCounter::mean(std::size_t zone) const {
    const Zone& state = zones_[zone];
    const std::int64_t total = state.microseconds + state.people * (settled_ - state.since).count();
    const std::int64_t time = settled_.time_since_epoch().count();
    return time > 0 ? static_cast<double>(total) / static_cast<double>(time) : 0;
}

}  // namespace vitrina::insight
