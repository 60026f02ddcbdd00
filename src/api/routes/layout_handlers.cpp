// Zones and lines of a camera's picture.
#include <algorithm>
#include <cmath>
#include <optional>
#include <set>
#include <string>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "api/fields.h"
#include "api/instant.h"
#include "api/routes/changed_places.h"
#include "api/routes/handlers.h"
#include "base/mutex.h"
#include "domain/layout_file.h"

namespace vitrina::api {
namespace {

using Json = nlohmann::ordered_json;

constexpr double kShapeTolerance = 0.02;  // of width to height: a substream is cut to whole blocks

Json json_of(Point point) {
    return {point.x, point.y};
}

/// The whole picture is what there is without zones; it is not one that somebody drew.
bool is_undrawn(const Layout& layout) {
    const Zone whole = whole_picture(layout.width, layout.height).zones.front();
    return layout.zones.size() == 1 && layout.zones.front().name == whole.name &&
           layout.zones.front().polygon == whole.polygon;
}

Json json_of(const Polygon& polygon) {
    Json corners = Json::array();
    for (const Point& corner : polygon)
        corners.push_back(json_of(corner));
    return corners;
}

Json json_of(const std::vector<Zone>& zones) {
    Json list = Json::array();
    for (const Zone& zone : zones)
        list.push_back({{"name", zone.name}, {"polygon", json_of(zone.polygon)}});
    return list;
}

Json json_of(const Shelf& shelf) {
    Json json = {{"name", shelf.name}, {"polygon", json_of(shelf.polygon)}};
    if (!shelf.sections.empty()) json["sections"] = json_of(shelf.sections);
    return json;
}

Json json_of(const records::LayoutVersion& version) {
    // As it is drawn: what each zone is for, too.
    Json zones =
        is_undrawn(version.layout) ? Json::array() : Json(Json::parse(to_json(version.layout))["zones"]);
    Json lines = Json::array();
    for (const Line& line : version.layout.lines)
        lines.push_back({{"name", line.name}, {"from", json_of(line.from)}, {"to", json_of(line.to)}});
    Json json = {{"version", version.version},
                 {"valid_from", to_text(version.valid_from)},
                 {"author", version.author},
                 {"picture", {{"width", version.layout.width}, {"height", version.layout.height}}},
                 {"zones", std::move(zones)},
                 {"lines", std::move(lines)}};
    for (const Shelf& shelf : version.layout.shelves)
        json["shelves"].push_back(json_of(shelf));
    return json;
}

/// What holds for a camera whose layout nobody has drawn: one of the configuration, or none.
records::LayoutVersion undrawn(const pipeline::CameraState& state, const Services& services) {
    records::LayoutVersion version;
    version.layout = services.shop.layout(state.settings.id).value_or(Layout());
    version.version = state.layout.empty() ? "picture" : state.layout;
    if (version.layout.width <= 0) {
        version.layout.width = state.width;
        version.layout.height = state.height;
    }
    return version;
}

/// The newest drawing of a camera.
Result<records::LayoutVersion> newest(const pipeline::CameraState& state, const Services& services) {
    TRY_ASSIGN(auto saved, services.shop_records.layout_at(state.settings.id, services.now()));
    return saved ? std::move(*saved) : undrawn(state, services);
}

/// A drawing from which all was deleted becomes the whole picture, which is what it means.
void complete(nlohmann::json& drawing) {
    for (const char* const key : {"zones", "lines"})
        if (drawing.contains(key) && drawing[key] != nlohmann::json::array()) return;
    const auto& picture = drawing.value("picture", nlohmann::json());
    const auto side = [&](const char* key) {
        return picture.is_object() && picture.contains(key) && picture[key].is_number()
                   ? picture[key].get<double>()
                   : 0;
    };
    const Zone whole = whole_picture(side("width"), side("height")).zones.front();
    nlohmann::json corners = nlohmann::json::array();
    for (const Point& corner : whole.polygon)
        corners.push_back({corner.x, corner.y});
    drawing["zones"] = {{{"name", whole.name}, {"polygon", std::move(corners)}}};
}

std::optional<records::LayoutChange> parse_change(const nlohmann::json& value) {
    if (value == "drawn_wrong") return records::LayoutChange::kDrawnWrong;
    if (value == "moved_now") return records::LayoutChange::kMovedNow;
    return std::nullopt;
}

bool has_another_shape(const Layout& layout, const pipeline::CameraState& state) {
    if (state.width <= 0 || state.height <= 0) return false;
    return std::abs(layout.width / layout.height * state.height / state.width - 1) > kShapeTolerance;
}

bool is_calibrated(const Plan& plan, const std::string& id) {
    return std::any_of(plan.cameras.begin(), plan.cameras.end(), [&](const PlacedCamera& camera) {
        return camera.camera == id && camera.calibration.has_value();
    });
}

tl::unexpected<HttpError> no_such_camera(const std::string& id) {
    return not_found(fmt::format("camera \"{}\" is not there", id));
}

}  // namespace

Reply get_layout(const Request& request, const Services& services) {
    const std::string& id = request.parameter("id");
    if (id == kPlanCamera) {  // to be read beside those of cameras; it is drawn with the plan
        TRY_ASSIGN(const auto plan, services.shop_records.plan_at(services.now()));
        if (!plan) return refuse({404, "no_plan", "no floor plan has been drawn yet"});
        records::LayoutVersion floor;
        floor.version = plan->version;
        floor.valid_from = plan->valid_from;
        floor.author = plan->author;
        floor.layout = floor_layout(plan->plan);
        return json_response(json_of(floor));
    }
    const auto state = services.shop.camera(id);
    if (!state) return no_such_camera(id);
    TRY_ASSIGN(const auto version, newest(*state, services));
    return json_response(json_of(version));
}

Reply save_layout(const Request& request, const Services& services) {
    const std::string& id = request.parameter("id");
    const auto state = services.shop.camera(id);
    if (!state) return no_such_camera(id);
    TRY_ASSIGN(nlohmann::json json, parse_body(request));
    if (!json.is_object()) return refuse({400, "bad_request", "the body must be a JSON object"});
    const auto change = parse_change(json.value("change", nlohmann::json()));
    if (!change) return refuse({400, "bad_request", "\"change\" must be \"drawn_wrong\" or \"moved_now\""});
    const nlohmann::json known = json.value("version", nlohmann::json());
    if (!known.is_null() && !known.is_string())
        return refuse({400, "bad_request", "\"version\" must be text"});
    // What GET gave may be sent back as it is; these are given anew.
    for (const char* const key : {"change", "version", "valid_from", "author"})
        json.erase(key);
    complete(json);
    auto parsed = parse_layout(json.dump(), "layout");
    if (!parsed) return refuse({400, "unsuitable_layout", parsed.error().message});
    Layout layout = std::move(*parsed);
    if (has_another_shape(layout, *state))
        return refuse({422, "another_shape",
                       fmt::format("the layout is for a picture of {} x {}, but the camera's has {} x {}",
                                   layout.width, layout.height, state->width, state->height)});
    const MutexLock lock(services.changing);
    TRY_ASSIGN(const auto before, newest(*state, services));
    if (known.is_string() && known != before.version)
        return refuse(
            {409, "layout_changed",
             fmt::format("the layout was changed meanwhile, by {}; read it again, or what was drawn "
                         "there is lost",
                         before.author.empty() ? "somebody" : before.author)});
    TRY_ASSIGN(const auto saved, services.shop_records.save_layout(id, std::move(layout), *change,
                                                                   services.now(), request.who->name));
    TRY(services.shop.set_layout(id, saved.layout, saved.valid_from));
    // What was drawn wrong was counted wrong; what is drawn as before was not.
    if (*change == records::LayoutChange::kDrawnWrong)
        services.shop.recompute(id, saved.valid_from, changed_places(before.layout, saved.layout));
    // It was drawn on what the camera shows now; but where the camera stands on the plan is another question.
    TRY_ASSIGN(const auto plan, services.shop_records.plan_at(services.now()));
    if (!plan || !is_calibrated(plan->plan, id)) TRY(services.shop.accept_view(id));
    return json_response(json_of(saved));
}

Reply list_layouts(const Request& request, const Services& services) {
    const std::string& id = request.parameter("id");
    TRY_ASSIGN(const auto versions, services.shop_records.layouts(id));
    if (versions.empty() && !services.shop.camera(id)) return no_such_camera(id);
    Json list = Json::array();
    for (const records::LayoutVersion& version : versions)
        list.push_back(json_of(version));
    return json_response({{"layouts", std::move(list)}});
}

}  // namespace vitrina::api
