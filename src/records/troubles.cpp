// What was wrong with cameras' pictures, and the views that are theirs: part of ShopStore.
#include <optional>
#include <string>
#include <utility>

#include "records/database_impl.h"
#include "records/shop_store.h"

namespace vitrina::records {
namespace {

Result<PictureTrouble> trouble_in(const std::string& text) {
    for (const PictureTrouble trouble : kPictureTroubles)
        if (to_text(trouble) == text) return trouble;
    return failed("the records hold a trouble of a camera that is not known here: \"" + text + "\"");
}

std::optional<double> if_known(const ViewMove& move, double value) {
    return move.known ? std::optional<double>(value) : std::nullopt;
}

}  // namespace

Result<void> ShopStore::trouble_began(const TroubleRecord& trouble) {
    const ViewMove& move = trouble.move;
    return database_->impl().run(
        "INSERT INTO troubles (camera, trouble, begin_ms, dx_px, dy_px, rotation_deg, zoom) "
        "VALUES (?, ?, ?, ?, ?, ?, ?) ON CONFLICT (camera, trouble) WHERE end_ms IS NULL DO UPDATE SET "
        "dx_px = excluded.dx_px, dy_px = excluded.dy_px, rotation_deg = excluded.rotation_deg, "
        "zoom = excluded.zoom",
        trouble.camera, std::string(to_text(trouble.trouble)), trouble.begin, if_known(move, move.dx_px),
        if_known(move, move.dy_px), if_known(move, move.rotation_deg), if_known(move, move.zoom));
}

Result<void> ShopStore::trouble_ended(const std::string& camera, PictureTrouble trouble, UtcTime at) {
    return database_->impl().run(
        "UPDATE troubles SET end_ms = MAX(?, begin_ms) WHERE camera = ? AND trouble = ? AND end_ms IS NULL",
        at, camera, std::string(to_text(trouble)));
}

Result<void> ShopStore::end_troubles(UtcTime at) {
    return database_->impl().run("UPDATE troubles SET end_ms = MAX(?, begin_ms) WHERE end_ms IS NULL", at);
}

Result<std::vector<TroubleRecord>> ShopStore::troubles(UtcTime from, UtcTime to) const {
    return database_->impl().read([&](Connection& connection) -> Result<std::vector<TroubleRecord>> {
        std::vector<TroubleRecord> troubles;
        Query query = connection.query(
            "SELECT camera, trouble, begin_ms, end_ms, dx_px IS NOT NULL, COALESCE(dx_px, 0.0), "
            "COALESCE(dy_px, 0.0), COALESCE(rotation_deg, 0.0), COALESCE(zoom, 1.0) FROM troubles WHERE "
            " begin_ms < ? AND (end_ms IS NULL OR end_ms > ?) ORDER BY begin_ms, number");
        query.bind(to, from);
        std::string kind;
        while (query.step()) {
            TroubleRecord& trouble = troubles.emplace_back();
            query.read(trouble.camera, kind, trouble.begin, trouble.end, trouble.move.known,
                       trouble.move.dx_px, trouble.move.dy_px, trouble.move.rotation_deg, trouble.move.zoom);
            TRY_ASSIGN(trouble.trouble, trouble_in(kind));
        }
        return troubles;
    });
}

Result<void> ShopStore::save_view(const std::string& camera, const std::vector<std::uint8_t>& view) {
    if (view.empty()) return database_->impl().run("DELETE FROM camera_views WHERE camera = ?", camera);
    return database_->impl().run("INSERT OR REPLACE INTO camera_views (camera, view) VALUES (?, ?)", camera,
                                 view);
}

Result<std::vector<std::uint8_t>> ShopStore::view(const std::string& camera) const {
    return database_->impl().read([&](Connection& connection) -> Result<std::vector<std::uint8_t>> {
        Query query = connection.query("SELECT view FROM camera_views WHERE camera = ?");
        std::vector<std::uint8_t> view;
        if (query.bind(camera).step()) query.read(view);
        return view;
    });
}

}  // namespace vitrina::records
