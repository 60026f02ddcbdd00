// Disk space kept for bad times: a file that holds nothing and is deleted when the disk is full. For this
// folder only. Any thread may call anything.
#pragma once

#include <cstdint>
#include <filesystem>

#include "base/mutex.h"

namespace vitrina::records {

class Reserve {
  public:
    /// `bytes` 0: none is wanted, and one that is there is left alone.
    Reserve(std::filesystem::path path, std::int64_t bytes);

    /// Sets the space aside if enough stays free for others besides: as much again, or a tenth of the disk.
    /// Otherwise there is none.
    void take();
    /// Whether there was something to give back.
    [[nodiscard]] bool give_back();
    /// Wanted, and not there. Asks the disk: other processes take and give back the same one.
    [[nodiscard]] bool missing() const;

  private:
    [[nodiscard]] bool allocate() const;

    const std::filesystem::path path_;
    const std::int64_t bytes_;
    Mutex taking_;  // one at a time: two would see each other's half
};

}  // namespace vitrina::records
