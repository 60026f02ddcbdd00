// Heat maps by the hour: part of ShopStore.
#include <optional>
#include <string>

#include <fmt/format.h>

#include "records/database_impl.h"
#include "records/shop_store.h"

namespace vitrina::records {
namespace {

constexpr double kMicrosecondsPerSecond = 1e6;

Result<void> check(const HeatGrid& form, std::span<const HeatCell> cells) {
    if (form.columns <= 0 || form.rows <= 0) return failed("a heat map needs columns and rows");
    for (const HeatCell& cell : cells)
        if (cell.column < 0 || cell.column >= form.columns || cell.row < 0 || cell.row >= form.rows ||
            cell.microseconds < 0)
            return failed(fmt::format("no such cell in a heat map of {} x {}: {}, {} with {} us",
                                      form.columns, form.rows, cell.column, cell.row, cell.microseconds));
    return {};
}

/// The camera's newest series of maps; `form` gets its form.
std::optional<std::int64_t> newest_series(Connection& connection, const std::string& camera, HeatGrid& form) {
    Query query = connection.query(
        "SELECT number, width, height, columns, rows FROM heat_forms WHERE camera = ? "
        "ORDER BY number DESC LIMIT 1");
    if (!query.bind(camera).step()) return std::nullopt;
    std::int64_t number = 0;
    query.read(number, form.width, form.height, form.columns, form.rows);
    return number;
}

std::int64_t series_for(Connection& connection, const std::string& camera, const HeatGrid& form) {
    HeatGrid newest;
    const std::optional<std::int64_t> number = newest_series(connection, camera, newest);
    const bool same = newest.width == form.width && newest.height == form.height &&
                      newest.columns == form.columns && newest.rows == form.rows;
    if (number && same) return *number;
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
        HeatGrid grid;
        const std::optional<std::int64_t> series = newest_series(connection, camera, grid);
        if (!series) return grid;
        grid.seconds.resize(static_cast<std::size_t>(grid.columns) * static_cast<std::size_t>(grid.rows));
        Query query = connection.query(
            "SELECT cell, microseconds FROM heat WHERE form = ? AND hour_ms >= ? AND hour_ms < ?");
        query.bind(*series, from, to);
        std::vector<std::int64_t> sums(grid.seconds.size());
        std::int64_t cell = 0;
        std::int64_t microseconds = 0;
        while (query.step()) {
            query.read(cell, microseconds);
            sums.at(static_cast<std::size_t>(cell)) += microseconds;
        }
        for (std::size_t i = 0; i < sums.size(); ++i)
            grid.seconds[i] = static_cast<double>(sums[i]) / kMicrosecondsPerSecond;
        return grid;
    });
}

}  // namespace vitrina::records
