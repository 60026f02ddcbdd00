// Queues: how long they are and were, and how long people waited in them.
#include <algorithm>
#include <chrono>
#include <cmath>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include <nlohmann/json.hpp>

#include "api/fields.h"
#include "api/instant.h"
#include "api/routes/handlers.h"
#include "api/routes/span.h"
#include "domain/plan.h"

namespace vitrina::api {
namespace {

using Json = nlohmann::ordered_json;

constexpr std::int64_t kBinsMax = 1500;
constexpr std::int64_t kMinutesUsual = 15;
constexpr std::int64_t kMinutesMax = 24 * 60;
// A page asks for a span that ends now, by its own clock.
constexpr std::chrono::minutes kNowLate{1};

double seconds(std::int64_t milliseconds) {
    return static_cast<double>(milliseconds) / 1000;
}

/// Where queues are drawn, and who sees the plan's.
records::QueuePlaces drawn_queues(const Services& services) {
    records::QueuePlaces places;
    const auto add = [&](const std::string& camera, const std::vector<Zone>& zones) {
        for (const Zone& zone : zones)
            if (zone.kind == ZoneKind::kQueue) places.drawn.emplace(camera, zone.name);
    };
    for (const pipeline::CameraState& camera : services.shop.cameras())
        if (const auto layout = services.shop.layout(camera.settings.id))
            add(camera.settings.id, layout->zones);
    if (const auto plan = services.shop.plan()) add(kPlanCamera, plan->zones);
    if (const auto floor = services.shop.floor()) places.plan_cameras = floor->cameras;
    return places;
}

/// Whether anything is seen of a camera's queues now, or of the plan's.
bool is_seen(const std::string& camera, const records::QueuePlaces& places, const Services& services) {
    const auto is_live = [&](const std::string& id) {
        const auto state = services.shop.camera(id);
        return state && state->status == pipeline::CameraStatus::kLive;
    };
    if (camera != kPlanCamera) return is_live(camera);
    return std::any_of(places.plan_cameras.begin(), places.plan_cameras.end(), is_live);
}

/// How long the queue is by the shop itself, which knows sooner than its facts do.
std::optional<int> length_now(const records::QueueCount& queue,
                              const std::vector<pipeline::QueueForecast>& forecasts) {
    for (const pipeline::QueueForecast& forecast : forecasts)
        if (forecast.camera == queue.camera)
            for (const pipeline::QueueNow& it : forecast.queues)
                if (it.queue == queue.queue) return it.length;
    return queue.now;
}

Json json_of(const records::QueueCount& queue, const std::vector<UtcTime>& edges) {
    Json bins = Json::array();
    for (std::size_t i = 0; i < queue.bins.size(); ++i) {
        const records::QueueBin& bin = queue.bins[i];
        const bool known = bin.known_ms > 0;
        bins.push_back(
            {{"from", to_text(edges[i])},
             {"length_mean",
              known ? Json(static_cast<double>(bin.people_ms) / static_cast<double>(bin.known_ms)) : Json()},
             {"longest", known ? Json(bin.longest) : Json()}});
    }
    const auto wait = [&](std::int64_t wait_ms) {
        return queue.served > 0 ? Json(seconds(wait_ms)) : Json();
    };
    return {{"camera", queue.camera},
            {"queue", queue.queue},
            {"length", queue.length},
            {"wait_s", seconds(queue.wait_ms)},
            {"at", queue.at ? Json(to_text(*queue.at)) : Json()},
            {"now", queue.now ? Json(*queue.now) : Json()},
            {"longest", queue.longest},
            {"served", queue.served},
            {"abandoned", queue.abandoned},
            {"moved", queue.moved},
            {"wait_median_s", wait(queue.wait_ms_median)},
            {"wait_p90_s", wait(queue.wait_ms_p90)},
            {"wait_longest_s", wait(queue.wait_ms_longest)},
            {"bins", std::move(bins)}};
}

double rounded(double value) {
    return std::round(value * 1000) / 1000;
}

Json json_of(const pipeline::QueueForecast& forecast) {
    Json queues = Json::array();
    for (const pipeline::QueueNow& queue : forecast.queues)
        queues.push_back({{"queue", queue.queue},
                          {"till", queue.till},
                          {"length", queue.length},
                          {"wait_s", rounded(to_seconds(queue.wait))},
                          {"open", queue.is_open}});
    Json outlooks = Json::array();
    for (const insight::Outlook& outlook : forecast.outlooks)
        outlooks.push_back(
            {{"minutes", std::chrono::duration_cast<std::chrono::minutes>(outlook.ahead).count()},
             {"expected", rounded(outlook.expected)},
             {"median", outlook.median},
             {"low", outlook.low},
             {"high", outlook.high},
             {"over_limit", rounded(outlook.over_limit)},
             {"tills_open", rounded(outlook.tills_open)}});
    Json advice;
    if (forecast.advice)
        advice = {{"till", forecast.advice->till},
                  {"said", to_text(forecast.advice->said)},
                  {"open_at", to_text(forecast.advice->open_at)},
                  {"expected", rounded(forecast.advice->expected)},
                  {"chance", rounded(forecast.advice->chance)}};
    return {{"camera", forecast.camera},       {"at", to_text(forecast.at)},
            {"waiting", forecast.waiting},     {"queues", std::move(queues)},
            {"days", rounded(forecast.days)},  {"length_limit", forecast.length_limit},
            {"outlooks", std::move(outlooks)}, {"advice", std::move(advice)}};
}

}  // namespace

Reply list_queue_forecasts(const Request& /*request*/, const Services& services) {
    Json forecasts = Json::array();
    for (const pipeline::QueueForecast& forecast : services.shop.forecasts())
        forecasts.push_back(json_of(forecast));
    return json_response({{"forecasts", std::move(forecasts)}});
}

Reply list_queues(const Request& request, const Services& services) {
    QueryFields fields(request);
    const Span span = span_of(fields, services);
    const std::chrono::minutes step(fields.whole_number("minutes", 1, kMinutesMax).value_or(kMinutesUsual));
    const auto camera = fields.text("camera");
    const records::People people = people_of(fields);
    if (span.to - span.from > kBinsMax * step)
        fields.problem("minutes", "gives more than " + std::to_string(kBinsMax) + " bins from from= to to=");
    TRY(fields.done());
    if (span.to <= span.from) return json_response({{"queues", Json::array()}});
    std::vector<UtcTime> edges;
    edges.reserve(static_cast<std::size_t>((span.to - span.from) / step) + 2);
    for (UtcTime at = span.from; at < span.to; at += step)
        edges.push_back(at);
    edges.push_back(span.to);
    const UtcTime now = services.now();
    const records::QueuePlaces places = drawn_queues(services);
    const bool is_now = span.from <= now && now - kNowLate <= span.to;
    const auto forecasts = is_now ? services.shop.forecasts() : std::vector<pipeline::QueueForecast>();
    // As long as it was when the span ended: that may be a moment ago.
    TRY_ASSIGN(auto counts, services.facts.queues(edges, std::min(now, span.to), camera, people, places));
    Json queues = Json::array();
    for (records::QueueCount& count : counts) {
        count.now =
            is_now && is_seen(count.camera, places, services) ? length_now(count, forecasts) : std::nullopt;
        queues.push_back(json_of(count, edges));
    }
    return json_response({{"queues", std::move(queues)}});
}

}  // namespace vitrina::api
