#include "records/database.h"

#include <cerrno>
#include <cstddef>
#include <string>
#include <system_error>
#include <utility>

#include <fcntl.h>
#include <fmt/format.h>
#include <sqlite3.h>
#include <sys/stat.h>
#include <unistd.h>

#include "records/database_impl.h"
#include "records/schema.h"

namespace vitrina::records {
namespace {

// Readers are short and few; more at once get connections that are closed behind them.
constexpr std::size_t kIdleReadersMax = 4;

// The index of 100,000 visits; SQLite's own 2 MiB make a question about them half as quick.
constexpr int kReaderCacheKib = 8 * 1024;

std::filesystem::path beside(const std::filesystem::path& path, const char* ending) {
    std::filesystem::path result = path;
    return result += ending;
}

Result<void> check_writable(const std::filesystem::path& path, const char* what) {
    if (::faccessat(AT_FDCWD, path.c_str(), R_OK | W_OK, AT_EACCESS) == 0) return {};
    return failed(
        fmt::format("{}: {} can't be written: {}; give it to the user that runs Vitrina, or choose "
                    "another place",
                    path.string(), what, std::generic_category().message(errno)));
}

/// What SQLite would only call "unable to open database file".
Result<void> check_place(const std::filesystem::path& path) {
    namespace fs = std::filesystem;
    std::error_code error;
    const fs::path folder = path.has_parent_path() ? path.parent_path() : ".";
    if (!fs::is_directory(folder, error))
        return failed(folder.string() + ": no such folder; make it, or choose another");
    const fs::file_status status = fs::status(path, error);
    if (fs::is_directory(status))
        return failed(path.string() + ": is a folder; name a file in it, such as " +
                      (path / "vitrina.db").string());
    if (fs::exists(status) && !fs::is_regular_file(status))
        return failed(path.string() + ": is not a regular file");
    TRY(check_writable(folder, "the folder"));
    return fs::exists(status) ? check_writable(path, "the file") : Result<void>{};
}

int primary_code(const SQLite::Exception& exception) {
    return exception.getErrorCode() & 0xFF;  // SQLite's extended codes add to it in the higher bytes
}

/// Whether it was for want of room; `connection` is where it happened, null if there is none yet.
bool is_full(const SQLite::Exception& exception, const Connection* connection) {
    const int code = primary_code(exception);
    const int system = connection != nullptr ? connection->system_error() : 0;
    return code == SQLITE_FULL || exception.getExtendedErrorCode() == SQLITE_IOERR_SHMSIZE ||
           ((code == SQLITE_IOERR || code == SQLITE_CANTOPEN) && (system == ENOSPC || system == EDQUOT));
}

/// A new file is its owner's: who may sign in is in it. SQLite gives its other files the same rights. One
/// that is there isn't touched, since closing it would end the locks that this process has on it.
Result<void> make_private(const std::filesystem::path& path) {
    const int file = ::open(path.c_str(), O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, S_IRUSR | S_IWUSR);
    if (file < 0 && errno != EEXIST)
        return failed(path.string() + ": can't be made: " + std::generic_category().message(errno));
    if (file >= 0) ::close(file);
    return {};
}

}  // namespace

Database::Impl::Impl(std::filesystem::path path, const DatabaseOptions& options)
    : path_(std::move(path)),
      lock_wait_(options.lock_wait),
      reserve_(beside(path_, ".reserve"), options.reserve_bytes) {}

Result<void> Database::Impl::open() {
    const MutexLock lock(writing_);
    while (true) {
        try {
            writer_ = std::make_unique<Connection>(path_, lock_wait_);
            if (Result<void> ready = prepare(); !ready)
                return failed(path_.string() + ": " + ready.error().message);
            break;
        } catch (const SQLite::Exception& exception) {
            if (!made_room(exception)) return refused(exception, writer_.get());
        }
    }
    reserve_.take();
    return {};
}

Result<void> Database::Impl::prepare() {
    if (writer_->is_read_only()) return failed("can't be written; give it to the user that runs Vitrina");
    TRY(check_file(*writer_));
    if (const std::string mode = writer_->text("PRAGMA journal_mode = WAL"); mode != "wal")
        return failed(
            "this disk can't hold a database that is read and written at once (it is on a network, "
            "perhaps); choose a disk of this computer");
    // FULL: what was committed stays when the power goes. The log file shrinks again after a burst.
    writer_->execute(
        "PRAGMA synchronous = FULL; PRAGMA foreign_keys = ON; PRAGMA journal_size_limit = 16777216");
    migrate(*writer_);
    return {};
}

std::unique_ptr<Connection> Database::Impl::lend() {
    {
        const MutexLock lock(lending_);
        if (!idle_.empty()) {
            std::unique_ptr<Connection> connection = std::move(idle_.back());
            idle_.pop_back();
            return connection;
        }
    }
    auto connection = std::make_unique<Connection>(path_, lock_wait_);
    connection->execute(fmt::format("PRAGMA query_only = ON; PRAGMA cache_size = -{}", kReaderCacheKib));
    return connection;
}

void Database::Impl::take_back(std::unique_ptr<Connection> connection) noexcept {
    const MutexLock lock(lending_);
    if (idle_.size() < kIdleReadersMax) idle_.push_back(std::move(connection));
}

bool Database::Impl::made_room(const SQLite::Exception& exception) {
    return is_full(exception, writer_.get()) && reserve_.give_back();
}

bool Database::Impl::emptied_log(const SQLite::Exception& exception) {
    return is_full(exception, writer_.get()) && log_begins_anew();
}

bool Database::Impl::log_begins_anew() {
    try {
        Query checkpoint = writer_->query("PRAGMA wal_checkpoint(PASSIVE)");
        std::int64_t is_busy = 0;
        std::int64_t pages = 0;
        std::int64_t in_file = 0;
        if (!checkpoint.step()) return false;
        checkpoint.read(is_busy, pages, in_file);
        return is_busy == 0 && pages > 0 && in_file == pages;
    } catch (const SQLite::Exception&) {
        return false;  // the file would have to grow
    }
}

tl::unexpected<Error> Database::Impl::refused(const SQLite::Exception& exception,
                                              const Connection* connection) const {
    const std::string where = path_.string();
    const std::string why = exception.what();
    if (is_full(exception, connection))
        return failed(fmt::format("the disk is full: {}: {}; free some space", where, why));
    switch (primary_code(exception)) {
        case SQLITE_BUSY:
            return failed(
                fmt::format("{}: another program has kept it locked for more than {} s; end it and try again",
                            where, std::chrono::duration<double>(lock_wait_).count()));
        case SQLITE_NOTADB:
            return failed(where + ": is not a database of Vitrina; move it away, or choose another file");
        case SQLITE_CORRUPT:
            return failed(where + ": is damaged (" + why + "); move it away and restore a backup");
        case SQLITE_READONLY:
            return failed(where + ": can't be written: " + why);
        default:
            return failed(where + ": " + why);
    }
}

Result<void> Database::Impl::empty_log() {
    const MutexLock lock(writing_);
    try {
        if (writer_->number("PRAGMA wal_checkpoint(TRUNCATE)") == 0) return {};
        return failed(path_.string() +
                      ": what was erased still stands in its log, which others read; try again");
    } catch (const SQLite::Exception& exception) {
        return refused(exception, writer_.get());
    }
}

Database::Database(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
Database::~Database() = default;

Result<std::shared_ptr<Database>> Database::open(const std::filesystem::path& path,
                                                 const DatabaseOptions& options) {
    TRY(check_place(path));
    TRY(make_private(path));
    auto impl = std::make_unique<Impl>(path, options);
    TRY(impl->open());
    return std::shared_ptr<Database>(new Database(std::move(impl)));
}

const std::filesystem::path& Database::path() const {
    return impl_->path();
}

ReserveState Database::reserve() const {
    return impl_->reserve().state();
}

void Database::restore_reserve() {
    if (impl_->reserve().missing()) impl_->reserve().take();
}

Result<std::int64_t> Database::free_bytes() const {
    return impl_->read([](Connection& connection) -> Result<std::int64_t> {
        return connection.number("PRAGMA freelist_count") * connection.number("PRAGMA page_size");
    });
}

bool reserve_fits(const std::filesystem::path& database, const DatabaseOptions& options) {
    return Reserve(beside(database, ".reserve"), options.reserve_bytes).fits();
}

}  // namespace vitrina::records
