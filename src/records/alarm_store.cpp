#include "records/alarm_store.h"

#include <algorithm>
#include <utility>

#include "records/database_impl.h"

namespace vitrina::records {
namespace {

constexpr const char* kAlarmColumns =
    "SELECT id, rule, rule_name, severity, measure, camera, place, value, threshold, text, raised_ms, "
    "ended_ms, "
    "acknowledged_ms, acknowledged_by, note, escalated_ms, open_till, open_at_ms, "
    "watch_match FROM alarms ";

AlarmRecord read_alarm(const Query& query) {
    AlarmRecord alarm;
    query.read(alarm.id, alarm.rule, alarm.rule_name, alarm.severity, alarm.measure, alarm.camera,
               alarm.place, alarm.value, alarm.limit, alarm.text, alarm.raised, alarm.ended,
               alarm.acknowledged, alarm.acknowledged_by, alarm.note, alarm.escalated, alarm.open_till,
               alarm.open_at, alarm.watch_match);
    return alarm;
}

void read_notes(Connection& connection, AlarmRecord& alarm) {
    Query query =
        connection.query("SELECT at_ms, who, text FROM alarm_notes WHERE alarm = ? ORDER BY number");
    query.bind(alarm.id);
    while (query.step()) {
        AlarmNote& note = alarm.notes.emplace_back();
        query.read(note.at, note.who, note.text);
    }
}

std::vector<AlarmRecord> read_alarms(Connection& connection, Query& query) {
    std::vector<AlarmRecord> alarms;
    while (query.step())
        alarms.push_back(read_alarm(query));
    for (AlarmRecord& alarm : alarms)
        read_notes(connection, alarm);
    return alarms;
}

bool is_alarm(Connection& connection, std::int64_t id) {
    return connection.query("SELECT 1 FROM alarms WHERE id = ?").bind(id).step();
}

Result<void> insert_note(Connection& connection, std::int64_t alarm, const AlarmNote& note) {
    std::int64_t count = 0;
    {
        Query query = connection.query("SELECT COUNT(*) FROM alarm_notes WHERE alarm = ?");
        if (query.bind(alarm).step()) query.read(count);
    }
    if (count >= static_cast<std::int64_t>(kAlarmNotesMax))
        return failed("an alarm takes at most " + std::to_string(kAlarmNotesMax) + " notes");
    connection.query("INSERT INTO alarm_notes (alarm, at_ms, who, text) VALUES (?, ?, ?, ?)")
        .bind(alarm, note.at, note.who, note.text)
        .run();
    return {};
}

void post_all(Connection& connection, const std::vector<Outgoing>& messages, std::int64_t alarm) {
    for (const Outgoing& message : messages) {
        connection
            .query(
                "INSERT INTO outbox (alarm, channel, key, subject, text, json, created_ms, next_ms, "
                "attempts, "
                "state, error) SELECT ?, id, ?, ?, ?, ?, ?, ?, 0, 'waiting', '' FROM channels WHERE id = ? "
                "AND (enabled = 1 OR ? = 0)")
            .bind(alarm, message.key, message.subject, message.text, message.json, message.created,
                  message.created, message.channel, alarm)
            .run();
        if (!message.file || connection.changes() == 0) continue;
        connection.query("INSERT INTO outbox_files (message, name, type, bytes) VALUES (?, ?, ?, ?)")
            .bind(connection.last_row(), message.file->name, message.file->type, message.file->bytes)
            .run();
    }
}

}  // namespace

AlarmStore::AlarmStore(std::shared_ptr<Database> database) : database_(std::move(database)) {}
AlarmStore::~AlarmStore() = default;

Result<std::vector<RuleRecord>> AlarmStore::rules() const {
    return database_->impl().read([](Connection& connection) -> Result<std::vector<RuleRecord>> {
        std::vector<RuleRecord> rules;
        Query query = connection.query("SELECT id, json FROM rules ORDER BY id");
        while (query.step()) {
            RuleRecord& rule = rules.emplace_back();
            query.read(rule.id, rule.json);
        }
        return rules;
    });
}

Result<std::int64_t> AlarmStore::save_rule(const RuleRecord& rule) {
    return database_->impl().write([&](Connection& connection) -> Result<std::int64_t> {
        if (rule.id == 0) {
            connection.query("INSERT INTO rules (json) VALUES (?)").bind(rule.json).run();
            return connection.last_row();
        }
        connection.query("UPDATE rules SET json = ? WHERE id = ?").bind(rule.json, rule.id).run();
        return connection.changes() > 0 ? rule.id : 0;
    });
}

Result<bool> AlarmStore::remove_rule(std::int64_t id) {
    return database_->impl().write([&](Connection& connection) -> Result<bool> {
        connection.query("DELETE FROM rules WHERE id = ?").bind(id).run();
        return connection.changes() > 0;
    });
}

Result<std::vector<ChannelRecord>> AlarmStore::channels() const {
    return database_->impl().read([](Connection& connection) -> Result<std::vector<ChannelRecord>> {
        std::vector<ChannelRecord> channels;
        Query query = connection.query(
            "SELECT id, name, kind, enabled, address, user, sender, recipient, sealed_secret, demand_tls, "
            "language FROM channels ORDER BY id");
        while (query.step()) {
            ChannelRecord& channel = channels.emplace_back();
            query.read(channel.id, channel.name, channel.kind, channel.enabled, channel.address, channel.user,
                       channel.sender, channel.recipient, channel.sealed_secret, channel.demand_tls,
                       channel.language);
        }
        return channels;
    });
}

Result<std::int64_t> AlarmStore::save_channel(const ChannelRecord& channel) {
    return database_->impl().write([&](Connection& connection) -> Result<std::int64_t> {
        if (channel.id == 0) {
            connection
                .query(
                    "INSERT INTO channels (name, kind, enabled, address, user, sender, recipient, "
                    "sealed_secret, demand_tls, language) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)")
                .bind(channel.name, channel.kind, channel.enabled, channel.address, channel.user,
                      channel.sender, channel.recipient, channel.sealed_secret, channel.demand_tls,
                      channel.language)
                .run();
            return connection.last_row();
        }
        connection
            .query(
                "UPDATE channels SET name = ?, kind = ?, enabled = ?, address = ?, user = ?, sender = ?, "
                "recipient = ?, sealed_secret = ?, demand_tls = ?, language = ? WHERE id = ?")
            .bind(channel.name, channel.kind, channel.enabled, channel.address, channel.user, channel.sender,
                  channel.recipient, channel.sealed_secret, channel.demand_tls, channel.language, channel.id)
            .run();
        return connection.changes() > 0 ? channel.id : 0;
    });
}

Result<bool> AlarmStore::remove_channel(std::int64_t id) {
    return database_->impl().write([&](Connection& connection) -> Result<bool> {
        connection.query("DELETE FROM channels WHERE id = ?").bind(id).run();
        return connection.changes() > 0;
    });
}

Result<std::vector<ChannelHealth>> AlarmStore::channel_health(UtcTime now) const {
    return database_->impl().read([&](Connection& connection) -> Result<std::vector<ChannelHealth>> {
        std::vector<ChannelHealth> all;
        Query query = connection.query(
            "SELECT channels.id, COALESCE(SUM(state = 'waiting'), 0), "
            "COALESCE(SUM(state = 'given_up' AND done_ms >= ?), 0), "
            "MAX(CASE state WHEN 'sent' THEN done_ms END), COALESCE(MAX(CASE state WHEN 'waiting' THEN error "
            "END), '') "
            "FROM channels LEFT JOIN outbox ON channel = channels.id GROUP BY channels.id ORDER BY "
            "channels.id");
        query.bind(now - std::chrono::days(7));
        while (query.step()) {
            ChannelHealth& health = all.emplace_back();
            query.read(health.channel, health.waiting, health.given_up, health.last_sent, health.last_error);
        }
        return all;
    });
}

Result<std::int64_t> AlarmStore::raise(const AlarmRecord& alarm, const MessagesOf& messages) {
    return database_->impl().write([&](Connection& connection) -> Result<std::int64_t> {
        connection
            .query(
                "INSERT INTO alarms (rule, rule_name, severity, measure, camera, place, value, threshold, "
                "text, "
                "raised_ms, acknowledged_by, note, open_till, open_at_ms, watch_match) "
                "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, '', '', ?, ?, ?)")
            .bind(alarm.rule, alarm.rule_name, alarm.severity, alarm.measure, alarm.camera, alarm.place,
                  alarm.value, alarm.limit, alarm.text, alarm.raised, alarm.open_till, alarm.open_at,
                  alarm.watch_match)
            .run();
        AlarmRecord kept = alarm;
        kept.id = connection.last_row();
        if (messages) post_all(connection, messages(kept), kept.id);
        return kept.id;
    });
}

Result<void> AlarmStore::end(std::int64_t rule, const std::string& camera, const std::string& place,
                             UtcTime at) {
    return database_->impl().run(
        "UPDATE alarms SET ended_ms = MAX(raised_ms, ?) WHERE rule = ? AND camera = ? AND place = ? AND "
        "ended_ms "
        "IS NULL",
        at, rule, camera, place);
}

Result<void> AlarmStore::end_alarm(std::int64_t id, UtcTime at) {
    return database_->impl().run(
        "UPDATE alarms SET ended_ms = MAX(raised_ms, ?) WHERE id = ? AND ended_ms IS NULL", at, id);
}

Result<bool> AlarmStore::acknowledge(std::int64_t id, const std::string& who, const std::string& note,
                                     UtcTime at) {
    return database_->impl().write([&](Connection& connection) -> Result<bool> {
        if (!is_alarm(connection, id)) return false;
        connection
            .query(
                "UPDATE alarms SET acknowledged_ms = ?, acknowledged_by = ?, note = ? WHERE id = ? AND "
                "acknowledged_ms IS NULL")
            .bind(at, who, note, id)
            .run();
        if (!note.empty()) TRY(insert_note(connection, id, {at, who, note}));
        return true;
    });
}

Result<bool> AlarmStore::add_note(std::int64_t id, const AlarmNote& note) {
    return database_->impl().write([&](Connection& connection) -> Result<bool> {
        if (!is_alarm(connection, id)) return false;
        TRY(insert_note(connection, id, note));
        return true;
    });
}

Result<void> AlarmStore::escalate(std::int64_t id, UtcTime at, const std::vector<Outgoing>& messages) {
    return database_->impl().write([&](Connection& connection) -> Result<void> {
        connection.query("UPDATE alarms SET escalated_ms = ? WHERE id = ?").bind(at, id).run();
        post_all(connection, messages, id);
        return {};
    });
}

Result<std::optional<AlarmRecord>> AlarmStore::alarm(std::int64_t id) const {
    return database_->impl().read([&](Connection& connection) -> Result<std::optional<AlarmRecord>> {
        Query query = connection.query(std::string(kAlarmColumns) + "WHERE id = ?");
        if (!query.bind(id).step()) return std::nullopt;
        AlarmRecord alarm = read_alarm(query);
        read_notes(connection, alarm);
        return alarm;
    });
}

Result<std::vector<AlarmRecord>> AlarmStore::alarms(const AlarmFilter& filter) const {
    return database_->impl().read([&](Connection& connection) -> Result<std::vector<AlarmRecord>> {
        Query query = connection.query(std::string(kAlarmColumns) + "WHERE raised_ms >= ? AND raised_ms < ?" +
                                       (filter.unacknowledged_only ? " AND acknowledged_ms IS NULL" : "") +
                                       " ORDER BY raised_ms DESC, id DESC LIMIT ?");
        query.bind(filter.from, filter.to, std::clamp<std::int64_t>(filter.limit, 0, kAlarmsAtOnceMax));
        return read_alarms(connection, query);
    });
}

Result<std::vector<AlarmRecord>> AlarmStore::open_alarms() const {
    return database_->impl().read([&](Connection& connection) -> Result<std::vector<AlarmRecord>> {
        Query query = connection.query(std::string(kAlarmColumns) + "WHERE ended_ms IS NULL ORDER BY id");
        return read_alarms(connection, query);
    });
}

Result<void> AlarmStore::post(const Outgoing& message) {
    return database_->impl().write([&](Connection& connection) -> Result<void> {
        post_all(connection, {message}, message.alarm);
        return {};
    });
}

Result<std::optional<Outgoing>> AlarmStore::due(std::int64_t channel, UtcTime now) const {
    return database_->impl().read([&](Connection& connection) -> Result<std::optional<Outgoing>> {
        Query query = connection.query(
            "SELECT id, alarm, channel, key, subject, text, json, created_ms, attempts FROM outbox "
            "WHERE channel = ? AND state = 'waiting' AND next_ms <= ? ORDER BY next_ms, id LIMIT 1");
        if (!query.bind(channel, now).step()) return std::nullopt;
        Outgoing message;
        query.read(message.id, message.alarm, message.channel, message.key, message.subject, message.text,
                   message.json, message.created, message.attempts);
        Query file = connection.query("SELECT name, type, bytes FROM outbox_files WHERE message = ?");
        if (file.bind(message.id).step()) {
            message.file.emplace();
            file.read(message.file->name, message.file->type, message.file->bytes);
        }
        return message;
    });
}

Result<std::optional<UtcTime>> AlarmStore::next_due(std::int64_t channel) const {
    return database_->impl().read([&](Connection& connection) -> Result<std::optional<UtcTime>> {
        Query query =
            connection.query("SELECT MIN(next_ms) FROM outbox WHERE channel = ? AND state = 'waiting'");
        std::optional<UtcTime> next;
        if (query.bind(channel).step()) query.read(next);
        return next;
    });
}

Result<void> AlarmStore::sent(std::int64_t id, UtcTime at) {
    return database_->impl().run(
        "UPDATE outbox SET state = 'sent', done_ms = ?, attempts = attempts + 1, error = '' WHERE id = ?", at,
        id);
}

Result<void> AlarmStore::not_sent(std::int64_t id, const std::string& error, UtcTime at,
                                  const std::optional<UtcTime>& next) {
    if (next)
        return database_->impl().run(
            "UPDATE outbox SET next_ms = ?, attempts = attempts + 1, error = ? WHERE id = ?", *next, error,
            id);
    return database_->impl().run(
        "UPDATE outbox SET state = 'given_up', done_ms = ?, attempts = attempts + 1, error = ? WHERE id = ?",
        at, error, id);
}

}  // namespace vitrina::records
