// Heat maps by the hour: part of ShopStore.
#include <cmath>
#include <string>
#include <vector>

#include <fmt/format.h>

#include "records/database_impl.h"
#include "records/shop_store.h"

namespace vitrina::records {
namespace {

constexpr double kMicrosecondsPerSecond = 1e6;
constexpr double kShapeTolerance = 0.02;  // of width to height: a substream is cut to whole blocks

Result<void> check(const HeatGrid& form, std::span<const HeatCell> cells) {
    if (form.columns <= 0 || form.rows <= 0) return failed("a heat map needs columns and rows");
    for (const HeatCell& cell : cells)
        if (cell.column < 0 || cell.column >= form.columns || cell.row < 0 || cell.row >= form.rows ||
            cell.microseconds < 0)
            return failed(fmt::format("no such cell in a heat map of {} x {}: {}, {} with {} us",
                                      form.columns, form.rows, cell.column, cell.row, cell.microseconds));
    return {};
}

/// A camera's maps of one form.
struct HeatSeries {
    std::int64_t number = 0;
    HeatGrid form;
};

/// Whether the same cells are the same places, whatever the size of the picture.
bool have_same_cells(const HeatGrid& one, const HeatGrid& other) {
    return one.columns == other.columns && one.rows == other.rows &&
           std::abs(one.width * other.height / (one.height * other.width) - 1) <= kShapeTolerance;
}

/// All of the camera: the one with the latest cells of [from, to) first, the newest of several; then those
/// without any there, the newest first.
std::vector<HeatSeries> series_of(Connection& connection, const std::string& camera, UtcTime from,
                                  UtcTime to) {
    std::vector<HeatSeries> all;
    Query query = connection.query(
        "SELECT number, width, height, columns, rows, (SELECT MAX(hour_ms) FROM heat WHERE form = number "
        "AND hour_ms >= ? AND hour_ms < ?) AS latest_ms FROM heat_forms WHERE camera = ? "
        "ORDER BY latest_ms DESC, number DESC");
    query.bind(from, to, camera);
    while (query.step()) {
        HeatSeries& series = all.emplace_back();
        query.read(series.number, series.form.width, series.form.height, series.form.columns,
                   series.form.rows);
    }
    return all;
}

/// The one that goes on: a form that comes back goes on with its own.
std::int64_t series_for(Connection& connection, const std::string& camera, const HeatGrid& form) {
    for (const HeatSeries& known : series_of(connection, camera, UtcTime(), UtcTime()))
        if (have_same_cells(known.form, form)) return known.number;
    connection.query("INSERT INTO heat_forms (camera, width, height, columns, rows) VALUES (?, ?, ?, ?, ?)")
        .bind(camera, form.width, form.height, form.columns, form.rows)
        .run();
    return connection.last_row();
}

}  // namespace

Result<void> ShopStore::add_heat(const std::string& camera, UtcTime hour, const HeatGrid& form,
                                 std::span<const HeatCell> cells) {
    TRY(check(form, cells));
    return database_->impl().write([&](Connection& connection) -> Result<void> {
        const std::int64_t series = series_for(connection, camera, form);
        for (const HeatCell& cell : cells)
            connection
                .query(
                    "INSERT INTO heat (form, hour_ms, cell, microseconds) VALUES (?, ?, ?, ?) "
                    "ON CONFLICT DO UPDATE SET microseconds = microseconds + excluded.microseconds")
                .bind(series, hour, cell.row * form.columns + cell.column, cell.microseconds)
                .run();
        return {};
    });
}

Result<HeatGrid> ShopStore::heat(const std::string& camera, UtcTime from, UtcTime to) const {
    return database_->impl().read([&](Connection& connection) -> Result<HeatGrid> {
        const std::vector<HeatSeries> all = series_of(connection, camera, from, to);
        if (all.empty()) return HeatGrid();
        HeatGrid grid = all.front().form;
        grid.seconds.resize(static_cast<std::size_t>(grid.columns) * static_cast<std::size_t>(grid.rows));
        std::vector<std::int64_t> sums(grid.seconds.size());
        for (const HeatSeries& series : all) {
            if (!have_same_cells(series.form, grid)) continue;
            Query query = connection.query(
                "SELECT cell, microseconds FROM heat WHERE form = ? AND hour_ms >= ? AND hour_ms < ?");
            query.bind(series.number, from, to);
            std::int64_t cell = 0;
            std::int64_t microseconds = 0;
            while (query.step()) {
                query.read(cell, microseconds);
                sums.at(static_cast<std::size_t>(cell)) += microseconds;
            }
        }
        for (std::size_t i = 0; i < sums.size(); ++i)
            grid.seconds[i] = static_cast<double>(sums[i]) / kMicrosecondsPerSecond;
        return grid;
    });
}

}  // namespace vitrina::records
