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
    void start(std::chrono::milliseconds time) { end_ = Clock::now() + time; }

    /// Everything, now and later, ends at once.
    void interrupt() { interrupted_.store(true, std::memory_order_relaxed); }

    [[nodiscard]] bool interrupted() const { return interrupted_.load(std::memory_order_relaxed); }
    [[nodiscard]] bool passed() const { return Clock::now() >= end_; }

    /// What FFmpeg wants to have. It points to this object, which must outlive its use.
    [[nodiscard]] AVIOInterruptCB callback() {
        return {[](void* self) {
                    const auto* deadline = static_cast<const Deadline*>(self);
                    return deadline->interrupted() || deadline->passed() ? 1 : 0;
                },
                this};
    }

  private:
    using Clock = std::chrono::steady_clock;
    Clock::time_point end_ = Clock::time_point::max();
    std::atomic<bool> interrupted_{false};
};

}  // namespace vitrina::video
