// The figures of a report, from the records: the same questions that the pages ask. Any thread; blocks as
// long as the records take.
#pragma once

#include <chrono>
#include <string>
#include <vector>

#include "api/shop_zone.h"
#include "base/result.h"
#include "base/time.h"
#include "domain/shop_hours.h"
#include "records/alarm_store.h"
#include "records/buyer_store.h"
#include "records/fact_store.h"
#include "records/match_store.h"
#include "records/shop_store.h"
#include "report/period_report.h"

namespace vitrina::api {

/// What a report is made of. Borrows.
struct PeriodSources {
    const records::FactStore& facts;
    const records::ShopStore& shop_records;
    const records::MatchStore& matches;
    const records::BuyerStore& buyers;
    const records::AlarmStore& alarms;
    const ShopZone& zone;
    const ShopHours& hours;
    std::vector<std::string> joined;  // cameras whose people are counted on the floor plan
    std::string shop;
    std::string time_zone;
    bool is_simulated = false;
    UtcTime now;
};

/// Of the period that has the day in it, as far as it is over. Fails (kConfiguration) for a period that has
/// not begun.
[[nodiscard]] Result<report::PeriodReport> period_report(const PeriodSources& sources,
                                                         report::PeriodKind kind, std::chrono::sys_days day);

/// Of a plan: the cameras whose people are counted on it.
[[nodiscard]] std::vector<std::string> joined_by(const Plan& plan);

/// The report's rows as a file for spreadsheets.
[[nodiscard]] std::string csv_of(const report::PeriodReport& report);

}  // namespace vitrina::api
