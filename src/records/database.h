// The shop's records: one SQLite file (WAL, synchronous=FULL) and the tables in it. Everything that must
// survive a killed process or a cut cable goes through here.
//
// Any thread may use any store at any time: writers take turns at one connection, readers have connections of
// their own and go on beside them. A writer that finds the disk full gives the reserve back and tries again,
// once; where that is gone too, it goes on in what of the file and its log holds nothing. Errors name the
// file and say what SQLite said; a full disk is an error whose message begins with "the disk is full".
#pragma once

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <memory>

#include "base/result.h"

namespace vitrina::records {

/// Grows with each migration. A file with a higher version is refused, one with a lower is migrated when it
/// is opened, each step in one transaction.
inline constexpr int kSchemaVersion = 18;

/// What is worth less than facts leaves so much of the file to them on a full disk: a busy shop's week.
inline constexpr std::int64_t kRoomForFacts = std::int64_t{64} << 20;

/// What became of the disk space that is to be set aside.
enum class ReserveState : std::uint8_t {
    kKept,      // it is there, or none is wanted
    kNotTaken,  // there is too little room for it and others: a disk that gets full takes nothing more
    kUsed,      // it was given back, and less than it is free: the disk is full, and somebody must act
};

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

    [[nodiscard]] ReserveState reserve() const;
    /// Sets the reserve aside where there is room for it. Called now and then.
    void restore_reserve();
    /// Of the file, without its log: bytes that hold nothing any more. What is written next goes there, and
    /// needs no more of the disk.
    [[nodiscard]] Result<std::int64_t> free_bytes() const;

    /// Private to this folder.
    struct Impl;
    [[nodiscard]] Impl& impl() { return *impl_; }

  private:
    explicit Database(std::unique_ptr<Impl> impl);
    std::unique_ptr<Impl> impl_;
};

/// Whether the disk has room for the reserve of a database here, or it is there. Changes nothing.
[[nodiscard]] bool reserve_fits(const std::filesystem::path& database, const DatabaseOptions& options);

}  // namespace vitrina::records
