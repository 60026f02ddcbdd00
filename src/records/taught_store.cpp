#include "records/taught_store.h"

#include <utility>

#include "records/database_impl.h"

namespace vitrina::records {

TaughtStore::TaughtStore(std::shared_ptr<Database> database) : database_(std::move(database)) {}
TaughtStore::~TaughtStore() = default;

Result<std::vector<TaughtRecord>> TaughtStore::all() const {
    return database_->impl().read([](Connection& connection) -> Result<std::vector<TaughtRecord>> {
        std::vector<TaughtRecord> records;
        Query query = connection.query(
            "SELECT id, label, people, sealed_name, marked_ms, marked_by, form, sealed_looks FROM taught "
            "ORDER BY id");
        while (query.step()) {
            TaughtRecord& record = records.emplace_back();
            query.read(record.id, record.label, record.people, record.sealed_name, record.marked,
                       record.marked_by, record.form, record.sealed_looks);
        }
        return records;
    });
}

Result<std::int64_t> TaughtStore::add(const TaughtRecord& record) {
    return database_->impl().write([&](Connection& connection) -> Result<std::int64_t> {
        connection
            .query(
                "INSERT INTO taught (label, people, sealed_name, marked_ms, marked_by, form, sealed_looks) "
                "VALUES (?, ?, ?, ?, ?, ?, ?)")
            .bind(record.label, record.people, record.sealed_name, record.marked, record.marked_by,
                  record.form, record.sealed_looks)
            .run();
        return connection.last_row();
    });
}

Result<bool> TaughtStore::remove(std::int64_t id) {
    return database_->impl().write([&](Connection& connection) -> Result<bool> {
        connection.query("DELETE FROM taught WHERE id = ?").bind(id).run();
        return connection.changes() > 0;
    });
}

Result<std::int64_t> TaughtStore::remove_all() {
    return database_->impl().write([](Connection& connection) -> Result<std::int64_t> {
        connection.query("DELETE FROM taught").run();
        return connection.changes();
    });
}

}  // namespace vitrina::records
