// How stores reach the database: their work runs in a transaction, and what SQLite throws becomes an error.
// For this folder only. Any thread may call anything.
#pragma once

#include <chrono>
#include <filesystem>
#include <memory>
#include <type_traits>
#include <utility>
#include <vector>

#include <SQLiteCpp/Exception.h>

#include "base/mutex.h"
#include "base/result.h"
#include "records/connection.h"
#include "records/database.h"
#include "records/reserve.h"

namespace vitrina::records {

struct Database::Impl {
  public:
    Impl(std::filesystem::path path, const DatabaseOptions& options);

    /// Opens, checks and migrates the file; once, before anything else.
    [[nodiscard]] Result<void> open();

    /// `work(Connection&)` returns a Result; what it wrote stays when that is a value and is undone when it
    /// is an error. It may run again, so it must not change anything but the database.
    template <typename Work>
    [[nodiscard]] std::invoke_result_t<Work, Connection&> write(const Work& work);

    /// Like write(), on what was in the database when it began. Doesn't wait for writers, nor they for it.
    template <typename Work>
    [[nodiscard]] std::invoke_result_t<Work, Connection&> read(const Work& work);

    /// Writes with one statement if nobody else writes, this program or another: fails rather than waits. For
    /// what is better lost than waited for.
    template <typename... Values>
    [[nodiscard]] Result<void> run_if_free(const char* sql, const Values&... values) {
        if (!writing_.try_lock()) return failed(path_.string() + ": another writer is at work");
        const MutexLock lock(writing_, std::adopt_lock);
        try {
            const Connection::Impatience impatience(*writer_, lock_wait_);
            return in_transaction(*writer_, "BEGIN IMMEDIATE", [&](Connection& connection) -> Result<void> {
                connection.query(sql).bind(values...).run();
                return {};
            });
        } catch (const SQLite::Exception& exception) {
            return refused(exception, writer_.get());
        }
    }

    /// Writes with one statement.
    template <typename... Values>
    [[nodiscard]] Result<void> run(const char* sql, const Values&... values) {
        return write([&](Connection& connection) -> Result<void> {
            connection.query(sql).bind(values...).run();
            return {};
        });
    }

    /// Brings everything from the write-ahead log into the file and empties it, so that nothing of what was
    /// erased stays in it. Fails where a reader or another program holds on to it for longer than a lock is
    /// waited for.
    [[nodiscard]] Result<void> empty_log();
    /// Brings what can be brought into the file, without waiting for anybody: as long as the disk has room,
    /// so that the file has all its pages when that is gone.
    void settle_log() {
        const MutexLock lock(writing_);
        static_cast<void>(log_begins_anew());
    }

    [[nodiscard]] const std::filesystem::path& path() const { return path_; }
    [[nodiscard]] Reserve& reserve() { return reserve_; }

  private:
    /// A connection for reading, lent for as long as this is held.
    class Lease {
      public:
        explicit Lease(Impl& impl) : impl_(impl), connection_(impl.lend()) {}
        ~Lease() { impl_.take_back(std::move(connection_)); }
        Lease(const Lease&) = delete;
        Lease& operator=(const Lease&) = delete;
        [[nodiscard]] Connection& operator*() { return *connection_; }

      private:
        Impl& impl_;
        std::unique_ptr<Connection> connection_;
    };

    [[nodiscard]] Result<void> prepare() REQUIRES(writing_);
    [[nodiscard]] std::unique_ptr<Connection> lend();
    void take_back(std::unique_ptr<Connection> connection) noexcept;

    template <typename Work>
    [[nodiscard]] static std::invoke_result_t<Work, Connection&> in_transaction(Connection& connection,
                                                                                const char* begin,
                                                                                const Work& work);

    /// True when the disk was full and has room again: the work is worth another try.
    [[nodiscard]] bool made_room(const SQLite::Exception& exception) REQUIRES(writing_);
    /// The same where the reserve is gone: a log that can't grow is never emptied by itself.
    [[nodiscard]] bool emptied_log(const SQLite::Exception& exception) REQUIRES(writing_);
    /// Whether all of the log stands in the file now, so that the next write begins at its start.
    [[nodiscard]] bool log_begins_anew() REQUIRES(writing_);
    /// The error for people. `connection` is where it happened, null where that doesn't matter.
    [[nodiscard]] tl::unexpected<Error> refused(const SQLite::Exception& exception,
                                                const Connection* connection) const;

    const std::filesystem::path path_;
    const std::chrono::milliseconds lock_wait_;
    Reserve reserve_;
    Mutex writing_;
    std::unique_ptr<Connection> writer_ GUARDED_BY(writing_);
    Mutex lending_;
    std::vector<std::unique_ptr<Connection>> idle_ GUARDED_BY(lending_);
};

template <typename Work>
std::invoke_result_t<Work, Connection&> Database::Impl::write(const Work& work) {
    const MutexLock lock(writing_);
    bool has_emptied = false;
    while (true) {
        try {
            return in_transaction(*writer_, "BEGIN IMMEDIATE", work);
        } catch (const SQLite::Exception& exception) {
            if (made_room(exception)) continue;
            if (has_emptied || !emptied_log(exception)) return refused(exception, writer_.get());
            has_emptied = true;
        }
    }
}

template <typename Work>
std::invoke_result_t<Work, Connection&> Database::Impl::read(const Work& work) {
    try {
        Lease connection(*this);
        return in_transaction(*connection, "BEGIN", work);
    } catch (const SQLite::Exception& exception) {
        return refused(exception, nullptr);
    }
}

template <typename Work>
std::invoke_result_t<Work, Connection&> Database::Impl::in_transaction(Connection& connection,
                                                                       const char* begin, const Work& work) {
    struct Undo {
        Connection& connection;
        explicit Undo(Connection& undone) : connection(undone) {}
        ~Undo() { connection.roll_back(); }  // nothing after COMMIT
        Undo(const Undo&) = delete;
        Undo& operator=(const Undo&) = delete;
    };
    connection.query(begin).run();
    const Undo undo(connection);
    auto result = work(connection);
    if (result) connection.query("COMMIT").run();
    return result;
}

}  // namespace vitrina::records
