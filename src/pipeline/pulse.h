// How long a thread has been at one step of its work, for who watches whether it hangs. The thread calls
// beat() at each step; any thread may ask.
#pragma once

#include <atomic>
#include <chrono>

namespace vitrina::pipeline {

class Pulse {
  public:
    using Clock = std::chrono::steady_clock;

    void beat() { last_.store(Clock::now().time_since_epoch().count(), std::memory_order_relaxed); }
    [[nodiscard]] std::chrono::milliseconds since_last() const {
        const Clock::time_point last(Clock::duration(last_.load(std::memory_order_relaxed)));
        return std::chrono::duration_cast<std::chrono::milliseconds>(Clock::now() - last);
    }

  private:
    std::atomic<Clock::rep> last_{Clock::now().time_since_epoch().count()};
};

}  // namespace vitrina::pipeline
