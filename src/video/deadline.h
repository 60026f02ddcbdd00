// The end of FFmpeg's patience: it asks between its waits whether to go on, and this answers. FFmpeg calls it
// on the thread that waits; interrupt() may come from any thread.
#pragma once

#include <atomic>
#include <chrono>

extern "C" {
#include <libavformat/avio.h>
}

namespace vitrina::video {

class Deadline {
  public:
    /// Everything from here on ends `time` from now.
    void start(std::chrono::milliseconds time) {
        end_ = Clock::now() + time;
        farewell_ = false;
    }

    /// As start(), but an interruption doesn't count: a camera to which nobody says good-bye may keep its
    /// session for a minute, and have no other for whoever comes next.
    void start_farewell(std::chrono::milliseconds time) {
        start(time);
        farewell_ = true;
    }

    /// Everything, now and later, ends at once.
    void interrupt() { interrupted_.store(true, std::memory_order_relaxed); }

    [[nodiscard]] bool interrupted() const { return interrupted_.load(std::memory_order_relaxed); }
    [[nodiscard]] bool passed() const { return Clock::now() >= end_; }

    /// What FFmpeg wants to have. It points to this object, which must outlive its use.
    [[nodiscard]] AVIOInterruptCB callback() {
        return {[](void* self) {
                    const auto* deadline = static_cast<const Deadline*>(self);
                    const bool interrupted = deadline->interrupted() && !deadline->farewell_;
                    return interrupted || deadline->passed() ? 1 : 0;
                },
                this};
    }

  private:
    using Clock = std::chrono::steady_clock;
    Clock::time_point end_ = Clock::time_point::max();
    bool farewell_ = false;
    std::atomic<bool> interrupted_{false};
};

}  // namespace vitrina::video
