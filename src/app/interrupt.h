// Ctrl-C and SIGTERM as an orderly wish to stop.
#pragma once

#include <atomic>
#include <functional>
#include <thread>

namespace vitrina::app {

/// Make it before any other thread: signals are blocked in every thread that begins later. The first signal
/// calls `on_interrupt` on a thread of its own; after it a second one ends the program as usual.
class InterruptWatch {
  public:
    explicit InterruptWatch(std::function<void()> on_interrupt);
    ~InterruptWatch();
    InterruptWatch(const InterruptWatch&) = delete;
    InterruptWatch& operator=(const InterruptWatch&) = delete;

    [[nodiscard]] bool interrupted() const { return interrupted_; }

  private:
    void wait_for_signal();

    std::function<void()> on_interrupt_;
    std::atomic<bool> interrupted_{false};
    std::atomic<bool> done_{false};
    std::thread thread_;
};

/// Blocks the signals in this thread and those it starts from now on.
void block_interrupts();

}  // namespace vitrina::app
