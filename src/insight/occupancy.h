// How many people are in each zone, out of the begins and ends of visits, which become known out of order.
// Plain state, driven by Insight.
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <utility>
#include <vector>

#include "base/time.h"

namespace vitrina::insight {

struct OccupancyStep {
    std::size_t zone = 0;
    SourceTime at;
    int people = 0;
    double confidence = 0;  // mean over the visits that begin or end at this moment
};

class OccupancyCounter {
  public:
    explicit OccupancyCounter(std::size_t zones) : zones_(zones) {}

    /// A visit began (+1) or ended (-1). Not before the moment up to which settle() was called.
    void change(std::size_t zone, SourceTime at, int by, double confidence);

    [[nodiscard]] bool has_pending() const { return !pending_.empty(); }

    /// Nothing before this moment can change any more: the steps before it, by time and zone.
    [[nodiscard]] std::vector<OccupancyStep> settle(SourceTime before);

    /// The moment up to which settle() was called.
    [[nodiscard]] SourceTime settled() const { return settled_; }

    [[nodiscard]] int peak(std::size_t zone) const { return zones_[zone].peak; }
    /// People, on the mean over the time from zero to the moment of the last settle().
    [[nodiscard]] double mean(std::size_t zone) const;

  private:
    struct Zone {
        int people = 0;
        int peak = 0;
        SourceTime since;               // of `people`
        std::int64_t microseconds = 0;  // people times time, up to `since`
    };
    struct Change {
        int by = 0;
        double confidence_sum = 0;
        int visits = 0;
    };

    std::vector<Zone> zones_;
    std::map<std::pair<SourceTime, std::size_t>, Change> pending_;
    SourceTime settled_;
};

}  // namespace vitrina::insight
