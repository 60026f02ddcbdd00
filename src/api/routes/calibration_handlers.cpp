// Cameras fitted to people who walked through their pictures.
#include <cmath>
#include <numbers>
#include <optional>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "api/fields.h"
#include "api/routes/handlers.h"
#include "domain/plan_file.h"
#include "pipeline/walker_looks.h"
#include "scene/calibrate.h"

namespace vitrina::api {
namespace {

// What the mean height of people who walk through may be: children's, and no country's grown-ups are taller.
constexpr double kMeanHeightMin = 1.0;  // m
constexpr double kMeanHeightMax = 2.0;
constexpr double kViewMin = 10;  // degrees, of what a picture shows from side to side
constexpr double kViewMax = 150;

std::optional<double> number_within(const nlohmann::json& value, double least, double most) {
    if (!value.is_number()) return std::nullopt;
    const auto number = value.get<double>();
    return number >= least && number <= most ? std::optional(number) : std::nullopt;
}

tl::unexpected<HttpError> bad_walkers(const std::string& message) {
    return refuse({400, "bad_request", message});
}

tl::expected<scene::WalkerOptions, HttpError> walker_options(const nlohmann::json& place,
                                                             const nlohmann::json& pan,
                                                             const nlohmann::json& height) {
    scene::WalkerOptions options;
    options.ends = scene::WalkerEnds::kBox;
    const bool is_pair = place.is_array() && place.size() == 2;
    const auto x = is_pair ? number_within(place[0], -kPlanSideMax, kPlanSideMax) : std::nullopt;
    const auto y = is_pair ? number_within(place[1], -kPlanSideMax, kPlanSideMax) : std::nullopt;
    if (!x || !y) return bad_walkers("\"place\" must be [x, y], in metres of the plan");
    options.place = {*x, *y};
    const auto pan_deg = number_within(pan, -360, 360);
    if (!pan_deg) return bad_walkers("\"pan_deg\" must be a number from -360 to 360");
    options.pan_deg = *pan_deg;
    if (height.is_null()) return options;
    const auto mean = number_within(height, kMeanHeightMin, kMeanHeightMax);
    if (!mean)
        return bad_walkers(
            fmt::format("\"height_mean_m\" must be a number from {} to {}", kMeanHeightMin, kMeanHeightMax));
    options.height_mean_m = *mean;
    return options;
}

nlohmann::ordered_json json_of(const scene::WalkerFit& fit) {
    Plan plan;
    plan.width_m = plan.depth_m = 1;
    plan.cameras.push_back({"fitted", fit.calibration});
    return {{"calibration", nlohmann::ordered_json::parse(to_json(plan))["cameras"][0]["calibration"]},
            {"looks", fit.looks},
            {"spread_px", fit.spread_px},
            {"height_error_percent", 100 * fit.height_error},
            {"tilt_error_deg", fit.tilt_error_deg}};
}

}  // namespace

Reply get_walkers(const Request& request, const Services& services) {
    QueryFields fields(request);
    const std::string camera = fields.text("camera").value_or("");
    TRY(fields.done());
    if (!services.shop.camera(camera)) return not_found(fmt::format("there is no camera \"{}\"", camera));
    const auto found = services.walkers->found(camera);
    return json_response({{"looks", found ? found->looks.size() : 0}, {"needed", scene::kLooksMin}});
}

Reply fit_walkers(const Request& request, const Services& services) {
    TRY_ASSIGN(auto fields, BodyFields::of(request));
    const std::string camera = fields.text("camera");
    const nlohmann::json place = fields.raw("place");
    const nlohmann::json pan = fields.raw("pan_deg");
    const nlohmann::json height = fields.raw("height_mean_m");
    const nlohmann::json view = fields.raw("view_deg");
    TRY(fields.done());
    auto options = walker_options(place, pan, height);
    if (!options) return tl::unexpected(options.error());
    const auto view_deg = number_within(view, kViewMin, kViewMax);
    if (!view.is_null() && !view_deg)
        return bad_walkers(fmt::format("\"view_deg\" must be a number from {} to {}", kViewMin, kViewMax));
    if (!services.shop.camera(camera)) return not_found(fmt::format("there is no camera \"{}\"", camera));
    const auto found = services.walkers->found(camera);
    if (!found)
        return refuse({422, "unsuitable_walkers", "nobody has been seen in its pictures since the start"});
    if (view_deg) options->focal_px = found->picture.width / 2 / std::tan(*view_deg * std::numbers::pi / 360);
    const auto fit = scene::calibrate_by_walkers(found->picture, found->looks, *options);
    if (!fit) return refuse({422, "unsuitable_walkers", fit.error().message});
    return json_response(json_of(*fit));
}

}  // namespace vitrina::api
