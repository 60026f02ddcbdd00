#include "records/audit_store.h"

#include <algorithm>
#include <utility>

#include "records/database_impl.h"

namespace vitrina::records {
namespace {

// Whoever is in a zone came within a day.
constexpr std::chrono::hours kStayMax{24};

constexpr const char* kClipColumns =
    "id, audit, camera, kind, place, busy, draw, begin_ms, end_ms, film, drawing, frames, bytes, answer_in, "
    "answer_out, unclear, answered_by, answered_ms FROM audit_clips ";

AuditKind audit_kind_of(const std::string& text) {
    return text == to_text(AuditKind::kStay) ? AuditKind::kStay : AuditKind::kCrossing;
}

AuditClip read_clip(const Query& query) {
    AuditClip clip;
    std::string kind;
    query.read(clip.id, clip.audit, clip.place.camera, kind, clip.place.place, clip.is_busy, clip.draw,
               clip.begin, clip.end, clip.film, clip.drawing, clip.frames, clip.bytes, clip.answer.in,
               clip.answer.out, clip.answer.is_unclear, clip.answer.by, clip.answer.at);
    clip.place.kind = audit_kind_of(kind);
    return clip;
}

/// Ends of windows in (after, until].
std::int64_t ends_between(std::int64_t after_ms, std::int64_t until_ms, std::int64_t window_ms) {
    return until_ms / window_ms - after_ms / window_ms;
}

}  // namespace

std::string to_text(AuditKind kind) {
    return kind == AuditKind::kStay ? "stay" : "crossing";
}

AuditStore::AuditStore(std::shared_ptr<Database> database) : database_(std::move(database)) {}
AuditStore::~AuditStore() = default;

Result<std::optional<std::int64_t>> AuditStore::open(const Audit& audit) {
    return database_->impl().write([&](Connection& connection) -> Result<std::optional<std::int64_t>> {
        {
            Query open =
                connection.query("SELECT COUNT(*) FROM audits WHERE closed_ms IS NULL AND closes_ms > ?");
            std::int64_t count = 0;
            open.bind(audit.opened);
            if (open.step()) open.read(count);
            if (count > 0) return std::optional<std::int64_t>();
        }
        connection
            .query(
                "INSERT INTO audits (opened_ms, opened_by, closes_ms, closed_ms, seed, clips_max, window_s) "
                "VALUES (?, ?, ?, NULL, ?, ?, ?)")
            .bind(audit.opened, audit.opened_by, audit.closes, audit.seed, audit.clips_max,
                  std::int64_t{audit.window.count()})
            .run();
        return std::optional(connection.last_row());
    });
}

Result<std::vector<Audit>> AuditStore::audits(UtcTime now) {
    const auto read = [](Connection& connection) -> Result<std::vector<Audit>> {
        std::vector<Audit> audits;
        Query query = connection.query(
            "SELECT id, opened_ms, opened_by, closes_ms, closed_ms, seed, clips_max, window_s FROM audits "
            "ORDER BY id DESC");
        while (query.step()) {
            Audit& audit = audits.emplace_back();
            std::int64_t window_s = 0;
            query.read(audit.id, audit.opened, audit.opened_by, audit.closes, audit.closed, audit.seed,
                       audit.clips_max, window_s);
            audit.window = std::chrono::seconds(window_s);
        }
        return audits;
    };
    TRY_ASSIGN(auto audits, database_->impl().read(read));
    bool any = false;
    for (Audit& audit : audits) {
        if (audit.closed || audit.closes > now) continue;
        any = true;
        audit.closed = audit.closes;
    }
    if (any)
        TRY(database_->impl().run(
            "UPDATE audits SET closed_ms = closes_ms WHERE closed_ms IS NULL AND closes_ms <= ?", now));
    return audits;
}

Result<bool> AuditStore::close(std::int64_t audit, UtcTime now) {
    return database_->impl().write([&](Connection& connection) -> Result<bool> {
        connection.query("UPDATE audits SET closed_ms = ? WHERE id = ? AND closed_ms IS NULL")
            .bind(now, audit)
            .run();
        return connection.changes() > 0;
    });
}

Result<bool> AuditStore::remove(std::int64_t audit) {
    return database_->impl().write([&](Connection& connection) -> Result<bool> {
        connection.query("DELETE FROM audit_clips WHERE audit = ?").bind(audit).run();
        connection.query("DELETE FROM audit_strata WHERE audit = ?").bind(audit).run();
        connection.query("DELETE FROM audits WHERE id = ?").bind(audit).run();
        return connection.changes() > 0;
    });
}

Result<AuditStore::Offer> AuditStore::offer(const Audit& audit, const AuditClip& window) {
    const std::string kind = to_text(window.place.kind);
    const AuditPlace& place = window.place;
    return database_->impl().write([&](Connection& connection) -> Result<Offer> {
        Offer offer;
        connection
            .query(
                "INSERT INTO audit_strata (audit, camera, kind, place, busy, windows, first_ms, last_ms) "
                "VALUES (?, ?, ?, ?, ?, 1, ?, ?) "
                "ON CONFLICT (audit, camera, kind, place, busy) DO UPDATE SET windows = windows + 1, "
                "last_ms = excluded.last_ms WHERE last_ms < excluded.last_ms")
            .bind(audit.id, place.camera, kind, place.place, window.is_busy, window.begin, window.end)
            .run();
        if (connection.changes() == 0) return offer;
        std::vector<std::pair<double, std::int64_t>> picked;
        {
            Query query = connection.query(
                "SELECT draw, id FROM audit_clips WHERE audit = ? AND camera = ? AND kind = ? AND place = ? "
                "AND busy = ? ORDER BY draw");
            query.bind(audit.id, place.camera, kind, place.place, window.is_busy);
            while (query.step()) {
                auto& one = picked.emplace_back();
                query.read(one.first, one.second);
            }
        }
        const auto most = static_cast<std::size_t>(audit.clips_max);
        if (picked.size() >= most && window.draw >= picked[most - 1].first) return offer;
        for (std::size_t i = most - 1; i < picked.size(); ++i) {
            connection.query("DELETE FROM audit_clips WHERE id = ?").bind(picked[i].second).run();
            offer.replaced.push_back(picked[i].second);
        }
        connection
            .query(
                "INSERT INTO audit_clips (audit, camera, kind, place, busy, draw, begin_ms, end_ms, film, "
                "drawing, frames, bytes, answer_in, answer_out, unclear, answered_by, answered_ms) "
                "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, NULL, NULL, 0, '', NULL)")
            .bind(audit.id, place.camera, kind, place.place, window.is_busy, window.draw, window.begin,
                  window.end, window.film, window.drawing, window.frames, window.bytes)
            .run();
        offer.kept = connection.last_row();
        return offer;
    });
}

Result<void> AuditStore::lose(std::int64_t clip) {
    return database_->impl().run("UPDATE audit_clips SET frames = 0, bytes = 0 WHERE id = ?", clip);
}

Result<std::vector<AuditStratum>> AuditStore::strata(std::int64_t audit) const {
    return database_->impl().read([&](Connection& connection) -> Result<std::vector<AuditStratum>> {
        std::vector<AuditStratum> strata;
        Query query = connection.query(
            "SELECT camera, kind, place, busy, windows, first_ms, last_ms FROM audit_strata WHERE audit = ? "
            "ORDER BY camera, kind, place, busy");
        query.bind(audit);
        while (query.step()) {
            AuditStratum& stratum = strata.emplace_back();
            std::string kind;
            query.read(stratum.place.camera, kind, stratum.place.place, stratum.is_busy, stratum.windows,
                       stratum.first, stratum.last);
            stratum.place.kind = audit_kind_of(kind);
        }
        return strata;
    });
}

Result<std::vector<AuditClip>> AuditStore::clips(std::int64_t audit) const {
    return database_->impl().read([&](Connection& connection) -> Result<std::vector<AuditClip>> {
        std::vector<AuditClip> clips;
        // In the order of draws: whoever answers only some has answered a random part of each stratum.
        Query query =
            connection.query("SELECT " + std::string(kClipColumns) + "WHERE audit = ? ORDER BY draw, id");
        query.bind(audit);
        while (query.step())
            clips.push_back(read_clip(query));
        return clips;
    });
}

Result<std::optional<AuditClip>> AuditStore::clip(std::int64_t clip) const {
    return database_->impl().read([&](Connection& connection) -> Result<std::optional<AuditClip>> {
        Query query = connection.query("SELECT " + std::string(kClipColumns) + "WHERE id = ?");
        query.bind(clip);
        return query.step() ? std::optional(read_clip(query)) : std::nullopt;
    });
}

Result<std::optional<AuditClip>> AuditStore::oldest_with_pictures() const {
    return database_->impl().read([](Connection& connection) -> Result<std::optional<AuditClip>> {
        Query query = connection.query("SELECT " + std::string(kClipColumns) +
                                       "WHERE frames > 0 ORDER BY begin_ms, id LIMIT 1");
        return query.step() ? std::optional(read_clip(query)) : std::nullopt;
    });
}

Result<std::int64_t> AuditStore::bytes() const {
    return database_->impl().read([](Connection& connection) -> Result<std::int64_t> {
        return connection.number("SELECT COALESCE(SUM(bytes), 0) FROM audit_clips");
    });
}

Result<bool> AuditStore::answer(std::int64_t clip, const AuditAnswer& answer) {
    return database_->impl().write([&](Connection& connection) -> Result<bool> {
        connection
            .query(
                "UPDATE audit_clips SET answer_in = ?, answer_out = ?, unclear = ?, answered_by = ?, "
                "answered_ms = ? WHERE id = ?")
            .bind(answer.in, answer.out, answer.is_unclear, answer.by, answer.at, clip)
            .run();
        return connection.changes() > 0;
    });
}

Result<AuditedCount> AuditStore::crossings(const AuditPlace& place, UtcTime from, UtcTime to) const {
    return database_->impl().read([&](Connection& connection) -> Result<AuditedCount> {
        AuditedCount count;
        Query query = connection.query(
            "SELECT COALESCE(SUM(direction = 'in'), 0), COALESCE(SUM(direction = 'out'), 0) FROM facts "
            "WHERE kind = 'crossing' AND retracted = 0 AND begin_ms >= ? AND begin_ms < ? AND camera = ? "
            "AND place = ?");
        query.bind(from, to, place.camera, place.place);
        if (query.step()) query.read(count.in, count.out);
        return count;
    });
}

Result<AuditedCount> AuditStore::stays(const AuditPlace& place, UtcTime from, UtcTime to,
                                       std::chrono::seconds window) const {
    const std::int64_t window_ms = std::chrono::milliseconds(window).count();
    const std::int64_t from_ms = from.time_since_epoch().count();
    const std::int64_t to_ms = to.time_since_epoch().count();
    return database_->impl().read([&](Connection& connection) -> Result<AuditedCount> {
        AuditedCount count;
        // At the end of a window somebody is there whose visit has begun by then and ends later.
        const auto add = [&](std::int64_t begin_ms, std::int64_t end_ms) {
            const std::int64_t first = std::max(from_ms, begin_ms - 1);
            const std::int64_t last = std::min(to_ms, end_ms - 1);
            if (last > first) count.in += ends_between(first, last, window_ms);
        };
        {
            Query query = connection.query(
                "SELECT begin_ms, end_ms FROM facts WHERE kind = 'visit' AND retracted = 0 AND begin_ms >= ? "
                "AND begin_ms <= ? AND camera = ? AND place = ?");
            query.bind(from - kStayMax, to, place.camera, place.place);
            while (query.step()) {
                std::int64_t begin_ms = 0;
                std::int64_t end_ms = 0;
                query.read(begin_ms, end_ms);
                add(begin_ms, end_ms);
            }
        }
        Query open = connection.query(
            "SELECT begin_ms FROM open_visits WHERE begin_ms <= ? AND camera = ? AND zone = ?");
        open.bind(to, place.camera, place.place);
        while (open.step()) {
            std::int64_t begin_ms = 0;
            open.read(begin_ms);
            add(begin_ms, to_ms + 1);
        }
        return count;
    });
}

}  // namespace vitrina::records
