#include "app/report.h"

#include <cerrno>
#include <chrono>
#include <cstdio>
#include <fstream>
#include <memory>
#include <system_error>
#include <utility>
#include <vector>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "api/period_figures.h"
#include "api/shop_zone.h"
#include "app/config.h"
#include "app/shop_data.h"
#include "drawing/page_print.h"
#include "report/period_page.h"

namespace vitrina::app {
namespace {

api::PeriodSources sources_of(const ShopConfig& shop, const ShopData& data, const api::ShopZone& zone,
                              std::vector<std::string> joined, UtcTime now) {
    return {*data.facts, *data.shop,        *data.matches, *data.buyers,   *data.alarms, zone,
            shop.hours,  std::move(joined), shop.name,     shop.time_zone, false,        now};
}

Result<std::string> in_format(const report::PeriodReport& report, const ReportRequest& request) {
    if (request.format == "json") return report::to_json(report).dump(2) + "\n";
    if (request.format == "csv") return api::csv_of(report);
    std::string page = report::page_of(
        report, request.language == "ru" ? report::PageLanguage::kRussian : report::PageLanguage::kEnglish);
    return request.format == "pdf" ? drawing::print_page(page) : Result<std::string>(std::move(page));
}

Result<void> write_report(const std::filesystem::path& file, const std::string& bytes) {
    if (file.empty()) {
        const bool is_written = std::fwrite(bytes.data(), 1, bytes.size(), stdout) == bytes.size();
        if (!is_written || std::fflush(stdout) != 0)
            return failed("the report can't be written to the screen");
        return {};
    }
    std::ofstream out(file, std::ios::binary | std::ios::trunc);
    out.write(bytes.data(), static_cast<std::streamsize>(bytes.size()));
    out.close();
    if (!out)
        return failed(
            fmt::format("{}: can't be written: {}", file.string(), std::generic_category().message(errno)));
    return {};
}

}  // namespace

Result<void> report_of(const ReportRequest& request) {
    const auto kind = report::parse_period_kind(request.period);
    if (!kind) return misconfigured("--period: is day, week or month");
    if (request.format == "pdf" && request.out.empty()) return misconfigured("--out: a PDF needs a file");
    TRY_ASSIGN(Config config, load_shop(request.config));
    config.reserve_mb = 0;  // that of a running server is not ours to touch
    TRY_ASSIGN(const auto zone, api::ShopZone::create(config.shop.time_zone, config.shop.day_begins));
    const UtcTime now = utc_now();
    std::chrono::sys_days day =
        report::period_before(*kind, report::period_around(*kind, zone->day_of(now))).first;
    if (!request.date.empty()) {
        const auto parsed = parse_calendar_day(request.date);
        if (!parsed) return with_context("--date", parsed.error());
        day = *parsed;
    }
    TRY_ASSIGN(const ShopData data, ShopData::open(config, DataUse::kVisit));
    TRY_ASSIGN(const auto plan, data.shop->plan_at(now));
    TRY_ASSIGN(
        const report::PeriodReport report,
        api::period_report(sources_of(config.shop, data, *zone,
                                      plan ? api::joined_by(plan->plan) : std::vector<std::string>(), now),
                           *kind, day));
    TRY_ASSIGN(const std::string bytes, in_format(report, request));
    return write_report(request.out, bytes);
}

std::unique_ptr<ReportSchedule> scheduled_reports(const Config& config, const ShopData& data,
                                                  const api::ShopZone& zone,
                                                  const std::function<std::vector<std::string>()>& joined,
                                                  std::function<void()> posted,
                                                  std::function<void(const std::string& line)> log) {
    if (config.reports.empty()) return nullptr;
    ReportSchedule::Options options;
    options.reports = config.reports;
    options.now = utc_now;
    options.make = [&config, &data, &zone, joined](report::PeriodKind kind, std::chrono::sys_days day) {
        return api::period_report(sources_of(config.shop, data, zone, joined(), utc_now()), kind, day);
    };
    options.print = [](const std::string& html) { return drawing::print_page(html); };
    options.cut_off = drawing::end_printing;
    options.posted = std::move(posted);
    options.log = std::move(log);
    auto schedule = std::make_unique<ReportSchedule>(*data.alarms, *data.accounts, zone, std::move(options));
    schedule->start();
    return schedule;
}

}  // namespace vitrina::app
