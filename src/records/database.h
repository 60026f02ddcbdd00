// The shop's records: one SQLite file (WAL, synchronous=FULL) and the tables in it. Everything that must
// survive a killed process or a cut cable goes through here.
//
// Any thread may use any store at any time: writers take turns at one connection, readers have connections of
// their own and go on beside them. A writer that finds the disk full gives the reserve back and tries again,
// once. Errors name the file and say what SQLite said; a full
// disk is an error whose message begins with "the disk is full".
#pragma once

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <memory>

#include "base/result.h"

namespace vitrina::records {

/// Grows with each migration. A file with a higher version is refused, one with a lower is migrated when it
/// is opened, each step in one transaction.
inline constexpr int kSchemaVersion = 12;

struct DatabaseOptions {
    /// Disk space set aside in a file beside the database, given back when the disk is full, so that facts
    /// can still be written. 0: none; one that is there is left alone. Leave alone unless the disk is tiny.
    std::int64_t reserve_bytes = std::int64_t{1} << 30;
    /// How long a file that another process has locked is waited for. Writers of other processes hold it for
    /// milliseconds, so who takes longer is stuck. Leave alone outside of tests.
    std::chrono::milliseconds lock_wait{5000};
};

class Database {
  public:
    /// Opens the file, or makes it, for its owner only; its folder must exist. Fails when it is not a
    /// database, was made by a newer version, is read-only, is locked by another process for longer than
    /// `lock_wait`, or is damaged (PRAGMA quick_check): the message says which and what to do. Where the disk
    /// has no room for the reserve, there is none.
    [[nodiscard]] static Result<std::shared_ptr<Database>> open(const std::filesystem::path& path,
                                                                const DatabaseOptions& options = {});
    ~Database();
    Database(const Database&) = delete;
    Database& operator=(const Database&) = delete;

    [[nodiscard]] const std::filesystem::path& path() const;

    /// Whether the reserve is wanted and not there: the disk is (nearly) full and somebody must act.
    [[nodiscard]] bool reserve_used() const;
    /// Sets the reserve aside again where there is room for it. Called now and then.
    void restore_reserve();

    /// Private to this folder.
    struct Impl;
    [[nodiscard]] Impl& impl() { return *impl_; }

  private:
    explicit Database(std::unique_ptr<Impl> impl);
    std::unique_ptr<Impl> impl_;
};

}  // namespace vitrina::records
