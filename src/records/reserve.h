// Disk space kept for bad times: a file that holds nothing and is deleted when the disk is full. For this
// folder only. Any thread may call anything.
#pragma once

#include <cstdint>
#include <filesystem>

#include "base/mutex.h"

namespace vitrina::records {

class Reserve {
  public:
    /// Keeps what lies at `path` from an earlier time; makes nothing yet. `bytes` 0: no reserve is wanted.
    Reserve(std::filesystem::path path, std::int64_t bytes);

    /// Sets the space aside if enough stays free for others besides: as much again, or a tenth of the disk.
    /// Otherwise there is none.
    void take();
    /// Whether there was something to give back.
    [[nodiscard]] bool give_back();
    /// Wanted, and not there.
    [[nodiscard]] bool missing() const;

  private:
    [[nodiscard]] bool allocate() const;

    const std::filesystem::path path_;
    const std::int64_t bytes_;
    mutable Mutex mutex_;
    bool held_ GUARDED_BY(mutex_) = false;
};

}  // namespace vitrina::records
