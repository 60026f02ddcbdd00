// Cameras, outages and the sign of life. Layouts are in layouts.cpp, heat maps in heat.cpp.
#include "records/shop_store.h"

#include <algorithm>
#include <utility>

#include "records/database_impl.h"

namespace vitrina::records {
namespace {

constexpr std::size_t kCameraIdLengthMax = 32;

Result<void> check_camera_id(const std::string& id) {
    const auto allowed = [](char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-'; };
    if (id == kPlanCamera) return failed("\"" + id + "\" can't be a camera's id: it means the floor plan");
    if (!id.empty() && id.size() <= kCameraIdLengthMax && std::all_of(id.begin(), id.end(), allowed))
        return {};
    return failed("\"" + id + "\" can't be a camera's id: that is 1 to 32 of a-z, 0-9 and -");
}

bool was_removed(Connection& connection, const std::string& id) {
    Query query = connection.query("SELECT 1 FROM cameras WHERE id = ? AND removed = 1");
    return query.bind(id).step();
}

}  // namespace

ShopStore::ShopStore(std::shared_ptr<Database> database) : database_(std::move(database)) {}
ShopStore::~ShopStore() = default;

Result<std::vector<CameraRecord>> ShopStore::cameras() const {
    return database_->impl().read([](Connection& connection) -> Result<std::vector<CameraRecord>> {
        std::vector<CameraRecord> cameras;
        Query query = connection.query(
            "SELECT id, name, address, view_address, sealed_secret, paused, added_ms, udp FROM cameras "
            "WHERE removed = 0 ORDER BY added_ms, id");
        while (query.step()) {
            CameraRecord& camera = cameras.emplace_back();
            query.read(camera.id, camera.name, camera.address, camera.view_address, camera.sealed_secret,
                       camera.paused, camera.added, camera.udp);
        }
        return cameras;
    });
}

Result<void> ShopStore::save_camera(const CameraRecord& camera) {
    TRY(check_camera_id(camera.id));
    return database_->impl().write([&](Connection& connection) -> Result<void> {
        if (was_removed(connection, camera.id))
            return failed("the id \"" + camera.id +
                          "\" belonged to a camera that was removed; choose another");
        connection
            .query(
                "INSERT OR REPLACE INTO cameras (id, name, address, view_address, sealed_secret, paused, "
                "added_ms, udp, removed) VALUES (?, ?, ?, ?, ?, ?, ?, ?, 0)")
            .bind(camera.id, camera.name, camera.address, camera.view_address, camera.sealed_secret,
                  camera.paused, camera.added, camera.udp)
            .run();
        return {};
    });
}

Result<void> ShopStore::remove_camera(const std::string& id) {
    return database_->impl().write([&](Connection& connection) -> Result<void> {
        connection
            .query(
                "UPDATE cameras SET removed = 1, address = '', view_address = '', sealed_secret = '' "
                "WHERE id = ? AND removed = 0")
            .bind(id)
            .run();
        if (connection.changes() == 0) return failed("camera \"" + id + "\" is not there");
        return {};
    });
}

Result<void> ShopStore::outage_began(const std::string& camera, UtcTime at, const std::string& reason,
                                     const std::string& reason_code) {
    return database_->impl().run(
        "INSERT INTO outages (camera, begin_ms, reason, reason_code) VALUES (?, ?, ?, ?) "
        "ON CONFLICT (camera) WHERE end_ms IS NULL DO NOTHING",
        camera, at, reason, reason_code);
}

Result<void> ShopStore::outage_ended(const std::string& camera, UtcTime at) {
    // Not before its begin, should the clock have been set back.
    return database_->impl().run(
        "UPDATE outages SET end_ms = MAX(?, begin_ms) WHERE camera = ? AND end_ms IS NULL", at, camera);
}

Result<std::vector<Outage>> ShopStore::outages(UtcTime from, UtcTime to) const {
    return database_->impl().read([&](Connection& connection) -> Result<std::vector<Outage>> {
        std::vector<Outage> outages;
        Query query = connection.query(
            "SELECT camera, begin_ms, end_ms, reason, reason_code FROM outages "
            "WHERE begin_ms < ? AND (end_ms IS NULL OR end_ms > ?) ORDER BY begin_ms, number");
        query.bind(to, from);
        while (query.step()) {
            Outage& outage = outages.emplace_back();
            query.read(outage.camera, outage.begin, outage.end, outage.reason, outage.reason_code);
        }
        return outages;
    });
}

Result<std::optional<UtcTime>> ShopStore::first_outage() const {
    return database_->impl().read([](Connection& connection) -> Result<std::optional<UtcTime>> {
        Query query = connection.query("SELECT MIN(begin_ms) FROM outages");
        std::optional<UtcTime> begin;
        if (query.step()) query.read(begin);
        return begin;
    });
}

Result<void> ShopStore::save_forecast(const std::string& camera, const std::string& memory) {
    return database_->impl().run("INSERT OR REPLACE INTO settings (name, value) VALUES (?, ?)",
                                 "forecast." + camera, memory);
}

Result<std::string> ShopStore::forecast(const std::string& camera) const {
    return database_->impl().read([&](Connection& connection) -> Result<std::string> {
        Query query = connection.query("SELECT value FROM settings WHERE name = ?");
        std::string memory;
        if (query.bind("forecast." + camera).step()) query.read(memory);
        return memory;
    });
}

Result<void> ShopStore::save_goals(const std::string& goals) {
    return database_->impl().run("INSERT OR REPLACE INTO settings (name, value) VALUES ('goals', ?)", goals);
}

Result<std::string> ShopStore::goals() const {
    return database_->impl().read([](Connection& connection) -> Result<std::string> {
        Query query = connection.query("SELECT value FROM settings WHERE name = 'goals'");
        std::string goals;
        if (query.step()) query.read(goals);
        return goals;
    });
}

Result<void> ShopStore::alive(UtcTime now) {
    return database_->impl().run("INSERT OR REPLACE INTO alive (number, at_ms) VALUES (1, ?)", now);
}

Result<std::optional<UtcTime>> ShopStore::last_alive() const {
    return database_->impl().read([](Connection& connection) -> Result<std::optional<UtcTime>> {
        Query query = connection.query("SELECT at_ms FROM alive");
        std::optional<UtcTime> at;
        if (query.step()) query.read(at);
        return at;
    });
}

}  // namespace vitrina::records
