// Forgetting: FactStore::forget_before().
#include <chrono>

#include "records/database_impl.h"
#include "records/fact_store.h"

namespace vitrina::records {
namespace {

// Of one table in one transaction: about 20 ms in which writers wait.
constexpr std::int64_t kForgottenAtOnce = 2000;

std::int64_t forget(Connection& connection, const char* sql, UtcTime before) {
    connection.query(sql).bind(before, kForgottenAtOnce).run();
    return connection.changes();
}

/// Of cards whose last receipt is gone.
std::int64_t forget_card_names(Connection& connection) {
    connection
        .query(
            "DELETE FROM card_names WHERE name IN (SELECT name FROM card_names WHERE NOT EXISTS "
            "(SELECT 1 FROM receipts WHERE receipts.card <> '' AND receipts.card = card_names.card) LIMIT ?)")
        .bind(kForgottenAtOnce)
        .run();
    return connection.changes();
}

}  // namespace

Result<std::int64_t> FactStore::forget_before(const ForgetBefore& instants) {
    return database_->impl().write([&](Connection& connection) -> Result<std::int64_t> {
        std::int64_t count = 0;
        count += forget(connection,
                        "DELETE FROM events WHERE sequence IN "
                        "(SELECT sequence FROM events WHERE end_ms < ? LIMIT ?)",
                        instants.log);
        count +=
            forget(connection,
                   "DELETE FROM facts WHERE number IN (SELECT number FROM facts WHERE end_ms < ? LIMIT ?)",
                   instants.facts);
        count +=
            forget(connection,
                   "DELETE FROM heat WHERE (form, hour_ms, cell) IN (SELECT form, hour_ms, cell FROM heat "
                   "WHERE form IN (SELECT number FROM heat_forms) AND hour_ms <= ? LIMIT ?)",
                   instants.heat - std::chrono::hours(1));
        count += forget(connection,
                        "DELETE FROM outages WHERE number IN "
                        "(SELECT number FROM outages WHERE end_ms < ? LIMIT ?)",
                        instants.facts);
        count += forget(connection,
                        "DELETE FROM plan_entries WHERE person IN "
                        "(SELECT person FROM plan_entries WHERE at_ms < ? LIMIT ?)",
                        instants.facts);
        const std::int64_t receipts = forget(connection,
                                             "DELETE FROM receipts WHERE number IN "
                                             "(SELECT number FROM receipts WHERE at_ms < ? LIMIT ?)",
                                             instants.facts);
        count += receipts;
        if (receipts > 0) count += forget_card_names(connection);
        count += forget(connection,
                        "DELETE FROM campaign_audience WHERE (campaign, customer) IN "
                        "(SELECT campaign, customer FROM campaign_audience WHERE campaign IN "
                        "(SELECT id FROM campaigns WHERE end_ms < ?) LIMIT ?)",
                        instants.facts);
        count += forget(connection,
                        "DELETE FROM web_events WHERE (customer, at_ms, page, sku) IN "
                        "(SELECT customer, at_ms, page, sku FROM web_events WHERE at_ms < ? LIMIT ?)",
                        instants.facts);
        count += forget(connection,
                        "DELETE FROM alarms WHERE id IN (SELECT id FROM alarms WHERE raised_ms < ? LIMIT ?)",
                        instants.log);
        count += forget(connection,
                        "DELETE FROM outbox WHERE id IN "
                        "(SELECT id FROM outbox WHERE created_ms < ? AND state <> 'waiting' LIMIT ?)",
                        instants.log);
        count += forget(connection,
                        "DELETE FROM troubles WHERE number IN "
                        "(SELECT number FROM troubles WHERE end_ms < ? LIMIT ?)",
                        instants.facts);
        count += forget(connection,
                        "DELETE FROM audit WHERE number IN (SELECT number FROM audit WHERE "
                        "at_ms < ? LIMIT ?)",
                        instants.log);
        return count;
    });
}

}  // namespace vitrina::records
