#include "records/fact_store.h"

#include <algorithm>
#include <chrono>
#include <tuple>
#include <utility>

#include <fmt/format.h>

#include "records/database_impl.h"
#include "records/event_row.h"

namespace vitrina::records {
namespace {

const char* to_text(Operation operation) {
    switch (operation) {
        case Operation::kAdd:
            return "add";
        case Operation::kAmend:
            return "amend";
        case Operation::kRetract:
            break;
    }
    return "retract";
}

Operation operation_in(const std::string& text) {
    if (text == "add") return Operation::kAdd;
    return text == "amend" ? Operation::kAmend : Operation::kRetract;
}

std::int64_t newest_sequence(Connection& connection) {
    return connection.number("SELECT seq FROM sqlite_sequence WHERE name = 'events'");
}

std::int64_t log(Connection& connection, Operation operation, UtcTime recorded, EventRow& row) {
    static const std::string kSql = fmt::format(
        "INSERT INTO events (operation, recorded_ms, {}) "
        "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        kEventColumns);
    std::apply(
        [&](const auto&... fields) {
            connection.query(kSql).bind(std::string(to_text(operation)), recorded, fields...).run();
        },
        row.fields());
    return connection.last_row();
}

/// The row keeps its number, so that who is reading a list of numbers still finds it.
void put_fact(Connection& connection, EventRow& row) {
    static const std::string kSql = fmt::format(
        "INSERT INTO facts (retracted, {0}) VALUES (0, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) "
        "ON CONFLICT (id) DO UPDATE SET (retracted, {0}) = (0, excluded.id, excluded.revision, "
        "excluded.kind, "
        "excluded.shop, excluded.camera, excluded.layout, excluded.confidence, excluded.person, "
        "excluded.place, excluded.direction, excluded.people, excluded.source_begin_us, "
        "excluded.source_end_us, excluded.begin_ms, excluded.end_ms)",
        kEventColumns);
    std::apply([&](const auto&... fields) { connection.query(kSql).bind(fields...).run(); }, row.fields());
}

void append_one(Connection& connection, UtcTime recorded, EventRow& row) {
    connection.query("DELETE FROM open_visits WHERE id = ?").bind(row.id).run();
    int known = 0;
    bool retracted = false;
    {
        Query query = connection.query("SELECT revision, retracted FROM facts WHERE id = ?");
        if (query.bind(row.id).step()) query.read(known, retracted);
    }
    if (row.revision <= known) return;
    const bool amends = known > 0 && !retracted;
    log(connection, amends ? Operation::kAmend : Operation::kAdd, recorded, row);
    put_fact(connection, row);
}

/// The sequence of its entry; nothing when there is no such fact.
std::optional<std::int64_t> retract_one(Connection& connection, UtcTime recorded, const std::string& id) {
    static const std::string kFind =
        fmt::format("SELECT {} FROM facts WHERE id = ? AND retracted = 0", kEventColumns);
    EventRow row;
    {
        Query query = connection.query(kFind);
        if (!query.bind(id).step()) return std::nullopt;
        std::apply([&](auto&... fields) { query.read(fields...); }, row.fields());
    }
    ++row.revision;
    connection.query("UPDATE facts SET retracted = 1, revision = ? WHERE id = ?")
        .bind(row.revision, id)
        .run();
    return log(connection, Operation::kRetract, recorded, row);
}

void replace_open_visits(Connection& connection, const std::string& camera,
                         std::span<const OpenVisit> visits) {
    connection.query("DELETE FROM open_visits WHERE camera = ?").bind(camera).run();
    for (const OpenVisit& visit : visits)
        connection
            .query(
                "INSERT OR REPLACE INTO open_visits (id, camera, zone, layout, person, begin_ms, seen_ms, "
                "confidence, x, y, body_height) SELECT ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ? "
                "WHERE NOT EXISTS (SELECT 1 FROM facts WHERE id = ?)")
            .bind(visit.id, camera, visit.zone, visit.layout, visit.person, visit.begin, visit.seen,
                  visit.confidence, visit.place.x, visit.place.y, visit.body_height, visit.id)
            .run();
}

}  // namespace

FactStore::FactStore(std::shared_ptr<Database> database) : database_(std::move(database)) {}
FactStore::~FactStore() = default;

Result<std::int64_t> FactStore::append(std::span<const LiveEvent> events) {
    std::vector<EventRow> rows;
    rows.reserve(events.size());
    for (const LiveEvent& event : events) {
        TRY_ASSIGN(EventRow row, to_row(event));
        rows.push_back(std::move(row));
    }
    const UtcTime recorded = utc_now();
    return database_->impl().write([&](Connection& connection) -> Result<std::int64_t> {
        for (EventRow& row : rows)
            append_one(connection, recorded, row);
        return newest_sequence(connection);
    });
}

Result<std::int64_t> FactStore::retract(const std::string& id) {
    return database_->impl().write([&](Connection& connection) -> Result<std::int64_t> {
        const auto sequence = retract_one(connection, utc_now(), id);
        return sequence ? Result<std::int64_t>(*sequence) : failed("no fact has the id \"" + id + "\"");
    });
}

Result<void> FactStore::reissue(std::span<const LiveEvent> changed, std::span<const std::string> gone) {
    constexpr std::size_t kAtOnce = 2000;  // some ten milliseconds in which others wait
    for (std::size_t at = 0; at < changed.size(); at += kAtOnce)
        TRY(append(changed.subspan(at, std::min(kAtOnce, changed.size() - at))));
    for (std::size_t at = 0; at < gone.size(); at += kAtOnce) {
        const auto ids = gone.subspan(at, std::min(kAtOnce, gone.size() - at));
        const UtcTime recorded = utc_now();
        TRY(database_->impl().write([&](Connection& connection) -> Result<void> {
            for (const std::string& id : ids)
                static_cast<void>(retract_one(connection, recorded, id));
            return {};
        }));
    }
    return {};
}

Result<std::vector<LoggedEvent>> FactStore::after(std::int64_t sequence, std::int64_t limit) const {
    static const std::string kSql = fmt::format(
        "SELECT {}, sequence, operation, recorded_ms, {} FROM events AS row WHERE sequence > ? "
        "ORDER BY sequence",
        kEventColumns, kNotesColumn);
    return database_->impl().read([&](Connection& connection) -> Result<std::vector<LoggedEvent>> {
        std::vector<LoggedEvent> entries;
        Query query = connection.query(kSql);
        query.bind(sequence);
        EventRow row;
        std::string operation;
        while (static_cast<std::int64_t>(entries.size()) < limit && query.step()) {
            LoggedEvent entry;
            std::apply(
                [&](auto&... fields) {
                    query.read(fields..., entry.sequence, operation, entry.recorded, entry.notes);
                },
                row.fields());
            entry.operation = operation_in(operation);
            auto event = to_event(row);
            if (!event) {
                complain_of(entry.sequence, event.error());
                continue;
            }
            entry.event = std::move(*event);
            entries.push_back(std::move(entry));
        }
        return entries;
    });
}

void FactStore::complain_of(std::int64_t sequence, const Error& error) const {
    std::int64_t known = complained_;
    while (known < sequence)
        if (complained_.compare_exchange_weak(known, sequence)) {
            if (log_)
                log_(fmt::format("entry {} of the log of facts is passed over: {}", sequence, error.message));
            return;
        }
}

Result<void> FactStore::check(const LiveEvent& event) {
    const auto row = to_row(event);
    return row ? Result<void>() : tl::unexpected(row.error());
}

Result<std::int64_t> FactStore::last_sequence() const {
    return database_->impl().read(
        [](Connection& connection) -> Result<std::int64_t> { return newest_sequence(connection); });
}

Result<std::int64_t> FactStore::first_sequence() const {
    return database_->impl().read([](Connection& connection) -> Result<std::int64_t> {
        return connection.number("SELECT MIN(sequence) FROM events");
    });
}

Result<void> FactStore::checkpoint(const std::string& camera, std::span<const OpenVisit> visits) {
    return database_->impl().write([&](Connection& connection) -> Result<void> {
        replace_open_visits(connection, camera, visits);
        return {};
    });
}

Result<void> FactStore::checkpoint(std::span<const CameraVisits> cameras) {
    return database_->impl().write([&](Connection& connection) -> Result<void> {
        for (const CameraVisits& open : cameras)
            replace_open_visits(connection, open.camera, open.visits);
        return {};
    });
}

Result<std::vector<OpenVisit>> FactStore::open_visits() const {
    return database_->impl().read([](Connection& connection) -> Result<std::vector<OpenVisit>> {
        std::vector<OpenVisit> visits;
        Query query = connection.query(
            "SELECT id, camera, zone, layout, person, begin_ms, seen_ms, confidence, x, y, body_height "
            "FROM open_visits ORDER BY begin_ms, id");
        while (query.step()) {
            OpenVisit& visit = visits.emplace_back();
            query.read(visit.id, visit.camera, visit.zone, visit.layout, visit.person, visit.begin,
                       visit.seen, visit.confidence, visit.place.x, visit.place.y, visit.body_height);
        }
        return visits;
    });
}

Result<std::int64_t> FactStore::new_session(const std::string& camera, UtcTime began) {
    return database_->impl().write([&](Connection& connection) -> Result<std::int64_t> {
        connection.query("INSERT INTO camera_sessions (camera, began_ms) VALUES (?, ?)")
            .bind(camera, began)
            .run();
        return connection.last_row();
    });
}

}  // namespace vitrina::records
