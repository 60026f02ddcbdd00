// Figures: who is there now, counts by hour and day, heat, outages.
#include <cmath>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "api/fields.h"
#include "api/instant.h"
#include "api/routes/handlers.h"
#include "api/routes/span.h"
#include "api/shop_zone.h"

namespace vitrina::api {
namespace {

using Json = nlohmann::ordered_json;

constexpr std::size_t kBucketsMax = 1500;  // two months of hours, four years of days

double seconds(std::int64_t milliseconds) {
    return static_cast<double>(milliseconds) / 1000;
}

Json json_of(const records::SpanCounts& counts) {
    Json zones = Json::array();
    for (const records::ZoneCount& zone : counts.zones)
        zones.push_back({{"camera", zone.camera},
                         {"zone", zone.zone},
                         {"visits", zone.visits},
                         {"people", zone.people},
                         {"dwell_median_s", seconds(zone.dwell_ms_median)},
                         {"dwell_mean_s", seconds(zone.dwell_ms_mean)}});
    Json lines = Json::array();
    for (const records::LineCount& line : counts.lines)
        lines.push_back({{"camera", line.camera}, {"line", line.line}, {"in", line.in}, {"out", line.out}});
    return {{"from", to_text(counts.from)},
            {"to", to_text(counts.to)},
            {"zones", std::move(zones)},
            {"lines", std::move(lines)}};
}

/// Of the oldest fact that is kept; null when there is none.
Result<Json> first_event(const Services& services) {
    TRY_ASSIGN(const std::int64_t first, services.facts.first_sequence());
    if (first == 0) return Json();
    TRY_ASSIGN(const auto entries, services.facts.after(first - 1, 1));
    return entries.empty() ? Json() : Json(to_text(entries.front().event.begin));
}

}  // namespace

Reply get_shop(const Request& /*request*/, const Services& services) {
    TRY_ASSIGN(Json first, first_event(services));
    return json_response({{"name", services.shop_name},
                          {"time_zone", services.time_zone},
                          {"version", services.version},
                          {"now", to_text(services.now())},
                          {"first_event", std::move(first)},
                          {"disk_full", services.database.reserve_used()}});
}

Reply get_now(const Request& /*request*/, const Services& services) {
    int people = 0;
    Json cameras = Json::array();
    for (const pipeline::CameraState& camera : services.shop.cameras()) {
        people += camera.people;
        cameras.push_back(
            {{"id", camera.settings.id}, {"status", to_text(camera.status)}, {"reason", camera.reason}});
    }
    Json zones = Json::array();
    for (const pipeline::ZoneNow& zone : services.shop.now())
        zones.push_back({{"camera", zone.camera}, {"zone", zone.zone}, {"people", zone.people}});
    return json_response({{"people", people},
                          {"zones", std::move(zones)},
                          {"cameras", std::move(cameras)},
                          {"at", to_text(services.now())}});
}

Reply get_counts(const Request& request, const Services& services) {
    QueryFields fields(request);
    const Span span = span_of(fields, services);
    const std::string bucket_name = fields.text("bucket").value_or("hour");
    if (bucket_name != "hour" && bucket_name != "day") fields.problem("bucket", "is hour or day");
    const auto camera = fields.text("camera");
    TRY(fields.done());
    const auto edges = services.zone->edges(bucket_name == "day" ? Bucket::kDay : Bucket::kHour, span.from,
                                            span.to, kBucketsMax);
    if (edges.empty())
        return refuse({400, "bad_request",
                       fmt::format("that are more than {} buckets; ask for days, or for less", kBucketsMax)});
    TRY_ASSIGN(const auto counts, services.facts.counts(edges, camera));
    Json buckets = Json::array();
    for (const records::SpanCounts& count : counts)
        buckets.push_back(json_of(count));
    return json_response({{"buckets", std::move(buckets)}});
}

Reply get_heat(const Request& request, const Services& services) {
    QueryFields fields(request);
    const Span span = span_of(fields, services);
    const auto camera = fields.text("camera");
    if (!camera) fields.problem("camera", "is missing");
    TRY(fields.done());
    TRY_ASSIGN(const records::HeatGrid grid, services.shop_records.heat(*camera, span.from, span.to));
    Json seconds_of_cells = Json::array();
    for (const double value : grid.seconds)
        seconds_of_cells.push_back(std::round(value * 1000) / 1000);
    return json_response({{"width", grid.width},
                          {"height", grid.height},
                          {"columns", grid.columns},
                          {"rows", grid.rows},
                          {"seconds", std::move(seconds_of_cells)}});
}

Reply list_outages(const Request& request, const Services& services) {
    QueryFields fields(request);
    const Span span = span_of(fields, services);
    TRY(fields.done());
    TRY_ASSIGN(const auto outages, services.shop_records.outages(span.from, span.to));
    Json list = Json::array();
    for (const records::Outage& outage : outages)
        list.push_back({{"camera", outage.camera},
                        {"begin", to_text(outage.begin)},
                        {"end", outage.end ? Json(to_text(*outage.end)) : Json()},
                        {"reason", outage.reason}});
    return json_response({{"outages", std::move(list)}});
}

}  // namespace vitrina::api
