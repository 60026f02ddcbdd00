#include "records/connection.h"

#include <sqlite3.h>

namespace vitrina::records {
namespace {

// Each connection is used by one thread at a time, so SQLite needs no mutex of its own.
constexpr int kOpenFlags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_NOMUTEX;

}  // namespace

Connection::Connection(const std::filesystem::path& path, std::chrono::milliseconds lock_wait)
    : database_(path.string(), kOpenFlags, static_cast<int>(lock_wait.count())) {
    // What is sorted stays in memory: queries go on when the disk is full.
    execute("PRAGMA temp_store = MEMORY");
}

Query Connection::query(std::string_view sql) {
    auto found = statements_.find(sql);
    if (found == statements_.end()) {
        std::string text(sql);
        SQLite::Statement statement(database_, text);
        found = statements_.emplace(std::move(text), std::move(statement)).first;
    }
    return Query(found->second);
}

std::int64_t Connection::number(std::string_view sql) {
    Query statement = query(sql);
    std::int64_t value = 0;
    if (statement.step()) statement.read(value);
    return value;
}

std::string Connection::text(std::string_view sql) {
    Query statement = query(sql);
    std::string value;
    if (statement.step()) statement.read(value);
    return value;
}

Connection::Impatience::Impatience(Connection& connection, std::chrono::milliseconds lock_wait)
    : connection_(connection), lock_wait_ms_(static_cast<int>(lock_wait.count())) {
    sqlite3_busy_timeout(connection_.database_.getHandle(), 0);
}

Connection::Impatience::~Impatience() {
    sqlite3_busy_timeout(connection_.database_.getHandle(), lock_wait_ms_);
}

void Connection::roll_back() noexcept {
    if (sqlite3_get_autocommit(database_.getHandle()) == 0) static_cast<void>(database_.tryExec("ROLLBACK"));
}

bool Connection::is_read_only() const {
    return sqlite3_db_readonly(database_.getHandle(), "main") == 1;
}

int Connection::system_error() const {
    return sqlite3_system_errno(database_.getHandle());
}

}  // namespace vitrina::records
