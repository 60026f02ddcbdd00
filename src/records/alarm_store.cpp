#include "records/alarm_store.h"

#include <algorithm>
#include <utility>

#include "records/database_impl.h"

namespace vitrina::records {
namespace {

constexpr const char* kAlarmColumns =
    "SELECT id, rule, rule_name, severity, measure, camera, place, value, threshold, text, raised_ms, "
    "ended_ms, "
    "acknowledged_ms, acknowledged_by, note, escalated_ms FROM alarms ";

AlarmRecord read_alarm(const Query& query) {
    AlarmRecord alarm;
    query.read(alarm.id, alarm.rule, alarm.rule_name, alarm.severity, alarm.measure, alarm.camera,
               alarm.place, alarm.value, alarm.limit, alarm.text, alarm.raised, alarm.ended,
               alarm.acknowledged, alarm.acknowledged_by, alarm.note, alarm.escalated);
    return alarm;
}

std::vector<AlarmRecord> read_alarms(Query& query) {
    std::vector<AlarmRecord> alarms;
    while (query.step())
        alarms.push_back(read_alarm(query));
    return alarms;
}

void post_all(Connection& connection, const std::vector<Outgoing>& messages, std::int64_t alarm) {
    for (const Outgoing& message : messages)
        connection
            .query(
                "INSERT INTO outbox (alarm, channel, key, subject, text, json, created_ms, next_ms, "
                "attempts, "
                "state, error) SELECT ?, id, ?, ?, ?, ?, ?, ?, 0, 'waiting', '' FROM channels WHERE id = ? "
                "AND (enabled = 1 OR ? = 0)")
            .bind(alarm, message.key, message.subject, message.text, message.json, message.created,
                  message.created, message.channel, alarm)
            .run();
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
            "SELECT id, name, kind, enabled, address, user, sender, recipient, sealed_secret, demand_tls "
            "FROM channels ORDER BY id");
        while (query.step()) {
            ChannelRecord& channel = channels.emplace_back();
            query.read(channel.id, channel.name, channel.kind, channel.enabled, channel.address, channel.user,
                       channel.sender, channel.recipient, channel.sealed_secret, channel.demand_tls);
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
                    "sealed_secret, demand_tls) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)")
                .bind(channel.name, channel.kind, channel.enabled, channel.address, channel.user,
                      channel.sender, channel.recipient, channel.sealed_secret, channel.demand_tls)
                .run();
            return connection.last_row();
        }
        connection
            .query(
                "UPDATE channels SET name = ?, kind = ?, enabled = ?, address = ?, user = ?, sender = ?, "
                "recipient = ?, sealed_secret = ?, demand_tls = ? WHERE id = ?")
            .bind(channel.name, channel.kind, channel.enabled, channel.address, channel.user, channel.sender,
                  channel.recipient, channel.sealed_secret, channel.demand_tls, channel.id)
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

Result<std::int64_t> AlarmStore::raise(const AlarmRecord& alarm, const std::vector<Outgoing>& messages) {
    return database_->impl().write([&](Connection& connection) -> Result<std::int64_t> {
        connection
            .query(
                "INSERT INTO alarms (rule, rule_name, severity, measure, camera, place, value, threshold, "
                "text, "
                "raised_ms, acknowledged_by, note) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, '', '')")
            .bind(alarm.rule, alarm.rule_name, alarm.severity, alarm.measure, alarm.camera, alarm.place,
                  alarm.value, alarm.limit, alarm.text, alarm.raised)
            .run();
        const std::int64_t id = connection.last_row();
        post_all(connection, messages, id);
        return id;
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
        if (!connection.query("SELECT 1 FROM alarms WHERE id = ?").bind(id).step()) return false;
        connection
            .query(
                "UPDATE alarms SET acknowledged_ms = ?, acknowledged_by = ?, note = ? WHERE id = ? AND "
                "acknowledged_ms IS NULL")
            .bind(at, who, note, id)
            .run();
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
        return read_alarm(query);
    });
}

Result<std::vector<AlarmRecord>> AlarmStore::alarms(const AlarmFilter& filter) const {
    return database_->impl().read([&](Connection& connection) -> Result<std::vector<AlarmRecord>> {
        Query query = connection.query(std::string(kAlarmColumns) + "WHERE raised_ms >= ? AND raised_ms < ?" +
                                       (filter.unacknowledged_only ? " AND acknowledged_ms IS NULL" : "") +
                                       " ORDER BY raised_ms DESC, id DESC LIMIT ?");
        query.bind(filter.from, filter.to, std::clamp<std::int64_t>(filter.limit, 0, kAlarmsAtOnceMax));
        return read_alarms(query);
    });
}

Result<std::vector<AlarmRecord>> AlarmStore::open_alarms() const {
    return database_->impl().read([&](Connection& connection) -> Result<std::vector<AlarmRecord>> {
        Query query = connection.query(std::string(kAlarmColumns) + "WHERE ended_ms IS NULL ORDER BY id");
        return read_alarms(query);
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
