// Figures: who is there now, counts by hour and day, heat, outages.
#include <algorithm>
#include <cmath>
#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "api/fields.h"
#include "api/instant.h"
#include "api/routes/handlers.h"
#include "api/routes/space_filter.h"
#include "api/routes/span.h"
#include "api/shop_zone.h"
#include "api/trouble_json.h"
#include "pipeline/people_watch.h"
#include "pipeline/space_query.h"
#include "records/path_store.h"

namespace vitrina::api {
namespace {

using Json = nlohmann::ordered_json;

constexpr std::size_t kBucketsMax = 1500;  // two months of hours, four years of days

double seconds(std::int64_t milliseconds) {
    return static_cast<double>(milliseconds) / 1000;
}

/// Those whose people are counted on the floor plan too.
std::vector<std::string> joined_cameras(const Services& services) {
    const auto floor = services.shop.floor();
    return floor ? floor->cameras : std::vector<std::string>();
}

bool has(const std::vector<std::string>& cameras, const std::string& camera) {
    return std::find(cameras.begin(), cameras.end(), camera) != cameras.end();
}

Json json_of(const records::SpanCounts& counts, const std::vector<std::string>& joined) {
    Json zones = Json::array();
    for (const records::ZoneCount& zone : counts.zones) {
        const auto dwell_s = [&](std::int64_t dwell_ms) {
            return zone.visits > 0 ? Json(seconds(dwell_ms)) : Json();  // of nobody there is none
        };
        zones.push_back({{"camera", zone.camera},
                         {"zone", zone.zone},
                         {"visits", zone.visits},
                         {"people", zone.people},
                         {"dwell_median_s", dwell_s(zone.dwell_ms_median)},
                         {"dwell_mean_s", dwell_s(zone.dwell_ms_mean)}});
        if (has(joined, zone.camera)) zones.back()["joined"] = true;
    }
    Json lines = Json::array();
    for (const records::LineCount& line : counts.lines) {
        lines.push_back({{"camera", line.camera}, {"line", line.line}, {"in", line.in}, {"out", line.out}});
        if (has(joined, line.camera)) lines.back()["joined"] = true;
    }
    return {{"from", to_text(counts.from)},
            {"to", to_text(counts.to)},
            {"zones", std::move(zones)},
            {"lines", std::move(lines)}};
}

/// Camera and name of what is drawn now.
struct Places {
    std::vector<std::pair<std::string, std::string>> zones;
    std::vector<std::pair<std::string, std::string>> lines;
};

/// The layout that a camera counts by, or will when it gives pictures again.
Result<std::optional<Layout>> layout_in_use(const std::string& camera, const Services& services) {
    if (auto layout = services.shop.layout(camera)) return layout;
    TRY_ASSIGN(auto saved, services.shop_records.layout_at(camera, services.now()));
    return saved ? std::optional<Layout>(std::move(saved->layout)) : std::nullopt;
}

Result<Places> places_in_use(const std::optional<std::string>& camera, const Services& services) {
    Places places;
    const auto add = [&](const std::string& id, const Layout& layout) {
        for (const Zone& zone : layout.zones)
            places.zones.emplace_back(id, zone.name);
        for (const Line& line : layout.lines)
            places.lines.emplace_back(id, line.name);
    };
    for (const pipeline::CameraState& state : services.shop.cameras()) {
        const std::string& id = state.settings.id;
        if (camera && *camera != id) continue;
        TRY_ASSIGN(const auto layout, layout_in_use(id, services));
        if (layout) add(id, *layout);
    }
    if (camera && *camera != kPlanCamera) return places;
    if (const auto floor = services.shop.layout(kPlanCamera)) add(kPlanCamera, *floor);
    return places;
}

/// Adds zeros for the places where nothing was counted: nobody came is a figure too.
void complete(records::SpanCounts& counts, const Places& places) {
    for (const auto& [camera, name] : places.zones) {
        const bool counted = std::any_of(counts.zones.begin(), counts.zones.end(),
                                         [&, &camera = camera, &name = name](const records::ZoneCount& zone) {
                                             return zone.camera == camera && zone.zone == name;
                                         });
        if (!counted) counts.zones.push_back({.camera = camera, .zone = name});
    }
    for (const auto& [camera, name] : places.lines) {
        const bool counted = std::any_of(counts.lines.begin(), counts.lines.end(),
                                         [&, &camera = camera, &name = name](const records::LineCount& line) {
                                             return line.camera == camera && line.line == name;
                                         });
        if (!counted) counts.lines.push_back({.camera = camera, .line = name});
    }
}

Json json_of(const records::HeatGrid& grid) {
    Json seconds_of_cells = Json::array();
    for (const double value : grid.seconds)
        seconds_of_cells.push_back(std::round(value * 1000) / 1000);
    return {{"width", grid.width},
            {"height", grid.height},
            {"columns", grid.columns},
            {"rows", grid.rows},
            {"seconds", std::move(seconds_of_cells)}};
}

/// Of a camera that is there, from paths.
Reply heat_of_some(const std::string& camera, const Span& span, const insight::SpaceFilter& filter,
                   const records::People& people, const Services& services) {
    if (span.to - span.from > kSpaceSpanMax)
        return refuse({400, "bad_request",
                       fmt::format("to= is more than {} days after from=, which is the most of some people "
                                   "or hours alone",
                                   kSpaceSpanMax.count())});
    TRY_ASSIGN(auto layout, layout_in_use(camera, services));
    if (!layout) return json_response(json_of(records::HeatGrid()));
    pipeline::SpaceQuestion question;
    question.camera = camera;
    question.from = span.from;
    question.to = span.to;
    question.layout = std::move(*layout);
    question.clock = services.zone->clock(span.from, span.to);
    question.filter = filter;
    question.people = people;
    TRY_ASSIGN(const insight::HeatMap heat, pipeline::heat_of(services.paths, services.facts, question));
    records::HeatGrid grid;
    grid.width = heat.width();
    grid.height = heat.height();
    grid.columns = heat.columns();
    grid.rows = heat.rows();
    grid.seconds = heat.seconds();
    return json_response(json_of(grid));
}

/// The begin of the oldest fact or outage that is kept; null when there is neither. The log is kept for
/// another time than they are, so it is not asked.
Result<Json> first_event(const Services& services) {
    TRY_ASSIGN(const auto fact, services.facts.first_begin());
    TRY_ASSIGN(const auto outage, services.shop_records.first_outage());
    if (!fact && !outage) return Json();
    return Json(to_text(fact && outage ? std::min(*fact, *outage) : fact ? *fact : *outage));
}

/// Whether staff are told from customers: nobody's looks are kept, not enough was taught, or they are.
const char* staff_state(const Services& services) {
    if (services.people == nullptr) return "off";
    return services.people->labels_people() ? "taught" : "untaught";
}

/// How many visitors came in, each once, as the floor plan tells; nothing where it has no entrance, of people
/// of some sex or age, and of one camera.
Result<std::vector<std::optional<std::int64_t>>> entered_between(const std::vector<UtcTime>& edges,
                                                                 const std::optional<std::string>& camera,
                                                                 const records::People& people,
                                                                 const Services& services) {
    const auto plan = services.shop.plan();
    const bool has_entrance =
        plan && std::any_of(plan->doors.begin(), plan->doors.end(),
                            [](const Door& door) { return door.use == DoorUse::kEntrance; });
    const bool is_of_all = !people.asks_for_traits() && (!camera || *camera == kPlanCamera);
    if (!has_entrance || !is_of_all) return std::vector<std::optional<std::int64_t>>(edges.size() - 1);
    return services.paths.entered(edges);
}

}  // namespace

Reply get_shop(const Request& /*request*/, const Services& services) {
    TRY_ASSIGN(Json first, first_event(services));
    Json sites = Json::array();
    for (const SiteLink& site : services.sites)
        sites.push_back({{"name", site.name}, {"path", site.path}, {"simulated", site.simulated}});
    Json simulation;
    if (services.simulation) {
        const SimulationProgress progress = services.simulation();
        simulation = {{"days", progress.days}, {"done", progress.done}, {"live", progress.is_live}};
    }
    Json closed = Json::array();
    for (const std::chrono::sys_days day : services.hours.closed)
        closed.push_back(day_text(day));
    const records::ReserveState reserve = services.database.reserve();
    return json_response({{"name", services.shop_name},
                          {"time_zone", services.time_zone},
                          {"day_begins", fmt::format("{:02}:{:02}", services.day_begins.count() / 60,
                                                     services.day_begins.count() % 60)},
                          {"closed", std::move(closed)},
                          {"version", services.version},
                          {"now", to_text(services.now())},
                          {"first_event", std::move(first)},
                          {"disk_full", reserve == records::ReserveState::kUsed},
                          {"disk_low", reserve == records::ReserveState::kNotTaken},
                          {"staff", staff_state(services)},
                          {"sites", std::move(sites)},
                          {"simulation", std::move(simulation)}});
}

Reply get_now(const Request& /*request*/, const Services& services) {
    // Whom several cameras see counts once where they are joined on the floor plan.
    const auto floor = services.shop.floor();
    int people = floor ? floor->people : 0;
    Json cameras = Json::array();
    for (const pipeline::CameraState& camera : services.shop.cameras()) {
        people += floor && has(floor->cameras, camera.settings.id) ? 0 : camera.people;
        cameras.push_back({{"id", camera.settings.id},
                           {"status", to_text(camera.status)},
                           {"reason", camera.trouble.words},
                           {"reason_code", to_text(camera.trouble.code)}});
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
    const records::People people = people_of(fields);
    TRY(fields.done());
    if (span.from == span.to) return json_response({{"buckets", Json::array()}});
    auto edges = services.zone->edges(bucket_name == "day" ? Bucket::kDay : Bucket::kHour, span.from, span.to,
                                      kBucketsMax);
    if (edges.empty())
        return refuse({400, "bad_request",
                       fmt::format("that are more than {} buckets; ask for days, or for less", kBucketsMax)});
    // Two spans of the same length are compared, so nothing outside of them counts.
    edges.front() = span.from;
    edges.back() = span.to;
    TRY_ASSIGN(auto counts, services.facts.counts(edges, camera, people));
    TRY_ASSIGN(const Places places, places_in_use(camera, services));
    const std::vector<std::string> joined = joined_cameras(services);
    TRY_ASSIGN(const auto entered, entered_between(edges, camera, people, services));
    Json buckets = Json::array();
    for (std::size_t i = 0; i < counts.size(); ++i) {
        complete(counts[i], places);
        Json bucket = json_of(counts[i], joined);
        bucket["entered"] = entered[i] ? Json(*entered[i]) : Json();
        buckets.push_back(std::move(bucket));
    }
    return json_response({{"buckets", std::move(buckets)}});
}

Reply get_heat(const Request& request, const Services& services) {
    QueryFields fields(request);
    const Span span = span_of(fields, services);
    const auto camera = fields.text("camera");
    if (!camera) fields.problem("camera", "is missing");
    const insight::SpaceFilter filter = space_filter_of(fields);
    const records::People people = people_of(fields);
    TRY(fields.done());
    // Of everybody there are sums by the hour; for anything else people's paths are gone through.
    if (people != records::People() || filter != insight::SpaceFilter())
        return heat_of_some(*camera, span, filter, people, services);
    TRY_ASSIGN(const records::HeatGrid grid, services.shop_records.heat(*camera, span.from, span.to));
    return json_response(json_of(grid));
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
                        {"reason", outage.reason},
                        {"reason_code", outage.reason_code}});
    return json_response({{"outages", std::move(list)}});
}

Reply list_troubles(const Request& request, const Services& services) {
    QueryFields fields(request);
    const Span span = span_of(fields, services);
    TRY(fields.done());
    TRY_ASSIGN(const auto troubles, services.shop_records.troubles(span.from, span.to));
    Json list = Json::array();
    for (const records::TroubleRecord& trouble : troubles)
        list.push_back({{"camera", trouble.camera},
                        {"trouble", to_text(trouble.trouble)},
                        {"begin", to_text(trouble.begin)},
                        {"end", trouble.end ? Json(to_text(*trouble.end)) : Json()},
                        {"move", json_of(trouble.move)}});
    return json_response({{"troubles", std::move(list)}});
}

}  // namespace vitrina::api
