// How a camera's floor was used in a past period, from the paths and facts that were stored: what of the
// picture is the floor and how large things are is taken from the layout in use now and from the people
// themselves. Any thread; borrows the stores.
#pragma once

#include <chrono>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "base/local_clock.h"
#include "base/result.h"
#include "base/time.h"
#include "domain/layout.h"
#include "domain/plan.h"
#include "insight/heatmap.h"
#include "insight/space.h"
#include "records/fact_store.h"
#include "records/path_store.h"

namespace vitrina::pipeline {

struct SpaceQuestion {
    std::string camera;
    UtcTime from;
    UtcTime to;
    Layout layout;
    LocalClock clock;             // of the shop
    insight::SpaceFilter filter;  // hours and weekdays; `people` says who counts
    records::People people = records::People::kCustomers;
    /// Who is known by a receipt to have paid at a till in this camera's picture, and when he was there.
    std::vector<records::FactSpan> payers;
    double px_per_m = 0;  // of the layout's picture; 0: by the people of the period
};

struct SpaceAnswer {
    Plan plan;  // the layout in metres; shelves are its fixtures
    double px_per_m = 0;
    std::unique_ptr<insight::Space> space;  // its maps
    insight::SpaceUse use;
    bool knows_payers = false;   // some till is in the picture: who paid later is known
    bool knows_entries = false;  // some line is: who came in by a door is known
    std::int64_t points = 0;
};

/// Who comes in and is out again within it has looked for nothing.
inline constexpr std::chrono::seconds kBounceMax{60};

/// People are taken for 1.7 m tall, so with a camera that looks from
/// the side metres are those of the middle of the picture. Costs as much as there are points of paths: about
/// a second for each three million.
[[nodiscard]] Result<SpaceAnswer> space_of(const records::PathStore& paths, const records::FactStore& facts,
                                           const SpaceQuestion& question);

/// Seconds of presence over the layout's picture, of the same people and hours; `payers` is not asked. Costs
/// as much.
[[nodiscard]] Result<insight::HeatMap> heat_of(const records::PathStore& paths,
                                               const records::FactStore& facts,
                                               const SpaceQuestion& question);

}  // namespace vitrina::pipeline
