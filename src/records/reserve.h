// Disk space kept for bad times: a file that holds nothing and gives its space back when the disk is full.
// For this folder only. Any thread may call anything.
#pragma once

#include <cstdint>
#include <filesystem>

#include "base/mutex.h"
#include "records/database.h"

namespace vitrina::records {

class Reserve {
  public:
    /// `bytes` 0: none is wanted, and one that is there is left alone.
    Reserve(std::filesystem::path path, std::int64_t bytes);

    /// Sets the space aside if fits().
    void take();
    /// Whether enough stays free for others besides: as much again, or a tenth of the disk. Also where it is
    /// there already.
    [[nodiscard]] bool fits() const;
    /// Whether there was something to give back. What stays is an empty file, by which a later start knows
    /// that there was a reserve.
    [[nodiscard]] bool give_back();
    /// Asks the disk: other processes take and give back the same one.
    [[nodiscard]] ReserveState state() const;
    [[nodiscard]] bool missing() const { return state() != ReserveState::kKept; }

  private:
    [[nodiscard]] bool allocate(const std::filesystem::path& file) const;

    const std::filesystem::path path_;
    const std::int64_t bytes_;
    Mutex taking_;  // one at a time: two would see each other's half
};

}  // namespace vitrina::records
