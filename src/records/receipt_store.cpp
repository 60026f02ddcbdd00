#include "records/receipt_store.h"

#include <algorithm>
#include <set>
#include <utility>

#include "domain/receipt_rules.h"
#include "records/database_impl.h"
#include "records/receipt_lines.h"

namespace vitrina::records {
namespace {

ReceiptKind kind_of(const std::string& text) {
    return text == to_text(ReceiptKind::kReturn) ? ReceiptKind::kReturn : ReceiptKind::kSale;
}

ReceiptOutcome add_one(Connection& connection, const Receipt& receipt, UtcTime now) {
    const std::string digest = digest_of(receipt);
    {
        Query known = connection.query("SELECT digest FROM receipts WHERE id = ?");
        known.bind(receipt.id);
        if (known.step()) {
            std::string before;
            known.read(before);
            return before == digest ? ReceiptOutcome::kKnown : ReceiptOutcome::kConflict;
        }
    }
    if (!connection.query("SELECT 1 FROM tills WHERE id = ?").bind(receipt.till).step())
        return ReceiptOutcome::kUnknownTill;
    connection
        .query(
            "INSERT INTO receipts (id, till, at_ms, kind, currency, total_minor, card, line_count, digest, "
            "received_ms) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)")
        .bind(receipt.id, receipt.till, receipt.at, std::string(to_text(receipt.kind)), receipt.currency,
              receipt.total_minor, receipt.card, static_cast<std::int64_t>(receipt.lines.size()), digest, now)
        .run();
    const std::int64_t number = connection.last_row();
    connection.query("INSERT OR REPLACE INTO match_queue (till, hour_ms) VALUES (?, ?)")
        .bind(receipt.till, std::chrono::floor<std::chrono::hours>(receipt.at))
        .run();
    for (std::size_t i = 0; i < receipt.lines.size(); ++i) {
        const ReceiptLine& line = receipt.lines[i];
        connection
            .query(
                "INSERT INTO receipt_lines (receipt, line, sku, name, quantity_thousandths, price_minor, "
                "amount_minor) VALUES (?, ?, ?, ?, ?, ?, ?)")
            .bind(number, static_cast<std::int64_t>(i), line.sku, line.name, line.quantity_thousandths,
                  line.price_minor, line.amount_minor)
            .run();
    }
    return ReceiptOutcome::kAdded;
}

/// What a filter asks for, its values as ?1 to ?4.
std::string matching(const ReceiptFilter& filter) {
    std::string sql = "FROM receipts WHERE at_ms >= ?3 AND at_ms < ?4";
    if (filter.till) sql += " AND till = ?1";
    if (filter.kind) sql += " AND kind = ?2";
    return sql;
}

std::optional<std::string> kind_of(const ReceiptFilter& filter) {
    return filter.kind ? std::optional<std::string>(to_text(*filter.kind)) : std::nullopt;
}

std::vector<ReceiptRow> rows_matching(Connection& connection, const ReceiptFilter& filter) {
    const std::int64_t limit = std::clamp<std::int64_t>(filter.limit, 0, kReceiptsAtOnceMax);
    const char* const order = filter.descending ? "DESC" : "ASC";
    Query query = connection.query(
        std::string("SELECT id, till, at_ms, kind, currency, total_minor, card, line_count, received_ms ") +
        matching(filter) + " ORDER BY at_ms " + order + ", number " + order + " LIMIT ?5 OFFSET ?6");
    query.bind(filter.till, kind_of(filter), filter.from, filter.to, limit,
               std::max<std::int64_t>(filter.offset, 0));
    std::vector<ReceiptRow> rows;
    while (query.step()) {
        ReceiptRow& row = rows.emplace_back();
        std::string kind;
        query.read(row.id, row.till, row.at, kind, row.currency, row.total_minor, row.card, row.line_count,
                   row.received);
        row.kind = kind_of(kind);
    }
    return rows;
}

}  // namespace

ReceiptStore::ReceiptStore(std::shared_ptr<Database> database) : database_(std::move(database)) {}
ReceiptStore::~ReceiptStore() = default;

Result<std::vector<Till>> ReceiptStore::tills() const {
    return database_->impl().read([](Connection& connection) -> Result<std::vector<Till>> {
        std::vector<Till> tills;
        Query query = connection.query("SELECT id, name, camera, zone FROM tills ORDER BY id");
        while (query.step()) {
            Till& till = tills.emplace_back();
            query.read(till.id, till.name, till.camera, till.zone);
        }
        return tills;
    });
}

Result<void> ReceiptStore::save_till(const Till& till) {
    return database_->impl().write([&](Connection& connection) -> Result<void> {
        connection.query("INSERT OR REPLACE INTO tills (id, name, camera, zone) VALUES (?, ?, ?, ?)")
            .bind(till.id, till.name, till.camera, till.zone)
            .run();
        // Its buyers stand elsewhere now.
        connection
            .query(
                "INSERT OR REPLACE INTO match_queue (till, hour_ms) "
                "SELECT DISTINCT till, at_ms / 3600000 * 3600000 FROM receipts WHERE till = ?")
            .bind(till.id)
            .run();
        return {};
    });
}

Result<bool> ReceiptStore::remove_till(const std::string& id) {
    return database_->impl().write([&](Connection& connection) -> Result<bool> {
        connection.query("DELETE FROM tills WHERE id = ?").bind(id).run();
        return connection.changes() > 0;
    });
}

Result<std::vector<ReceiptOutcome>> ReceiptStore::add(std::span<const Receipt> receipts, UtcTime now,
                                                      std::span<const CardName> names) {
    return database_->impl().write([&](Connection& connection) -> Result<std::vector<ReceiptOutcome>> {
        std::vector<ReceiptOutcome> outcomes;
        outcomes.reserve(receipts.size());
        std::set<std::string> cards;
        for (const Receipt& receipt : receipts) {
            outcomes.push_back(add_one(connection, receipt, now));
            if (outcomes.back() == ReceiptOutcome::kAdded) cards.insert(receipt.card);
        }
        for (const CardName& one : names)
            if (cards.contains(one.card))
                connection.query("INSERT OR IGNORE INTO card_names (name, card) VALUES (?, ?)")
                    .bind(one.name, one.card)
                    .run();
        return outcomes;
    });
}

Result<std::optional<Receipt>> ReceiptStore::receipt(const std::string& id) const {
    return database_->impl().read([&](Connection& connection) -> Result<std::optional<Receipt>> {
        Receipt receipt;
        std::int64_t number = 0;
        std::string kind;
        {
            Query query = connection.query(
                "SELECT number, id, till, at_ms, kind, currency, total_minor, card FROM receipts WHERE id = "
                "?");
            if (!query.bind(id).step()) return std::nullopt;
            query.read(number, receipt.id, receipt.till, receipt.at, kind, receipt.currency,
                       receipt.total_minor, receipt.card);
        }
        receipt.kind = kind_of(kind);
        receipt.lines = lines_of(connection, number);
        return receipt;
    });
}

Result<ReceiptPage> ReceiptStore::receipts(const ReceiptFilter& filter) const {
    return database_->impl().read([&](Connection& connection) -> Result<ReceiptPage> {
        ReceiptPage page;
        Query query = connection.query("SELECT COUNT(*) " + matching(filter));
        query.bind(filter.till, kind_of(filter), filter.from, filter.to);
        if (query.step()) query.read(page.total);
        page.rows = rows_matching(connection, filter);
        return page;
    });
}

Result<std::vector<ReceiptRow>> ReceiptStore::receipt_rows(const ReceiptFilter& filter) const {
    return database_->impl().read([&](Connection& connection) -> Result<std::vector<ReceiptRow>> {
        return rows_matching(connection, filter);
    });
}

}  // namespace vitrina::records
