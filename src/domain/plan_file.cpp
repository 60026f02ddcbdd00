#include "domain/plan_file.h"

#include <map>
#include <optional>
#include <set>

#include <fmt/format.h>

#include "domain/digest.h"
#include "domain/drawing_reader.h"
#include "domain/layout_file.h"
#include "domain/text.h"

namespace vitrina {
namespace {

constexpr std::size_t kVersionBytes = 6;
constexpr double kFixtureHeightMax = 10;  // m
constexpr double kErrorMax = 100;         // m
constexpr double kFocalMax = 1e5;         // px

const std::map<std::string, DoorUse> kDoorUses = {
    {"entrance", DoorUse::kEntrance}, {"staff", DoorUse::kStaff}, {"inner", DoorUse::kInner}};

class PlanReader : public DrawingReader {
  public:
    Plan plan(const Json& root) {
        Plan result;
        if (!check_keys(root, "", {"plan"},
                        {"version", "zones", "lines", "walls", "doors", "fixtures", "cameras"}))
            return result;
        read_size(root["plan"], result);
        if (root.contains("version")) result.version = name(root["version"], "version");
        const Canvas canvas{result.width_m, result.depth_m, "plan", kPlanZoneAreaMin, kPlanLineLengthMin};
        read_zones_and_lines(root, canvas, result.zones, result.lines);
        read_building(root, canvas, result);
        read_cameras(root, result);
        return result;
    }

  private:
    void read_size(const Json& value, Plan& plan) {
        if (!check_keys(value, "plan", {"width_m", "depth_m"}, {"drawing", "drawing_at", "drawing_width_m"}))
            return;
        const auto width = number_within(value["width_m"], "plan.width_m", kPlanSideMin, kPlanSideMax);
        const auto depth = number_within(value["depth_m"], "plan.depth_m", kPlanSideMin, kPlanSideMax);
        if (value.contains("drawing")) plan.drawing = name(value["drawing"], "plan.drawing");
        read_drawing_place(value, plan);
        if (!width || !depth) return;
        plan.width_m = *width;
        plan.depth_m = *depth;
    }

    void read_drawing_place(const Json& value, Plan& plan) {
        if (value.contains("drawing_width_m"))
            plan.drawing_width_m =
                number_within(value["drawing_width_m"], "plan.drawing_width_m", kPlanSideMin, kDrawingSideMax)
                    .value_or(0);
        if (!value.contains("drawing_at")) return;
        const Json& at = value["drawing_at"];
        if (!at.is_array() || at.size() != 2) {
            problems_.add("plan.drawing_at", "must be [x, y], not " + shown(at));
            return;
        }
        const auto x = number_within(at[0], "plan.drawing_at[0]", -kDrawingSideMax, kDrawingSideMax);
        const auto y = number_within(at[1], "plan.drawing_at[1]", -kDrawingSideMax, kDrawingSideMax);
        if (x && y) plan.drawing_at = {*x, *y};
    }

    void read_building(const Json& root, const Canvas& canvas, Plan& plan) {
        read_list(root, "walls", kWallsMax, [&](const Json& value, const std::string& where) {
            if (!check_keys(value, where, {"from", "to"})) return;
            if (const auto both = ends(value, where, canvas))
                plan.walls.push_back({both->first, both->second});
        });
        read_list(root, "doors", kDoorsMax, [&](const Json& value, const std::string& where) {
            if (!check_keys(value, where, {"name", "from", "to"}, {"use"})) return;
            Door door;
            door.name = name(value["name"], where + ".name");
            door.use = door_use(value, where);
            if (const auto both = ends(value, where, canvas)) std::tie(door.from, door.to) = *both;
            plan.doors.push_back(std::move(door));
        });
        read_list(root, "fixtures", kFixturesMax, [&](const Json& value, const std::string& where) {
            if (!check_keys(value, where, {"name", "polygon"}, {"height_m"})) return;
            Fixture fixture;
            fixture.name = name(value["name"], where + ".name");
            fixture.polygon = polygon(value["polygon"], where, canvas);
            if (value.contains("height_m"))
                fixture.height_m =
                    number_within(value["height_m"], where + ".height_m", 0, kFixtureHeightMax).value_or(0);
            plan.fixtures.push_back(std::move(fixture));
        });
    }

    DoorUse door_use(const Json& value, const std::string& where) {
        if (!value.contains("use")) return DoorUse::kEntrance;
        const Json& use = value["use"];
        const auto known = use.is_string() ? kDoorUses.find(use.get<std::string>()) : kDoorUses.end();
        if (known != kDoorUses.end()) return known->second;
        problems_.add(where + ".use", "must be entrance, staff or inner, not " + shown(use));
        return DoorUse::kEntrance;
    }

    void read_cameras(const Json& root, Plan& plan) {
        std::set<std::string> ids;
        read_list(root, "cameras", kPlanCamerasMax, [&](const Json& value, const std::string& where) {
            if (!check_keys(value, where, {"camera"}, {"calibration", "place", "pan_deg"})) return;
            PlacedCamera placed;
            placed.camera = name(value["camera"], where + ".camera");
            if (!ids.insert(placed.camera).second)
                problems_.add(where, "another of the cameras has this id already");
            if (value.contains("calibration"))
                placed.calibration = calibration(value["calibration"], where + ".calibration");
            read_stand(value, where, placed);
            plan.cameras.push_back(std::move(placed));
        });
    }

