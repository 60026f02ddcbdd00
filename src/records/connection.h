// One connection to the database file, with its prepared statements. For this folder only. One thread at a
// time. SQLite's exceptions (SQLite::Exception) leave these functions; Database::Impl turns them into errors.
#pragma once

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <SQLiteCpp/Database.h>
#include <SQLiteCpp/Statement.h>

#include "base/result.h"
#include "base/time.h"

namespace vitrina::records {

/// A prepared statement while it is used; free for the next use when this goes.
class Query {
  public:
    explicit Query(SQLite::Statement& statement) : statement_(statement) {}
    ~Query() { static_cast<void>(statement_.tryReset()); }
    Query(const Query&) = delete;
    Query& operator=(const Query&) = delete;

    /// All parameters, in order; an empty optional is NULL.
    template <typename... Values>
    Query& bind(const Values&... values) {
        VITRINA_ASSERT(static_cast<int>(sizeof...(values)) == statement_.getBindParameterCount());
        int index = 0;
        (put(++index, values), ...);
        return *this;
    }

    /// Whether there is another row.
    [[nodiscard]] bool step() { return statement_.executeStep(); }
    void run() {
        while (step()) {
        }
    }

    /// The first columns of the row.
    template <typename... Fields>
    void read(Fields&... fields) const {
        int column = 0;
        (get(column++, fields), ...);
    }

  private:
    void put(int index, std::int64_t value) { statement_.bind(index, value); }
    void put(int index, int value) { statement_.bind(index, value); }
    void put(int index, bool value) { statement_.bind(index, value ? 1 : 0); }
    void put(int index, double value) { statement_.bind(index, value); }
    void put(int index, const std::string& value) { statement_.bind(index, value); }
    void put(int index, const std::vector<std::uint8_t>& value) {
        statement_.bind(index, value.data(), static_cast<int>(value.size()));
    }
    void put(int index, UtcTime value) { put(index, std::int64_t{value.time_since_epoch().count()}); }
    template <typename T>
    void put(int index, const std::optional<T>& value) {
        if (value)
            put(index, *value);
        else
            statement_.bind(index);
    }

    void get(int column, std::int64_t& value) const { value = statement_.getColumn(column).getInt64(); }
    void get(int column, int& value) const { value = statement_.getColumn(column).getInt(); }
    void get(int column, bool& value) const { value = statement_.getColumn(column).getInt() != 0; }
    void get(int column, double& value) const { value = statement_.getColumn(column).getDouble(); }
    void get(int column, std::string& value) const { value = statement_.getColumn(column).getString(); }
    void get(int column, std::vector<std::uint8_t>& value) const {
        const SQLite::Column blob = statement_.getColumn(column);
        const auto* const bytes = static_cast<const std::uint8_t*>(blob.getBlob());
        value.assign(bytes, bytes + blob.getBytes());
    }
    void get(int column, UtcTime& value) const {
        value = UtcTime(std::chrono::milliseconds(statement_.getColumn(column).getInt64()));
    }
    template <typename T>
    void get(int column, std::optional<T>& value) const {
        value.reset();
        if (!statement_.isColumnNull(column)) get(column, value.emplace());
    }

    SQLite::Statement& statement_;
};

class Connection {
  public:
    /// Opens the file, or makes it.
    Connection(const std::filesystem::path& path, std::chrono::milliseconds lock_wait);

    /// The statement in this text, prepared at its first use. One Query of a text at a time.
    [[nodiscard]] Query query(std::string_view sql);
    /// Statements that are run once and give nothing.
    void execute(const std::string& sql) { database_.exec(sql); }
    /// What a statement with one value gives.
    [[nodiscard]] std::int64_t number(std::string_view sql);
    [[nodiscard]] std::string text(std::string_view sql);

    /// Rows that the last statement changed.
    [[nodiscard]] std::int64_t changes() const { return database_.getChanges(); }
    [[nodiscard]] std::int64_t last_row() const { return database_.getLastInsertRowid(); }

    /// While it lives, a file that another program has locked is not waited for; then again for `lock_wait`.
    class Impatience {
      public:
        Impatience(Connection& connection, std::chrono::milliseconds lock_wait);
        ~Impatience();
        Impatience(const Impatience&) = delete;
        Impatience& operator=(const Impatience&) = delete;

      private:
        Connection& connection_;
        const int lock_wait_ms_;
    };

    /// Undoes the transaction, if one is open.
    void roll_back() noexcept;

    [[nodiscard]] bool is_read_only() const;
    /// What the operating system said to the last failure.
    [[nodiscard]] int system_error() const;

  private:
    SQLite::Database database_;
    std::map<std::string, SQLite::Statement, std::less<>> statements_;  // goes before the database
};

}  // namespace vitrina::records
