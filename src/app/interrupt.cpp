#include "app/interrupt.h"

#include <chrono>
#include <csignal>
#include <ctime>
#include <utility>

namespace vitrina::app {
namespace {

using Clock = std::chrono::steady_clock;

// Signals this soon after the first are the same wish to stop.
constexpr auto kSameWish = std::chrono::seconds(1);

sigset_t interrupts() {
    sigset_t set;
    sigemptyset(&set);
    for (const int signal : {SIGINT, SIGTERM, SIGHUP}) {
        // Who started the program (nohup, a shell's background job) may have wanted it to ignore one.
        struct sigaction now {};
        if (sigaction(signal, nullptr, &now) == 0 && now.sa_handler == SIG_IGN) continue;
        sigaddset(&set, signal);
    }
    return set;
}

}  // namespace

void block_interrupts() {
    const sigset_t set = interrupts();
    pthread_sigmask(SIG_BLOCK, &set, nullptr);
}

InterruptWatch::InterruptWatch(std::function<void()> on_interrupt)
    : on_interrupt_(std::move(on_interrupt)), thread_([this] { wait_for_signal(); }) {}

InterruptWatch::~InterruptWatch() {
    done_ = true;
    thread_.join();
}

void InterruptWatch::wait_for_signal() {
    const sigset_t set = interrupts();
    const timespec step{.tv_sec = 0, .tv_nsec = 100'000'000};
    const auto signal_comes = [&] { return sigtimedwait(&set, nullptr, &step) >= 0; };
    bool interrupted = false;
    while (!done_ && !interrupted)
        interrupted = signal_comes();
    if (!interrupted) return;
    on_interrupt_();
    // Some senders signal the process and its group, so the same wish comes twice.
    for (const auto begin = Clock::now(); !done_ && Clock::now() - begin < kSameWish;)
        static_cast<void>(signal_comes());
    // Who signals again means it. The thread stays, because it is the only one that lets signals through.
    pthread_sigmask(SIG_UNBLOCK, &set, nullptr);
    while (!done_)
        nanosleep(&step, nullptr);
}

}  // namespace vitrina::app
