// `vitrina insight`: sightings of a floor plan in, facts and figures out, without cameras.
#pragma once

#include <filesystem>
#include <string>

#include "base/result.h"

namespace vitrina::app {

struct InsightRequest {
    std::filesystem::path sightings;  // docs/simulation.md
    std::filesystem::path plan;       // docs/layout.md
    std::filesystem::path receipts;   // JSON lines; may be empty
    std::filesystem::path planogram;  // CSV: sku, fixture; may be empty
    std::filesystem::path out;        // a folder
    std::string shop = "shop";
    double utc_offset_h = 0;  // of the shop's clock
    double length_limit = 4;  // people waiting at each open till
    bool events = true;       // events.jsonl
    // Who and when is counted in space.json; empty: everybody, always.
    std::string hours;     // "9-12,17"
    std::string weekdays;  // "sat,sun"
    std::string sex;       // female, male
    std::string age;       // child, young, adult, senior
    bool staff = false;    // staff too
};

[[nodiscard]] Result<void> insight_of(const InsightRequest& request);

}  // namespace vitrina::app
