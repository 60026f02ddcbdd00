#include "records/path_store.h"

#include <algorithm>
#include <chrono>
#include <iterator>
#include <tuple>
#include <utility>

#include <fmt/format.h>

#include "domain/plan.h"
#include "records/database_impl.h"
#include "records/event_row.h"

namespace vitrina::records {
namespace {

constexpr std::int64_t kForgottenAtOnce = 2000;

UtcTime instant_of(const PathPoint& point) {
    return UtcTime(kPathTick * point.tick);
}

void put_session(Connection& connection, const CameraSession& session) {
    connection
        .query(
            "INSERT INTO path_sessions (number, camera, began_ms, ended_ms, width, height) "
            "VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT (number) DO UPDATE SET ended_ms = excluded.ended_ms")
        .bind(session.number, session.camera, session.began, session.ended, std::int64_t{session.width},
              std::int64_t{session.height})
        .run();
}

void put_piece(Connection& connection, const PathPiece& piece) {
    connection
        .query(
            "INSERT INTO paths (camera, person, space, begin_ms, end_ms, left_ms, points, code) "
            "VALUES (?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (camera, begin_ms, person) DO UPDATE SET "
            "end_ms = excluded.end_ms, left_ms = excluded.left_ms, points = excluded.points, "
            "code = excluded.code")
        .bind(piece.camera, piece.person, std::string(piece.camera == kPlanCamera ? "plan" : "picture"),
              instant_of(piece.points.front()), instant_of(piece.points.back()), piece.left,
              static_cast<std::int64_t>(piece.points.size()), encode_path(piece.points))
        .run();
}

void put_owner(Connection& connection, const WalkOwner& owner) {
    std::int64_t revision = 1;
    Query known = connection.query("SELECT MAX(revision) + 1 FROM walk_owners WHERE walk = ?");
    std::optional<std::int64_t> next;
    if (known.bind(owner.walk).step()) known.read(next);
    revision = next.value_or(revision);
    connection.query("DELETE FROM walk_owners WHERE walk = ? AND since_ms > ?")
        .bind(owner.walk, owner.since)
        .run();
    connection
        .query("INSERT OR REPLACE INTO walk_owners (walk, since_ms, person, revision) VALUES (?, ?, ?, ?)")
        .bind(owner.walk, owner.since, owner.person, revision)
        .run();
}

void put_entry(Connection& connection, const PlanEntry& entry) {
    if (entry.is_taken_back)
        connection.query("DELETE FROM plan_entries WHERE person = ?").bind(entry.person).run();
    else
        connection.query("INSERT OR REPLACE INTO plan_entries (person, at_ms) VALUES (?, ?)")
            .bind(entry.person, entry.at)
            .run();
}

template <typename T>
void append(std::vector<T>& all, std::vector<T>&& more) {
    std::move(more.begin(), more.end(), std::back_inserter(all));
}

}  // namespace

void PathNews::add(PathNews news) {
    append(sessions, std::move(news.sessions));
    append(layouts, std::move(news.layouts));
    append(pieces, std::move(news.pieces));
    append(owners, std::move(news.owners));
    append(entries, std::move(news.entries));
}

PathStore::PathStore(std::shared_ptr<Database> database) : database_(std::move(database)) {}
PathStore::~PathStore() = default;

Result<void> PathStore::put(const PathNews& news) {
    return database_->impl().write([&](Connection& connection) -> Result<void> {
        for (const CameraSession& session : news.sessions)
            put_session(connection, session);
        for (const LayoutStart& start : news.layouts)
            connection
                .query("INSERT OR REPLACE INTO layout_starts (camera, valid_from_ms, at_ms) VALUES (?, ?, ?)")
                .bind(start.camera, start.valid_from, start.at)
                .run();
        for (const PathPiece& piece : news.pieces) {
            if (piece.points.empty()) return failed("a path without points can't be stored");
            put_piece(connection, piece);
        }
        for (const WalkOwner& owner : news.owners)
            put_owner(connection, owner);
        for (const PlanEntry& entry : news.entries)
            put_entry(connection, entry);
        return {};
    });
}

Result<std::vector<PathSpan>> PathStore::spans(const std::string& camera, UtcTime from, UtcTime to) const {
    return database_->impl().read([&](Connection& connection) -> Result<std::vector<PathSpan>> {
        std::vector<PathSpan> spans;
        Query query = connection.query(
            "SELECT number, person, begin_ms, end_ms, points FROM paths WHERE camera = ? AND begin_ms < ? "
            "AND "
            "end_ms >= ? ORDER BY begin_ms, person");
        query.bind(camera, to, from);
        while (query.step()) {
            PathSpan& span = spans.emplace_back();
            query.read(span.number, span.person, span.begin, span.end, span.points);
        }
        return spans;
    });
}

Result<std::vector<std::optional<std::int64_t>>> PathStore::entered(std::span<const UtcTime> edges) const {
    using Counts = std::vector<std::optional<std::int64_t>>;
    if (edges.size() < 2) return failed("entries are counted between two instants at least");
    return database_->impl().read([&](Connection& connection) -> Result<Counts> {
        Counts counts(edges.size() - 1);
        std::optional<UtcTime> first;
        Query begin = connection.query("SELECT MIN(at_ms) FROM plan_entries");
        if (begin.step()) begin.read(first);
        if (!first) return counts;
        for (std::size_t i = 0; i < counts.size(); ++i)
            if (edges[i] >= *first) counts[i] = 0;
        Query query = connection.query("SELECT at_ms FROM plan_entries WHERE at_ms >= ? AND at_ms < ?");
        query.bind(edges.front(), edges.back());
        UtcTime at;
        while (query.step()) {
            query.read(at);
            const auto after = std::upper_bound(edges.begin(), edges.end(), at);
            auto& count = counts[static_cast<std::size_t>(after - edges.begin()) - 1];
            if (count) ++*count;
        }
        return counts;
    });
}

Result<std::vector<PathPiece>> PathStore::pieces(std::span<const PathSpan> spans) const {
    return database_->impl().read([&](Connection& connection) -> Result<std::vector<PathPiece>> {
        std::vector<PathPiece> pieces;
        pieces.reserve(spans.size());
        std::vector<std::uint8_t> code;
        for (const PathSpan& span : spans) {
            Query query =
                connection.query("SELECT camera, person, left_ms, code FROM paths WHERE number = ?");
            if (!query.bind(span.number).step()) continue;
            PathPiece& piece = pieces.emplace_back();
            query.read(piece.camera, piece.person, piece.left, code);
            TRY_ASSIGN(piece.points, decode_path(code));
        }
        return pieces;
    });
}

Result<std::vector<WalkOwner>> PathStore::owners(std::span<const PathSpan> spans) const {
    if (spans.empty()) return std::vector<WalkOwner>();
    const auto ends = std::minmax_element(
        spans.begin(), spans.end(), [](const PathSpan& a, const PathSpan& b) { return a.person < b.person; });
    return database_->impl().read([&](Connection& connection) -> Result<std::vector<WalkOwner>> {
        std::vector<WalkOwner> owners;
        Query query = connection.query(
            "SELECT walk, since_ms, person FROM walk_owners WHERE walk BETWEEN ? AND ? ORDER BY walk, "
            "since_ms");
        query.bind(ends.first->person, ends.second->person);
        while (query.step()) {
            WalkOwner& owner = owners.emplace_back();
            query.read(owner.walk, owner.since, owner.person);
        }
        return owners;
    });
}

Result<std::optional<UtcTime>> PathStore::forgotten_until(const std::string& camera) const {
    return database_->impl().read([&](Connection& connection) -> Result<std::optional<UtcTime>> {
        Query query = connection.query("SELECT end_ms FROM paths_forgotten WHERE camera = ?");
        std::optional<UtcTime> end;
        if (query.bind(camera).step()) query.read(end);
        return end;
    });
}

Result<std::vector<std::string>> PathStore::cameras() const {
    return database_->impl().read([](Connection& connection) -> Result<std::vector<std::string>> {
        std::vector<std::string> cameras;
        Query query = connection.query("SELECT DISTINCT camera FROM paths ORDER BY camera");
        while (query.step())
            query.read(cameras.emplace_back());
        return cameras;
    });
}

Result<std::vector<CameraSession>> PathStore::sessions(const std::string& camera, UtcTime from,
                                                       UtcTime to) const {
    return database_->impl().read([&](Connection& connection) -> Result<std::vector<CameraSession>> {
        std::vector<CameraSession> sessions;
        Query query = connection.query(
            "SELECT camera, number, began_ms, ended_ms, width, height FROM path_sessions WHERE camera = ?1 "
            "AND "
            "began_ms < ?3 AND began_ms >= COALESCE((SELECT MAX(began_ms) FROM path_sessions WHERE camera = "
            "?1 "
            "AND began_ms <= ?2), 0) ORDER BY began_ms, number");
        query.bind(camera, from, to);
        while (query.step()) {
            CameraSession& session = sessions.emplace_back();
            query.read(session.camera, session.number, session.began, session.ended, session.width,
                       session.height);
        }
        return sessions;
    });
}

Result<std::map<UtcTime, UtcTime>> PathStore::layout_starts(const std::string& camera) const {
    return database_->impl().read([&](Connection& connection) -> Result<std::map<UtcTime, UtcTime>> {
        std::map<UtcTime, UtcTime> starts;
        Query query = connection.query("SELECT valid_from_ms, at_ms FROM layout_starts WHERE camera = ?");
        query.bind(camera);
        while (query.step()) {
            UtcTime valid_from;
            UtcTime at;
            query.read(valid_from, at);
            starts.emplace(valid_from, at);
        }
        return starts;
    });
}

Result<std::vector<KnownFact>> PathStore::facts(const std::string& camera, UtcTime from, UtcTime to) const {
    static const std::string kSql = fmt::format(
        "SELECT {}, retracted FROM facts WHERE camera = ? AND begin_ms >= ? AND begin_ms < ?", kEventColumns);
    return database_->impl().read([&](Connection& connection) -> Result<std::vector<KnownFact>> {
        std::vector<KnownFact> facts;
        Query query = connection.query(kSql);
        query.bind(camera, from, to);
        EventRow row;
        while (query.step()) {
            KnownFact& fact = facts.emplace_back();
            std::apply([&](auto&... fields) { query.read(fields..., fact.retracted); }, row.fields());
            TRY_ASSIGN(fact.event, to_event(row));
        }
        return facts;
    });
}

Result<std::int64_t> PathStore::forget_before(UtcTime instant) {
    return database_->impl().write([&](Connection& connection) -> Result<std::int64_t> {
        connection
            .query(
                "INSERT INTO paths_forgotten (camera, end_ms) SELECT camera, MAX(end_ms) FROM (SELECT "
                "camera, "
                "end_ms FROM paths WHERE end_ms < ? LIMIT ?) GROUP BY camera ON CONFLICT (camera) DO UPDATE "
                "SET end_ms = MAX(end_ms, excluded.end_ms)")
            .bind(instant, kForgottenAtOnce)
            .run();
        connection
            .query("DELETE FROM paths WHERE number IN (SELECT number FROM paths WHERE end_ms < ? LIMIT ?)")
            .bind(instant, kForgottenAtOnce)
            .run();
        const std::int64_t removed = connection.changes();
        // Nobody walks for a day without a break.
        if (removed == 0)
            connection.query("DELETE FROM walk_owners WHERE since_ms < ?")
                .bind(instant - std::chrono::days(1))
                .run();
        return removed;
    });
}

Result<std::int64_t> PathStore::make_room(std::int64_t bytes, UtcTime kept_from) {
    TRY_ASSIGN(const std::int64_t free, database_->free_bytes());
    if (free >= bytes) return 0;
    const auto oldest_end = [](Connection& connection) -> Result<std::optional<UtcTime>> {
        Query query = connection.query("SELECT MIN(end_ms) FROM paths");
        std::optional<UtcTime> end;
        if (query.step()) query.read(end);
        return end;
    };
    TRY_ASSIGN(const std::optional<UtcTime> oldest, database_->impl().read(oldest_end));
    if (!oldest || *oldest >= kept_from) return 0;
    const UtcTime day_end = std::chrono::floor<std::chrono::days>(*oldest) + std::chrono::days(1);
    TRY_ASSIGN(const std::int64_t removed, forget_before(std::min(day_end, kept_from)));
    database_->impl().settle_log();
    return removed;
}

Result<PathStore::Size> PathStore::size() const {
    return database_->impl().read([](Connection& connection) -> Result<Size> {
        Size size;
        Query query = connection.query(
            "SELECT COUNT(*), COALESCE(SUM(points), 0), COALESCE(SUM(LENGTH(code)), 0) FROM paths");
        if (query.step()) query.read(size.pieces, size.points, size.code_bytes);
        return size;
    });
}

}  // namespace vitrina::records