    void read_stand(const Json& value, const std::string& where, PlacedCamera& placed) {
        if (!value.contains("place")) {
            if (value.contains("pan_deg")) problems_.add(where, "says where it looks, but not its place");
            return;
        }
        if (placed.calibration) {
            problems_.add(where, "has a place twice: its calibration says it too");
            return;
        }
        CameraStand stand;
        stand.place = free_point(value["place"], where + ".place");
        if (value.contains("pan_deg"))
            stand.pan_deg = number_within(value["pan_deg"], where + ".pan_deg", -360, 360).value_or(0);
        placed.stand = stand;
    }

    std::optional<CameraCalibration> calibration(const Json& value, const std::string& where) {
        if (!check_keys(value, where,
                        {"width", "height", "focal_px", "place", "height_m", "pan_deg", "tilt_deg"},
                        {"roll_deg", "center", "k1", "error_m"}))
            return std::nullopt;
        CameraCalibration result;
        const auto read = [&](const char* key, double& into, double least, double most) {
            if (!value.contains(key)) return;
            if (const auto given = number_within(value[key], where + "." + key, least, most)) into = *given;
        };
        read("width", result.width, 1, kPictureSideMax);
        read("height", result.height, 1, kPictureSideMax);
        read("focal_px", result.focal_px, 1, kFocalMax);
        read("k1", result.k1, -kDistortionMax, kDistortionMax);
        read("height_m", result.height_m, 0.1, kCameraHeightMax);
        read("pan_deg", result.pan_deg, -360, 360);
        read("tilt_deg", result.tilt_deg, -90, 90);
        read("roll_deg", result.roll_deg, -180, 180);
        read("error_m", result.error_m, 0, kErrorMax);
        result.center = {result.width / 2, result.height / 2};
        if (value.contains("center")) result.center = free_point(value["center"], where + ".center");
        result.place = free_point(value["place"], where + ".place");
        return result;
    }

    /// A camera may hang outside the plan.
    Point free_point(const Json& value, const std::string& where) {
        if (!value.is_array() || value.size() != 2) {
            problems_.add(where, "must be a point [x, y], not " + shown(value));
            return {};
        }
        const auto x = number_within(value[0], where, -kFocalMax, kFocalMax);
        const auto y = number_within(value[1], where, -kFocalMax, kFocalMax);
        return x && y ? Point{*x, *y} : Point{};
    }
};

std::string to_json(const Wall& wall) {
    return fmt::format(R"({{"from": {}, "to": {}}})", to_json(wall.from), to_json(wall.to));
}

std::string to_json(const Door& door) {
    std::string use;
    for (const auto& [text, value] : kDoorUses)
        if (value == door.use) use = text;
    return fmt::format(R"({{"name": {}, "from": {}, "to": {}, "use": "{}"}})", json_quoted(door.name),
                       to_json(door.from), to_json(door.to), use);
}

std::string to_json(const Fixture& fixture) {
    return fmt::format(R"({{"name": {}, "polygon": {}, "height_m": {}}})", json_quoted(fixture.name),
                       to_json(fixture.polygon), fixture.height_m);
}

std::string to_json(const CameraCalibration& c) {
    return fmt::format(
        R"({{"width": {}, "height": {}, "focal_px": {}, "center": {}, "k1": {}, "place": {}, "height_m": {}, )"
        R"("pan_deg": {}, "tilt_deg": {}, "roll_deg": {}, "error_m": {}}})",
        c.width, c.height, c.focal_px, to_json(c.center), c.k1, to_json(c.place), c.height_m, c.pan_deg,
        c.tilt_deg, c.roll_deg, c.error_m);
}

std::string to_json(const PlacedCamera& placed) {
    std::string where;
    if (placed.calibration) where = ", \"calibration\": " + to_json(*placed.calibration);
    if (placed.stand)
        where += fmt::format(R"(, "place": {}, "pan_deg": {})", to_json(placed.stand->place),
                             placed.stand->pan_deg);
    return fmt::format(R"({{"camera": {}{}}})", json_quoted(placed.camera), where);
}

}  // namespace

Result<Plan> parse_plan(std::string_view json, const std::string& name) {
    TRY_ASSIGN(const Json root, parse_json(json, name));
    PlanReader reader;
    Plan plan = reader.plan(root);
    if (!reader.problems().none()) return misconfigured(name + ": " + reader.problems().text());
    if (plan.version.empty()) plan.version = hex_digest(to_json(plan), kVersionBytes);
    return plan;
}

Result<Plan> load_plan(const std::filesystem::path& path) {
    const std::string name = path.string();
    TRY_ASSIGN(const std::string text, read_layout_text(name));
    return parse_plan(text, name);
}

std::string to_json(const Plan& plan) {
    const auto write = [](const auto& item) { return to_json(item); };
    const auto lists = {
        list_json("zones", plan.zones, write),       list_json("lines", plan.lines, write),
        list_json("walls", plan.walls, write),       list_json("doors", plan.doors, write),
        list_json("fixtures", plan.fixtures, write), list_json("cameras", plan.cameras, write)};
    std::string drawing;
    if (!plan.drawing.empty()) drawing += ", \"drawing\": " + json_quoted(plan.drawing);
    if (plan.drawing_at != Point{})
        drawing += fmt::format(", \"drawing_at\": [{}, {}]", plan.drawing_at.x, plan.drawing_at.y);
    if (plan.drawing_width_m > 0) drawing += fmt::format(", \"drawing_width_m\": {}", plan.drawing_width_m);
    return fmt::format(
        "{{\n{}  \"plan\": {{\"width_m\": {}, \"depth_m\": {}{}}},\n{}\n}}\n",
        plan.version.empty() ? "" : fmt::format("  \"version\": {},\n", json_quoted(plan.version)),
        plan.width_m, plan.depth_m, drawing, fmt::join(lists, ",\n"));
}

}  // namespace vitrina
