// Ctrl-C, SIGTERM and a closed terminal as an orderly wish to stop.
#pragma once

#include <atomic>
#include <functional>
#include <thread>

namespace vitrina::app {

/// Blocks the signals in this thread and those it starts from now on. Call it before any other thread begins.
void block_interrupts();

/// Waits for SIGINT, SIGTERM and SIGHUP on a thread of its own; block_interrupts() must have been called
/// before. The first signal calls `on_interrupt` on that thread, which should not wait for anything: one that
/// comes a second later or more ends the program as usual, but only once it returned. A signal that was
/// ignored when the program began stays ignored.
class InterruptWatch {
  public:
    explicit InterruptWatch(std::function<void()> on_interrupt);
    ~InterruptWatch();
    InterruptWatch(const InterruptWatch&) = delete;
    InterruptWatch& operator=(const InterruptWatch&) = delete;

  private:
    void wait_for_signal();

    std::function<void()> on_interrupt_;
    std::atomic<bool> done_{false};
    std::thread thread_;
};

}  // namespace vitrina::app
