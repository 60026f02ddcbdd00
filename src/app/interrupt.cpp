#include "app/interrupt.h"

#include <csignal>
#include <ctime>
#include <utility>

namespace vitrina::app {
namespace {

sigset_t interrupts() {
    sigset_t set;
    sigemptyset(&set);
    sigaddset(&set, SIGINT);
    sigaddset(&set, SIGTERM);
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
    const timespec patience{.tv_sec = 0, .tv_nsec = 100'000'000};
    while (!done_) {
        if (sigtimedwait(&set, nullptr, &patience) < 0) continue;
        interrupted_ = true;
        // Who presses twice means it: this thread takes the next one in the usual way.
        pthread_sigmask(SIG_UNBLOCK, &set, nullptr);
        on_interrupt_();
        // The thread stays, because it is the only one that lets the next signal through.
        while (!done_)
            nanosleep(&patience, nullptr);
    }
}

}  // namespace vitrina::app
