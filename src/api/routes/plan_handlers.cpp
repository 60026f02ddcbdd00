// The floor plan, and how cameras are fitted to it.
#include <cmath>
#include <optional>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "api/fields.h"
#include "api/instant.h"
#include "api/routes/changed_places.h"
#include "api/routes/handlers.h"
#include "base/mutex.h"
#include "domain/plan_file.h"
#include "drawing/floor_drawing.h"
#include "pipeline/fact_stream.h"
#include "scene/calibrate.h"

namespace vitrina::api {
namespace {

using Json = nlohmann::ordered_json;

/// The file's form, with who saved it and since when it is valid.
Json json_of(const records::PlanVersion& version) {
    Json json = Json::parse(to_json(version.plan));
    json["valid_from"] = to_text(version.valid_from);
    json["author"] = version.author;
    return json;
}

std::optional<records::LayoutChange> parse_change(const nlohmann::json& value) {
    if (value == "drawn_wrong") return records::LayoutChange::kDrawnWrong;
    if (value == "moved_now") return records::LayoutChange::kMovedNow;
    return std::nullopt;
}

std::optional<Point> point_of(const nlohmann::json& value) {
    if (!value.is_array() || value.size() != 2 || !value[0].is_number() || !value[1].is_number())
        return std::nullopt;
    return Point{value[0].get<double>(), value[1].get<double>()};
}

tl::unexpected<HttpError> bad(const std::string& message) {
    return refuse({400, "bad_request", message});
}

using Points = tl::expected<std::vector<scene::PointPair>, HttpError>;

Points points_of(const nlohmann::json& list) {
    if (!list.is_array()) return bad("\"points\" must be a list");
    std::vector<scene::PointPair> points;
    points.reserve(list.size());
    for (std::size_t i = 0; i < list.size(); ++i) {
        const bool is_pair = list[i].is_object() && list[i].size() == 2 && list[i].contains("pixel") &&
                             list[i].contains("place");
        const auto pixel = is_pair ? point_of(list[i]["pixel"]) : std::nullopt;
        const auto place = is_pair ? point_of(list[i]["place"]) : std::nullopt;
        if (!pixel || !place)
            return bad(fmt::format("point {} must be {{\"pixel\": [x, y], \"place\": [x, y]}}", i + 1));
        points.push_back({*pixel, *place});
    }
    return points;
}

tl::expected<std::vector<scene::StraightLine>, HttpError> lines_of(const nlohmann::json& list) {
    std::vector<scene::StraightLine> lines;
    if (list.is_null()) return lines;
    if (!list.is_array()) return bad("\"lines\" must be a list");
    lines.reserve(list.size());
    for (std::size_t i = 0; i < list.size(); ++i) {
        scene::StraightLine line;
        for (const nlohmann::json& value : list[i]) {
            const auto point = point_of(value);
            if (!point) return bad(fmt::format("line {} must be a list of points [x, y]", i + 1));
            line.push_back(*point);
        }
        lines.push_back(std::move(line));
    }
    return lines;
}

Json json_of(const scene::CalibrationFit& fit) {
    Plan plan;
    plan.width_m = plan.depth_m = 1;
    plan.cameras.push_back({"fitted", fit.calibration});
    Json points = Json::array();
    for (const scene::PointError& error : fit.errors) {
        Json point = {{"error_cm", 100 * error.error_m}};
        if (error.left_out_m) point["left_out_cm"] = 100 * *error.left_out_m;
        points.push_back(std::move(point));
    }
    return {{"calibration", Json::parse(to_json(plan))["cameras"][0]["calibration"]},
            {"error_cm", 100 * fit.error_m},
            {"worst", fit.worst},
            {"points", std::move(points)}};
}

/// What is counted on the plan: also while nothing is drawn.
Layout counted_on(const Plan& plan) {
    return pipeline::with_zone(floor_layout(plan), pipeline::Ground::kPlan);
}

/// A calibration is of what the camera shows when it is made: what moves later is judged by that.
Result<void> accept_calibrated_views(const Services& services, const Plan* before, const Plan& saved) {
    const auto calibration_before = [&](const std::string& id) -> std::optional<CameraCalibration> {
        if (before != nullptr)
            for (const PlacedCamera& camera : before->cameras)
                if (camera.camera == id) return camera.calibration;
        return std::nullopt;
    };
    for (const PlacedCamera& camera : saved.cameras) {
        if (!camera.calibration || camera.calibration == calibration_before(camera.camera)) continue;
        const auto state = services.shop.camera(camera.camera);
        if (state && !state->settings.simulated) TRY(services.shop.accept_view(camera.camera));
    }
    return {};
}

}  // namespace

Reply get_plan(const Request&, const Services& services) {
    TRY_ASSIGN(const auto saved, services.shop_records.plan_at(services.now()));
    if (!saved) return refuse({404, "no_plan", "no floor plan has been drawn yet"});
    return json_response(json_of(*saved));
}

Reply save_plan(const Request& request, const Services& services) {
    TRY_ASSIGN(nlohmann::json json, parse_body(request));
    if (!json.is_object()) return bad("the body must be a JSON object");
    const auto change = parse_change(json.value("change", nlohmann::json()));
    if (!change) return bad("\"change\" must be \"drawn_wrong\" or \"moved_now\"");
    const nlohmann::json known = json.value("version", nlohmann::json());
    if (!known.is_null() && !known.is_string()) return bad("\"version\" must be text");
    // What GET gave may be sent back as it is; these are given anew.
    for (const char* const key : {"change", "version", "valid_from", "author"})
        json.erase(key);
    auto plan = parse_plan(json.dump(), "plan");
    if (!plan) return refuse({400, "unsuitable_plan", plan.error().message});
    const MutexLock lock(services.changing);
    TRY_ASSIGN(const auto before, services.shop_records.plan_at(services.now()));
    if (before && known.is_string() && known != before->version)
        return refuse({409, "plan_changed",
                       fmt::format("the plan was changed meanwhile, by {}; read it again, or what was drawn "
                                   "there is lost",
                                   before->author.empty() ? "somebody" : before->author)});
    TRY_ASSIGN(const auto saved,
               services.shop_records.save_plan(std::move(*plan), *change, services.now(), request.who->name));
    TRY(services.shop.set_plan(saved.plan, saved.valid_from));
    // What was drawn wrong was counted wrong; what is drawn as before was not.
    if (before && *change == records::LayoutChange::kDrawnWrong) {
        const auto places = changed_places(counted_on(before->plan), counted_on(saved.plan));
        if (!places.empty()) services.shop.recompute(kPlanCamera, saved.valid_from, places);
    }
    TRY(accept_calibrated_views(services, before ? &before->plan : nullptr, saved.plan));
    return json_response(json_of(saved));
}

Reply list_plans(const Request&, const Services& services) {
    TRY_ASSIGN(const auto versions, services.shop_records.plans());
    Json list = Json::array();
    for (const records::PlanVersion& version : versions)
        list.push_back(json_of(version));
    return json_response({{"plans", std::move(list)}});
}

Reply add_drawing(const Request& request, const Services& services) {
    QueryFields fields(request);
    const auto page = fields.whole_number("page", 1, drawing::kPagesMax).value_or(1);
    TRY(fields.done());
    auto drawn = drawing::read_floor_drawing(request.body, static_cast<int>(page));
    if (!drawn && drawn.error().kind == ErrorKind::kConfiguration)
        return refuse({422, "unsuitable_drawing", drawn.error().message});
    if (!drawn) return refuse(drawn.error());
    TRY_ASSIGN(const auto saved,
               services.shop_records.save_drawing(
                   {.id = {}, .png = std::move(drawn->png), .width = drawn->width, .height = drawn->height},
                   services.now()));
    return json_response(
        {{"id", saved.id}, {"width", saved.width}, {"height", saved.height}, {"pages", drawn->pages}}, 201);
}

Reply get_drawing(const Request& request, const Services& services) {
    const std::string& id = request.parameter("id");
    TRY_ASSIGN(const auto saved, services.shop_records.drawing(id));
    if (!saved) return not_found(fmt::format("there is no drawing \"{}\"", id));
    Response response;
    response.type = "image/png";
    response.body.assign(saved->png.begin(), saved->png.end());
    // The id is that of the content.
    response.headers.emplace_back("Cache-Control", "private, max-age=31536000, immutable");
    return response;
}

Reply fit_calibration(const Request& request, const Services&) {
    TRY_ASSIGN(auto fields, BodyFields::of(request));
    const nlohmann::json picture = fields.raw("picture");
    const nlohmann::json points_json = fields.raw("points");
    const nlohmann::json lines_json = fields.raw("lines");
    TRY(fields.done());
    const auto side = [&](const char* key) {
        return picture.is_object() && picture.contains(key) && picture[key].is_number()
                   ? picture[key].get<double>()
                   : 0;
    };
    const scene::PictureSide size = {side("width"), side("height")};
    if (!(size.width >= 1 && size.height >= 1)) return bad("\"picture\" must have a width and a height");
    const auto points = points_of(points_json);
    if (!points) return tl::unexpected(points.error());
    const auto lines = lines_of(lines_json);
    if (!lines) return tl::unexpected(lines.error());
    const auto fit = scene::calibrate(size, *points, *lines);
    if (!fit) return refuse({422, "unsuitable_points", fit.error().message});
    return json_response(json_of(*fit));
}

}  // namespace vitrina::api
