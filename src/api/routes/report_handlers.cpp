// Reports: what a day, a week or a month was, as JSON, a table, a page or a PDF.
#include <string>
#include <utility>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "api/fields.h"
#include "api/period_figures.h"
#include "api/routes/handlers.h"
#include "api/routes/tables.h"
#include "api/shop_zone.h"
#include "drawing/page_print.h"
#include "report/period_page.h"

namespace vitrina::api {
namespace {

/// The page reads nothing and runs nothing, whoever named the shop and its zones.
constexpr const char* kReportPagePolicy = "sandbox; default-src 'none'; style-src 'unsafe-inline'";

Response report_file(const std::string& name, const char* type, const char* how, std::string body) {
    Response response;
    response.type = type;
    response.headers.emplace_back("Content-Disposition", fmt::format("{}; filename=\"{}\"", how, name));
    response.body = std::move(body);
    return response;
}

}  // namespace

Reply get_report(const Request& request, const Services& services) {
    const auto kind = report::parse_period_kind(request.parameter("period"));
    if (!kind) return not_found("reports are of a day, a week or a month");
    QueryFields fields(request);
    std::chrono::sys_days day = services.zone->day_of(services.now());
    if (const auto date = fields.text("date")) {
        const auto parsed = parse_calendar_day(*date);
        if (parsed)
            day = *parsed;
        else
            fields.problem("date", parsed.error().message);
    }
    const std::string format = fields.text("format").value_or("json");
    if (format != "json" && format != "csv" && format != "html" && format != "pdf")
        fields.problem("format", "is json, csv, html or pdf");
    const std::string language = fields.text("language").value_or("en");
    if (language != "en" && language != "ru") fields.problem("language", "is en or ru");
    TRY(fields.done());
    const auto floor = services.shop.floor();
    const PeriodSources sources{services.facts,
                                services.shop_records,
                                services.matches,
                                services.buyers,
                                services.alarms,
                                *services.zone,
                                services.hours,
                                floor ? floor->cameras : std::vector<std::string>(),
                                services.shop_name,
                                services.time_zone,
                                static_cast<bool>(services.simulation),
                                services.now()};
    TRY_ASSIGN(const report::PeriodReport report, period_report(sources, *kind, day));
    if (format == "json") return json_response(report::to_json(report));
    const std::string name = fmt::format("report-{}.{}", report::name_of(report), format);
    if (format == "csv") return csv_response(name, csv_of(report));
    std::string page = report::page_of(
        report, language == "ru" ? report::PageLanguage::kRussian : report::PageLanguage::kEnglish);
    if (format == "html") {
        Response response = report_file(name, "text/html; charset=utf-8", "inline", std::move(page));
        response.headers.emplace_back("Content-Security-Policy", kReportPagePolicy);
        return response;
    }
    auto pdf = drawing::print_page(page);
    if (!pdf && pdf.error().kind == ErrorKind::kConfiguration)
        return refuse({422, "no_pdf", pdf.error().message});
    if (!pdf) return refuse(HttpError(std::move(pdf).error()));
    return report_file(name, "application/pdf", "attachment", *std::move(pdf));
}

}  // namespace vitrina::api
