// The layouts of cameras and the floor plan over time: part of ShopStore.
#include <chrono>
#include <functional>
#include <optional>
#include <string>
#include <utility>

#include <fmt/format.h>

#include "domain/digest.h"
#include "domain/layout_file.h"
#include "domain/plan_file.h"
#include "records/database_impl.h"
#include "records/shop_store.h"

namespace vitrina::records {
namespace {

Result<LayoutVersion> read_layout(const Query& query) {
    LayoutVersion result;
    std::string json;
    query.read(result.camera, result.version, result.valid_from, result.saved, result.author, json);
    auto layout = parse_layout(json, "the recorded layout " + result.version);
    if (!layout) return failed(layout.error().message);
    result.layout = std::move(*layout);
    return result;
}

/// No camera has this id: under it the floor plan stands among the layouts.
constexpr const char* kPlanKey = "";
/// As much of a drawing's digest as tells it from all others.
constexpr std::size_t kIdBytes = 16;
/// A drawing that was uploaded becomes part of a plan as soon as its scale is known, or never.
constexpr std::chrono::days kDrawingKept{1};

Result<PlanVersion> read_plan(const Query& query) {
    PlanVersion result;
    std::string json;
    query.read(result.version, result.valid_from, result.saved, result.author, json);
    auto plan = parse_plan(json, "the recorded plan " + result.version);
    if (!plan) return failed(plan.error().message);
    result.plan = std::move(*plan);
    return result;
}

/// The first of the day's versions that no layout has yet.
std::string new_version(Connection& connection, UtcTime now) {
    const std::chrono::year_month_day day(std::chrono::floor<std::chrono::days>(now));
    const std::string prefix =
        fmt::format("{:04}-{:02}-{:02}.", static_cast<int>(day.year()), static_cast<unsigned>(day.month()),
                    static_cast<unsigned>(day.day()));
    Query query = connection.query(
        "SELECT COALESCE(MAX(CAST(SUBSTR(version, ?2) AS INTEGER)), 0) + 1 FROM layouts "
        "WHERE SUBSTR(version, 1, ?2 - 1) = ?1");
    std::int64_t number = 1;
    if (query.bind(prefix, static_cast<std::int64_t>(prefix.size()) + 1).step()) query.read(number);
    return prefix + std::to_string(number);
}

/// Since when the newest layout of the camera is valid.
std::optional<UtcTime> newest_valid_from(Connection& connection, const std::string& camera) {
    Query query =
        connection.query("SELECT MAX(valid_from_ms) FROM layouts WHERE camera = ? AND superseded = 0");
    std::optional<UtcTime> result;
    if (query.bind(camera).step()) query.read(result);
    return result;
}

/// One version of a drawing, whatever is drawn on.
struct Saved {
    std::string version;
    UtcTime valid_from;
};

/// `written` gives the JSON for a version, checked.
Result<Saved> save(Connection& connection, const std::string& camera, LayoutChange change, UtcTime now,
                   const std::string& author,
                   const std::function<Result<std::string>(const std::string& version)>& written) {
    Saved saved{new_version(connection, now), now};
    if (change == LayoutChange::kDrawnWrong)
        saved.valid_from = newest_valid_from(connection, camera).value_or(UtcTime{});
    TRY_ASSIGN(const std::string json, written(saved.version));
    // Also what would begin later: the clock was set back since.
    connection.query("UPDATE layouts SET superseded = 1 WHERE camera = ? AND valid_from_ms >= ?")
        .bind(camera, saved.valid_from)
        .run();
    connection
        .query(
            "INSERT INTO layouts (camera, version, valid_from_ms, saved_ms, author, json, superseded) "
            "VALUES (?, ?, ?, ?, ?, ?, 0)")
        .bind(camera, saved.version, saved.valid_from, now, author, json)
        .run();
    return saved;
}

}  // namespace

Result<LayoutVersion> ShopStore::save_layout(const std::string& camera, Layout layout, LayoutChange change,
                                             UtcTime now, const std::string& author) {
    return database_->impl().write([&](Connection& connection) -> Result<LayoutVersion> {
        LayoutVersion result{.camera = camera,
                             .version = {},
                             .valid_from = {},
                             .saved = now,
                             .author = author,
                             .layout = layout};
        TRY_ASSIGN(const Saved saved,
                   save(connection, camera, change, now, author,
                        [&](const std::string& version) -> Result<std::string> {
                            result.layout.version = version;
                            std::string json = to_json(result.layout);
                            TRY(parse_layout(json, "the layout of camera \"" + camera + "\""));
                            return json;
                        }));
        result.version = saved.version;
        result.valid_from = saved.valid_from;
        return result;
    });
}

Result<PlanVersion> ShopStore::save_plan(Plan plan, LayoutChange change, UtcTime now,
                                         const std::string& author) {
    return database_->impl().write([&](Connection& connection) -> Result<PlanVersion> {
        PlanVersion result{.version = {}, .valid_from = {}, .saved = now, .author = author, .plan = plan};
        TRY_ASSIGN(const Saved saved, save(connection, kPlanKey, change, now, author,
                                           [&](const std::string& version) -> Result<std::string> {
                                               result.plan.version = version;
                                               std::string json = to_json(result.plan);
                                               TRY(parse_plan(json, "the floor plan"));
                                               return json;
                                           }));
        for (const PlacedCamera& camera : plan.cameras)
            if (camera.calibration)
                connection.query("INSERT INTO plan_cameras (version, camera) VALUES (?, ?)")
                    .bind(saved.version, camera.camera)
                    .run();
        result.version = saved.version;
        result.valid_from = saved.valid_from;
        return result;
    });
}

Result<std::optional<PlanVersion>> ShopStore::plan_at(UtcTime instant) const {
    return database_->impl().read([&](Connection& connection) -> Result<std::optional<PlanVersion>> {
        Query query = connection.query(
            "SELECT version, valid_from_ms, saved_ms, author, json FROM layouts WHERE camera = ? "
            "AND valid_from_ms <= ? AND superseded = 0 ORDER BY valid_from_ms DESC LIMIT 1");
        if (!query.bind(std::string(kPlanKey), instant).step()) return std::nullopt;
        return read_plan(query);
    });
}

Result<std::vector<PlanVersion>> ShopStore::plans() const {
    return database_->impl().read([&](Connection& connection) -> Result<std::vector<PlanVersion>> {
        std::vector<PlanVersion> versions;
        Query query = connection.query(
            "SELECT version, valid_from_ms, saved_ms, author, json FROM layouts WHERE camera = ? "
            "ORDER BY number DESC");
        query.bind(std::string(kPlanKey));
        while (query.step()) {
            TRY_ASSIGN(PlanVersion version, read_plan(query));
            versions.push_back(std::move(version));
        }
        return versions;
    });
}

Result<PlanDrawing> ShopStore::save_drawing(PlanDrawing drawing, UtcTime now) {
    drawing.id =
        hex_digest({reinterpret_cast<const char*>(drawing.png.data()), drawing.png.size()}, kIdBytes);
    return database_->impl().write([&](Connection& connection) -> Result<PlanDrawing> {
        connection
            .query(
                "DELETE FROM plan_drawings WHERE saved_ms < ? AND NOT EXISTS (SELECT 1 FROM layouts WHERE "
                "camera = ? AND INSTR(json, plan_drawings.id) > 0)")
            .bind(now - kDrawingKept, std::string(kPlanKey))
            .run();
        connection
            .query(
                "INSERT OR REPLACE INTO plan_drawings (id, png, width, height, saved_ms) VALUES (?, ?, ?, ?, "
                "?)")
            .bind(drawing.id, drawing.png, std::int64_t{drawing.width}, std::int64_t{drawing.height}, now)
            .run();
        return drawing;
    });
}

Result<std::optional<PlanDrawing>> ShopStore::drawing(const std::string& id) const {
    return database_->impl().read([&](Connection& connection) -> Result<std::optional<PlanDrawing>> {
        Query query = connection.query("SELECT id, png, width, height FROM plan_drawings WHERE id = ?");
        if (!query.bind(id).step()) return std::nullopt;
        PlanDrawing drawing;
        query.read(drawing.id, drawing.png, drawing.width, drawing.height);
        return drawing;
    });
}

Result<std::optional<LayoutVersion>> ShopStore::layout_at(const std::string& camera, UtcTime instant) const {
    return database_->impl().read([&](Connection& connection) -> Result<std::optional<LayoutVersion>> {
        Query query = connection.query(
            "SELECT camera, version, valid_from_ms, saved_ms, author, json FROM layouts WHERE camera = ? "
            "AND valid_from_ms <= ? AND superseded = 0 ORDER BY valid_from_ms DESC LIMIT 1");
        if (!query.bind(camera, instant).step()) return std::nullopt;
        return read_layout(query);
    });
}

Result<std::vector<LayoutVersion>> ShopStore::layouts(const std::string& camera) const {
    return database_->impl().read([&](Connection& connection) -> Result<std::vector<LayoutVersion>> {
        std::vector<LayoutVersion> versions;
        Query query = connection.query(
            "SELECT camera, version, valid_from_ms, saved_ms, author, json FROM layouts WHERE camera = ? "
            "ORDER BY number DESC");
        query.bind(camera);
        while (query.step()) {
            TRY_ASSIGN(LayoutVersion version, read_layout(query));
            versions.push_back(std::move(version));
        }
        return versions;
    });
}

}  // namespace vitrina::records
