// `vitrina report`: what a day, a week or a month of the shop was, by hand on this computer, beside a running
// shop too.
#pragma once

#include <filesystem>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "api/shop_zone.h"
#include "app/config.h"
#include "app/report_schedule.h"
#include "app/shop_data.h"
#include "base/result.h"

namespace vitrina::app {

struct ReportRequest {
    std::filesystem::path config;
    std::string period = "day";   // "week", "month"
    std::string date;             // a day of it; empty: the last that is over
    std::string format = "html";  // "pdf", "csv", "json"
    std::string language = "en";  // of html and pdf; "ru"
    std::filesystem::path out;    // empty: to the screen
};

/// Fails (kConfiguration) for what can't be asked, and for a PDF where nothing can print one.
[[nodiscard]] Result<void> report_of(const ReportRequest& request);

/// Those of the configuration, sent as long as the object lives; null: there are none. Borrows what is given
/// by reference. `joined` gives the cameras whose people are counted on the floor plan, now.
[[nodiscard]] std::unique_ptr<ReportSchedule> scheduled_reports(
    const Config& config, const ShopData& data, const api::ShopZone& zone,
    const std::function<std::vector<std::string>()>& joined, std::function<void()> posted,
    std::function<void(const std::string& line)> log);

}  // namespace vitrina::app
