// Facts again, from the paths that were stored: what was drawn wrong is counted as it should have been. Facts
// that come out as they were stay as they are; others are amended, taken back or added, with the same ids
// where they are the same (docs/architecture.md, "Replay"). Any thread; borrows everything.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <set>
#include <string>

#include "base/result.h"
#include "base/time.h"
#include "insight/options.h"
#include "records/fact_store.h"
#include "records/path_store.h"
#include "records/shop_store.h"

namespace vitrina::pipeline {

struct ReplayOptions {
    std::string shop;  // its name, stands in each event
    std::string camera;
    UtcTime from;  // facts that begin in [from, to)
    UtcTime to;
    /// Zones and lines whose facts are computed again; nothing: all.
    std::optional<std::set<std::string>> places;
    insight::Options insight;
    UtcTime now = utc_now();  // until when paths may have been stored
    int threads = 1;
    /// Asked now and then; false ends the work, and nothing is changed. May be empty.
    std::function<bool()> goes_on;
};

struct ReplayReport {
    std::int64_t pieces = 0;
    std::int64_t points = 0;
    std::int64_t facts = 0;  // that were computed, of the period and its places
    std::int64_t added = 0;
    std::int64_t amended = 0;
    std::int64_t retracted = 0;
    std::int64_t unchanged = 0;
    Duration took{};
};

/// Visits, crossings and occupancy are computed again. Facts of times of which no paths are stored stay as
/// they are, and so do those of the last seconds of a camera that is at work.
[[nodiscard]] Result<ReplayReport> replay(records::FactStore& facts, const records::ShopStore& shop,
                                          const records::PathStore& paths, const ReplayOptions& options);

}  // namespace vitrina::pipeline
