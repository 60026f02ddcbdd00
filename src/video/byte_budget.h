// A limit in bytes on what is under way between two threads, beside a queue's limit in items. Any thread may
// call anything.
#pragma once

#include <cstddef>

#include "base/mutex.h"
#include "base/result.h"

namespace vitrina::video {

class ByteBudget {
  public:
    explicit ByteBudget(std::size_t limit_bytes) : limit_bytes_(limit_bytes) {}

    /// Waits until `bytes` fit. Something larger than the whole limit goes alone. False after close().
    [[nodiscard]] bool take(std::size_t bytes) {
        const MutexLock lock(mutex_);
        while (!closed_ && taken_bytes_ > 0 && taken_bytes_ + bytes > limit_bytes_)
            room_.wait(mutex_);
        if (closed_) return false;
        taken_bytes_ += bytes;
        return true;
    }

    /// Gives back what was taken.
    void give_back(std::size_t bytes) {
        const MutexLock lock(mutex_);
        VITRINA_ASSERT(bytes <= taken_bytes_);
        taken_bytes_ -= bytes;
        room_.notify_all();
    }

    /// Wakes who waits; nothing can be taken any more.
    void close() {
        const MutexLock lock(mutex_);
        closed_ = true;
        room_.notify_all();
    }

  private:
    const std::size_t limit_bytes_;
    Mutex mutex_;
    Condition room_;
    std::size_t taken_bytes_ GUARDED_BY(mutex_) = 0;
    bool closed_ GUARDED_BY(mutex_) = false;
};

}  // namespace vitrina::video
